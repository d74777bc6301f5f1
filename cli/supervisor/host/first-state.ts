import type {HostParts} from './host-parts.ts'
import type {HostConfiguration, HostState} from './host-state.ts'

/** What a supervisor says about itself before it has started anything. */
export const firstState = (configuration: HostConfiguration, parts: HostParts): HostState => ({
  pid: process.pid,
  process_start: parts.processStart,
  phase: 'starting',
  step: 'platform',
  version: parts.version,
  build: parts.build,
  started_at: new Date().toISOString(),
  ready_at: null,
  api_url: null,
  mailbox_url: null,
  zipkin_url: null,
  prometheus_url: null,
  smtp_port: null,
  kafka_brokers: null,
  database_url: null,
  postgres_version: null,
  processes: [],
  services: [],
  dapr: {version: null, asked: null, fault: null},
  options: {
    port: configuration.port,
    smtp_url: configuration.smtp_url,
    mail_to: configuration.mail_to,
    model: configuration.model,
    sentry_dsn: configuration.sentry_dsn ?? null,
    trace_sampling: configuration.trace_sampling ?? null,
  },
})
