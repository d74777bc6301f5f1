import {DEFAULT_PORT} from '../../services/contracts/local.ts'
import type {HostBroughtUp} from '../operations/bring-up-host.ts'
import type {Output} from '../output.ts'
import type {RestartReason} from '../supervisor/restart-reason.ts'
import {upFacts} from './up-facts.ts'

const RESTARTED: Readonly<Record<RestartReason, string>> = {
  older_version: 'An older todo5 ran; this one took its place, and the database is migrated.',
  other_build: 'Another build of todo5 ran; this one took its place.',
  other_options: 'It was started again with these options.',
  unhealthy: 'It ran, but a part of it did not answer; everything was started again.',
}

/** What `todo5 up host` says in the end. */
export function printHostSummary(out: Output, up: HostBroughtUp, typedAs: string, appUrl: string): void {
  const {good, bold, symbols} = out.style
  const {state} = up
  const took = up.already ? 'runs already' : `ready in ${up.seconds.toFixed(1)} s`
  const parts = [
    `PostgreSQL ${state.postgres_version?.split('.')[0] ?? ''}`.trim(),
    'Kafka',
    'Dapr with mTLS',
    '5 services',
    ...(state.zipkin_url === null ? [] : ['Zipkin']),
    ...(state.prometheus_url === null ? [] : ['Prometheus']),
  ]
  out.row([...parts.map((part) => `${good(symbols.done)} ${part}`), took], {gap: '   '})
  if (up.already && up.services.length > 0) {
    out.note(`  Started again: ${up.services.map(({service}) => service).join(', ')}`)
  }
  if (up.restarted !== null) out.warning(RESTARTED[up.restarted])
  if (up.portTakenBy !== null) {
    out.warning(`Port ${DEFAULT_PORT} is used by ${up.portTakenBy}; todo5 took ${new URL(state.api_url!).port}.`)
  }
  out.data(`  App   ${appUrl}`)
  out.row([`API   ${state.api_url!}`, `Mailbox  ${state.mailbox_url!}`], {indent: '  '})
  const observers = [
    ...(state.zipkin_url === null ? [] : [`Zipkin  ${state.zipkin_url}`]),
    ...(state.prometheus_url === null ? [] : [`Prometheus  ${state.prometheus_url}`]),
  ]
  out.row([`Kafka  ${state.kafka_brokers!}`, ...observers], {indent: '  '})
  out.row(
    [
      `Stop  ${typedAs} down host  (data stays)`,
      `Status  ${typedAs} status host`,
      `Logs  ${typedAs} logs --target host -f`,
    ],
    {indent: '  '},
  )
  out.data(`  Try:  ${bold(`${typedAs} add "water the plants every mon and thu at 9 #home"`)}`)
}

export type HostUpJson =
  | {readonly dry_run: true; readonly steps: readonly string[]}
  | (ReturnType<typeof hostUpJson> & {readonly at_login: boolean | null})

/** `todo5 up host --json`. */
export const hostUpJson = (up: HostBroughtUp, dataDir: string) => ({
  target: 'host' as const,
  ...upFacts(up),
  zipkin_url: up.state.zipkin_url,
  prometheus_url: up.state.prometheus_url,
  kafka_brokers: up.state.kafka_brokers,
  processes: up.state.processes.map(({name, pid, port}) => ({name, pid, port})),
  services: up.services,
  data_dir: dataDir,
})
