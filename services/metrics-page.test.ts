import {expect, test} from 'vitest'
import {lagMetrics} from '../cli/operations/consumers/lag-metrics.ts'
import {packagePath} from './package-root.ts'
import {quietLogger} from '../test/support/pipeline.ts'
import {createAuditService} from './audit-service/service.ts'
import {createChatApi} from './chat-api/service.ts'
import type {Database} from './database/database.ts'
import {createNotificationService} from './notification-service/service.ts'
import {createRecurringTaskService} from './recurring-task-service/service.ts'
import type {Metrics} from './runtime/metrics.ts'
import {createTaskService} from './task-service/service.ts'

interface Described {
  readonly name: string
  readonly help: string
  readonly type: string
  readonly labelNames: readonly string[]
}

/** Services that are made and never started ask nobody for anything. */
const untouched = new Proxy({}, {get: () => () => undefined}) as never
const {logger} = quietLogger()
const database: Database = {...(untouched as Database), connections: () => ({idle: 0, busy: 0, waiting: 0})}
const committed = (): void => undefined

const services = [
  createTaskService({database, relayDatabase: database, publisher: untouched, holder: 'test', logger}),
  createRecurringTaskService({database, logger, committed}),
  createNotificationService({database, jobs: untouched, mailer: untouched, logger, publicUrl: 'http://127.0.0.1'}),
  createAuditService({database, logger, committed}),
  createChatApi({
    config: {trustedOrigins: [], trustedProxyHops: 0, gatewayTimeoutMs: 1000, limits: {refusalsPerMinute: 60}},
    database,
    accounts: {accessTokens: {audience: ''}, publicOrigin: 'http://127.0.0.1'} as never,
    invoker: untouched,
    live: untouched,
    conversations: untouched,
    model: {url: 'http://127.0.0.1', model: 'a model'} as never,
    logger,
  }),
]

test('each metric of each service stands in docs/contract/metrics.md', async () => {
  const page = [
    '# Metrics',
    '',
    'What `GET /metrics` of each service shows, as Prometheus reads it. Every one has the label `service`. Times are seconds.',
    'No label holds an id of a user, task or event.',
    '',
    ...services.flatMap(({name, metrics}) => [`## ${name}`, '', ...table(metrics), '']),
    '## Of the process',
    '',
    'CPU, memory, event loop and garbage collection, under the names that `prom-client` gives them: `process_*` and `nodejs_*`.',
    'On the local target all services are one process; these are among the metrics of task-service.',
    '',
    '## Of the stack',
    '',
    'Lag by the names of kafka_exporter and `kafka_consumergroup_lag_seconds`, which it lacks: `todo5 consumer list --listen`, and',
    'the supervisor of `up host` for its Prometheus. The latter also shows `dapr_sentry_issuercert_expiry_timestamp`, as sentry does',
    'in a cluster. The sidecars show those of Dapr.',
    '',
    ...(await lagTable()),
    '',
  ].join('\n')
  await expect(page).toMatchFileSnapshot(packagePath('docs', 'contract', 'metrics.md'))
})

test('no label holds an id, and names end with their unit', () => {
  const all = services.flatMap(({metrics}) => described(metrics))
  const labels = all.flatMap(({name, labelNames}) => labelNames.map((label) => `${name}{${label}}`))
  expect(labels.filter((label) => /(?:_id|\{(?:id|user|task|event|series))\}$/u.test(label))).toEqual([])
  const unitOf: Record<string, RegExp> = {counter: /_total$/u, histogram: /_seconds$/u}
  expect(all.filter(({name, type}) => unitOf[type]?.test(name) === false)).toEqual([])
})

const described = ({registry}: Metrics): readonly Described[] =>
  registry.getMetricsAsArray() as unknown as readonly Described[]

async function lagTable(): Promise<string[]> {
  const text = await lagMetrics({topics: new Map(), consumers: []}, 1)
  const help = [...text.matchAll(/^# HELP (\S+) (.+)$/gmu)].map(
    ([, name, about]) => `| \`${name}\` | gauge | ${about} |`,
  )
  return ['| name | type | |', '|---|---|---|', ...help.toSorted()]
}

const table = (metrics: Metrics): string[] => [
  '| name | type | labels | |',
  '|---|---|---|---|',
  ...described(metrics)
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({name, type, labelNames, help}) => {
      const labels = labelNames.map((label) => `\`${label}\``).join(', ')
      return `| \`${name}\` | ${type} | ${labels} | ${help} |`
    }),
]
