import {SERVICE_NAMES} from '../../../services/contracts/service-names.ts'
import {processStart} from '../../../services/local/process-start.ts'
import type {HostState} from '../host/host-state.ts'

/** Of a host target that seems to run: its supervisor is this process. audit-service is not among its processes. */
export async function hostStateOfThisProcess(): Promise<HostState> {
  return {
    pid: process.pid,
    process_start: (await processStart(process.pid))!,
    phase: 'ready',
    step: 'services',
    version: '0.0.0',
    build: null,
    started_at: '2026-11-20T08:00:00.000Z',
    ready_at: '2026-11-20T08:00:30.000Z',
    api_url: 'http://127.0.0.1:8637/api/v1',
    mailbox_url: 'http://127.0.0.1:8638/mailbox',
    zipkin_url: null,
    prometheus_url: null,
    smtp_port: 2525,
    kafka_brokers: null,
    database_url: 'postgres://postgres:secret@127.0.0.1:5433/todo5',
    postgres_version: '18.4',
    processes: SERVICE_NAMES.filter((name) => name !== 'audit-service').flatMap((name, index) =>
      [name, `daprd-${name}`].map((process, place) => ({
        name: process,
        state: 'running' as const,
        pid: 5_000_000 + 2 * index + place,
        port: 9000 + 2 * index + place,
        restarts: 0,
        health_url: null,
      })),
    ),
    services: [],
    dapr: {version: null, asked: null, fault: null},
    options: {port: null, smtp_url: null, mail_to: null, model: null},
  }
}
