import {randomUUID} from 'node:crypto'
import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {Client} from 'pg'
import {afterAll, beforeAll, describe, expect, inject, test} from 'vitest'
import {packagePath} from '../../services/package-root.ts'
import {eventually} from '../support/eventually.ts'
import {withProducer} from '../support/faults/topics.ts'
import {startSmtpServer, type TestSmtpServer} from '../support/smtp-server.ts'
import {HostTarget} from '../support/stack/host-target.ts'
import {startBrokenSidecar} from './broken-sidecar.ts'

/** Every query of the dashboards and rules has data on a stack on which everything happened, also what should not. */

const minute = 60_000
const FOLDER = packagePath('charts', 'todo5', 'files', 'dashboards')
/** Of programs that are there on Kubernetes alone. */
const ONLY_ON_KUBERNETES = /^(?:kube|node|container)_/u

let host: HostTarget
let smtp: TestSmtpServer
let broken: {stop(): Promise<void>}
beforeAll(async () => {
  smtp = await startSmtpServer()
  host = await HostTarget.create({prometheus: true})
  await host.bringUp('--smtp-url', smtp.url, '--mail-to', 'somebody@localhost')
  const targets = join(host.hostDir, 'run', 'prometheus', 'targets.json')
  const folder = join(inject('stackRoot'), 'broken-sidecar')
  broken = await startBrokenSidecar(inject('stackPrograms').daprd, folder, targets)
  await putLoad()
}, 15 * minute)
afterAll(async () => {
  await broken.stop()
  await host.dispose()
  await smtp.stop()
})

interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

async function ask<T>(path: string): Promise<T> {
  const answer = await fetch(`${(await host.state())!.prometheus_url!}/api/v1/${path}`)
  const body = (await answer.json()) as {status: string; error?: string; data: T}
  if (body.status !== 'success') throw new Error(`${path}: ${body.error}`)
  return body.data
}

/** What Grafana puts in; the range holds everything that happened here. */
const filledIn = (expr: string): string =>
  expr.replaceAll('$__rate_interval', '15m').replaceAll('$topic', 'task-events')

/** NaN is what a quantile of nothing is. */
async function hasData(expr: string): Promise<boolean> {
  const {result} = await ask<{result: Series[]}>(`query?query=${encodeURIComponent(filledIn(expr))}`)
  return result.some(({value}) => value[1] !== 'NaN')
}

async function untilAllHaveData(queries: ReadonlyMap<string, string>): Promise<void> {
  const left = new Map(queries)
  await eventually(
    'every query has data',
    async () => {
      for (const [name, expr] of left) if (await hasData(expr)) left.delete(name)
      if (left.size > 0) throw new Error(`no data: ${[...left].map((entry) => entry.join(': ')).join('\n')}`)
      return true
    },
    2 * minute,
  )
}

interface Dashboard {
  readonly uid: string
  readonly templating: {readonly list: readonly {readonly name: string}[]}
  readonly panels: readonly {
    readonly type: string
    readonly title: string
    readonly description?: string
    readonly targets?: readonly {readonly expr: string}[]
    readonly fieldConfig?: {readonly defaults: {readonly unit?: string}}
    readonly gridPos: {readonly w: number}
  }[]
}

const dashboards = await Promise.all(
  (await readdir(FOLDER)).map(async (name) => JSON.parse(await readFile(join(FOLDER, name), 'utf8')) as Dashboard),
)

describe('dashboards', () => {
  test('each panel says what it shows, in which unit, and is wide enough for a window of 1,280 pixels', () => {
    expect(dashboards.map(({uid}) => uid)).toEqual(['todo5-dapr', 'todo5-kafka', 'todo5-recurring-tasks'])
    for (const {uid, panels, templating} of dashboards) {
      expect(templating.list[0]).toMatchObject({name: 'datasource', type: 'datasource'})
      for (const panel of panels.filter(({type}) => type !== 'row')) {
        const name = `${uid}: ${panel.title}`
        expect(panel.description?.length, name).toBeGreaterThan(15)
        expect(panel.fieldConfig?.defaults.unit, name).toBeTruthy()
        expect(panel.targets?.length, name).toBeGreaterThan(0)
        expect(panel.gridPos.w, name).toBeGreaterThanOrEqual(panel.type === 'stat' ? 4 : 8)
      }
    }
  })

  test(
    'each query has data',
    async () => {
      const queries = dashboards.flatMap(({uid, panels}) =>
        panels.flatMap(({title, targets = []}) =>
          targets.map(({expr}, index) => [`${uid} / ${title} ${index}`, expr] as const),
        ),
      )
      expect(queries.length).toBeGreaterThan(40)
      await untilAllHaveData(new Map(queries))
    },
    5 * minute,
  )
})

interface Rule {
  readonly name: string
  readonly query: string
  readonly health: string
  readonly lastError?: string
}
const rules = async (): Promise<Rule[]> =>
  (await ask<{groups: {rules: Rule[]}[]}>('rules')).groups.flatMap(({rules: some}) => some)

describe('rules', () => {
  test('Prometheus has looked at all of them, and could', async () => {
    await eventually('all are looked at', async () => (await rules()).every(({health}) => health !== 'unknown'), minute)
    expect((await rules()).filter(({health}) => health !== 'ok')).toEqual([])
  })

  test(
    'each has something to look at',
    async () => {
      const all = await rules()
      expect(all.length).toBeGreaterThan(9)
      const here = all.filter(({query}) => !metricsOf(query).every((metric) => ONLY_ON_KUBERNETES.test(metric)))
      expect(all.length - here.length).toBe(2)
      await untilAllHaveData(new Map(here.map(({name, query}) => [name, withoutLimits(query)])))
    },
    5 * minute,
  )

  test('what happened here is told', async () => {
    const firing = async (): Promise<string[]> =>
      (await ask<{alerts: {labels: {alertname: string}; state: string}[]}>('alerts')).alerts.map(
        ({labels}) => labels.alertname,
      )
    const expected = ['Todo5ComponentFailed', 'Todo5DeadLettersGrow', 'Todo5RemindersFail']
    await eventually('the alerts', async () => {
      const told = await firing()
      return expected.every((name) => told.includes(name))
    })
    expect(await firing()).not.toContain('Todo5CertificateEnds')
  })
})

/** Names that have two underscores at least, or a part before a colon, and are no functions. */
const metricsOf = (query: string): string[] =>
  query.match(/\b(?:todo5:)?[a-z]+(?:_[a-zA-Z]+){2,}\b(?!\s*\()/gu) ?? ['none']

/** An alert is empty while all is well: what it compares is not. */
const withoutLimits = (query: string): string => query.replaceAll(/ [<>] \d+(?: [*^] \d+)*/gu, '')

/** A little of everything: tasks, occurrences, reminders that go out, that wait and that fail, and dead letters. */
async function putLoad(): Promise<void> {
  const refused = await daily()
  await sql(`create or replace function public.refuse() returns trigger language plpgsql as $$
    begin raise exception 'refused on purpose'; end $$`)
  await sql(`create or replace trigger refuse before insert on todo.tasks for each row
    when (new.predecessor_id = ${refused}) execute function public.refuse()`)
  await complete(refused)
  await eventually('it is tried again', async () => await hasData('consumer_failures_total'), 2 * minute)
  await sql('drop trigger refuse on todo.tasks')
  for (let n = 0; n < 5; n++) await complete(await daily())
  await publishNonsense()
  await reminder()
  await eventually('a mail', () => smtp.mails.length > 0, 3 * minute)
  for (const [code, metric] of [
    [550, 'reminders_failed_total'],
    [450, 'reminder_retries_total'],
  ] as const) {
    smtp.fault = {at: 'recipient', code}
    await reminder()
    await eventually(metric, async () => await hasData(metric), 3 * minute)
  }
  smtp.fault = null
}

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString()

async function daily(): Promise<number> {
  const task = {title: 'Again', due_at: inSeconds(3 * 86_400), recurring_pattern: 'daily'}
  return (await host.api<{id: number}>('POST', '/tasks', task)).id
}
const complete = async (id: number): Promise<unknown> => await host.api('POST', `/tasks/${id}/complete`)
const reminder = async (): Promise<unknown> =>
  await host.api('POST', '/tasks', {title: 'Soon', due_at: inSeconds(70), reminders: [{offset_seconds: 60}]})

async function sql<T extends object>(text: string): Promise<T[]> {
  const client = new Client({connectionString: (await host.state())!.database_url!})
  await client.connect()
  try {
    return (await client.query<T>(text)).rows
  } finally {
    await client.end()
  }
}

/** An event of this installation that no consumer can read. */
async function publishNonsense(): Promise<void> {
  const [{id}] = (await sql<{id: string}>('select id from todo.installation')) as [{id: string}]
  const event = {specversion: '1.0', id: randomUUID(), source: `urn:todo5:installation:${id}`, type: 'x', data: {}}
  const headers = {'content-type': 'application/cloudevents+json'}
  await withProducer((await host.state())!.kafka_brokers!, async (producer) => {
    await producer.send({topic: 'task-events', messages: [{key: randomUUID(), value: JSON.stringify(event), headers}]})
  })
}
