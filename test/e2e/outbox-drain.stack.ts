import type {TcpProxy} from '../support/faults/tcp-proxy.ts'
import {randomUUID} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, inject, test} from 'vitest'
import type {OutboxStatus} from '../../cli/operations/outbox-status.ts'
import {renderDapr} from '../../cli/operations/render-dapr.ts'
import type {DrainResult} from '../../cli/views/outbox-lines.ts'
import {StackTopics} from '../../services/adapters/dapr/testing/stack-topics.ts'
import {partitionOf} from '../../services/domain/events/partition.ts'
import {startKafkaProxy} from '../support/faults/kafka-proxy.ts'
import {readTopic, withAdmin} from '../support/faults/topics.ts'
import {LocalTarget} from '../support/local-target.ts'
import {createDatabase} from '../support/postgres.ts'
import {APP_TOKEN, type ServicesOnDapr, startServicesOnDapr} from '../support/services-on-dapr.ts'
import {eventually} from '../support/eventually.ts'
import {Stack} from '../support/stack/stack.ts'

/** Dapr's pub/sub is down for the one that publishes; consumers read on. */

const LIMIT_MS = 120_000

let brokers: string
/** Between Kafka and the sidecar of task-service. */
let proxy: TcpProxy
let todo5: ServicesOnDapr
let database: Client
let cli: LocalTarget
/** What was opened, in order. */
const closing: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  const stack = await Stack.create()
  ;[{brokers}] = await Promise.all([stack.kafka(), stack.scheduler()])
  await (await StackTopics.create(brokers)).close()
  proxy = await startKafkaProxy(async () => Number(brokers.split(':')[1]))
  closing.push(async () => await proxy.close())
  const secretsFile = join(stack.folder, 'secrets.json')
  const {url} = await createDatabase('template1')
  const owner = new Client({connectionString: url})
  await owner.connect()
  await owner.query('create schema dapr')
  await owner.end()
  await writeFile(secretsFile, JSON.stringify({'statestore-postgresql': {connectionString: url}}), {mode: 0o600})
  const nameResolutionFile = join(stack.folder, 'names.sqlite')
  const render = async (kafka: string) =>
    await renderDapr({target: 'host', values: {brokers: kafka, secretsFile, nameResolutionFile}})
  const [files, behindProxy] = await Promise.all([render(brokers), render(`127.0.0.1:${proxy.port}`)])
  closing.push(async () => await stack.stop())
  todo5 = await startServicesOnDapr({
    startSidecar: async ({app, appPort}) =>
      stack.daprd({
        appId: app,
        appPort,
        appToken: APP_TOKEN,
        resources: (app === 'task-service' ? behindProxy : files).filter(({path}) => !path.startsWith('config/')),
        configuration: files.find(({path}) => path === `config/todo5-${app}.yaml`)!.text,
        readyWhen: 'outbound',
      }),
  })
  closing.push(async () => await todo5.stop())
  database = new Client({connectionString: todo5.databaseUrl})
  await database.connect()
  closing.push(async () => await database.end())
  cli = await LocalTarget.create({base: inject('stackRoot')})
  closing.push(async () => await cli.dispose())
})

afterAll(async () => {
  for (const close of closing.toReversed()) await close()
})

const outbox = (...args: string[]): string[] => ['outbox', ...args, '--database-url', todo5.databaseUrl]
const direct = (...args: string[]): string[] =>
  outbox('drain', '--via', 'kafka', '--brokers', brokers, '--yes', ...args)
const status = async (): Promise<OutboxStatus> => await cli.json<OutboxStatus>(...outbox('status'))

async function sql<T extends object>(text: string, parameters: unknown[] = []): Promise<T[]> {
  return (await database.query<T>(text, parameters)).rows
}
/** Asked of the database itself where it is asked again and again: a command line takes a second. */
const lease = async (): Promise<{by_hand: boolean; refused: string[]}> =>
  (
    await sql<{by_hand: boolean; refused: string[]}>(
      `select by_hand and until > clock_timestamp() as by_hand,
         array(select r ->> 'topic' from jsonb_array_elements(refusals) as r) as refused from todo.relay_lease`,
    )
  )[0]!
const waiting = async (): Promise<number> =>
  (await sql<{n: number}>('select count(*)::int as n from todo.outbox'))[0]!.n

/** A write as clients make it: repeated under its key while a sidecar is too busy to answer a probe in time. */
async function write(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const headers = {'idempotency-key': randomUUID()}
  return await eventually(
    `${method} ${path}`,
    async () => {
      const answer = await todo5.api(method, path, body, headers)
      if (answer.status === 503) return undefined
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300)
      return answer.body
    },
    LIMIT_MS,
  )
}

const daily = async (title: string): Promise<number> => {
  const task = await write('POST', '/tasks', {title, due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily'})
  return Number(task['id'])
}

/** Of these tasks: which were followed and recorded. */
async function effects(ids: readonly number[]): Promise<{followed: number; recorded: number}> {
  const [row] = await sql<{followed: number; recorded: number}>(
    `select (select count(*)::int from todo.tasks where predecessor_id = any ($1::bigint[])) as followed,
       (select count(*)::int from todo.audit_logs where task_id = any ($1::bigint[]) and event_type = 'task.completed') as recorded`,
    [ids],
  )
  return row!
}

const ends = async (topic: string): Promise<Map<number, number>> =>
  await withAdmin(
    brokers,
    async (admin) =>
      new Map((await admin.fetchTopicOffsets(topic)).map(({partition, high}) => [partition, Number(high)])),
  )

interface Recorded {
  readonly id: string
  readonly data: {readonly task_id: number; readonly payload: {readonly task_version: number}}
}

/** The versions of a task in a topic, in the order in which consumers first see them. */
async function versions(topic: string, taskId: number): Promise<number[]> {
  const events = (await readTopic<Recorded>(brokers, topic)).filter(({data}) => data.task_id === taskId)
  return [...new Map(events.map((event) => [event.id, event.data.payload.task_version])).values()]
}

test('with pub/sub down the API answers and events wait; an operator publishes past Dapr; nothing is doubled when it returns', async () => {
  // Before: everything goes through Dapr.
  proxy.restore()
  const marker = randomUUID()
  const tasks = await Promise.all(Array.from({length: 4}, async (_, n) => await daily(`${marker} ${n}`)))
  const edited = Number((await write('POST', '/tasks', {title: 'Version 1'}))['id'])
  await eventually('the outbox is empty', async () => (await waiting()) === 0, LIMIT_MS)
  const [{user_id: user}] = (await sql<{user_id: string}>('select user_id from todo.tasks limit 1')) as [
    {user_id: string},
  ]

  proxy.cut()
  for (const title of ['Version 2', 'Version 3', 'Version 4']) await write('PATCH', `/tasks/${edited}`, {title})
  const answers = await Promise.all(tasks.slice(0, 3).map(async (id) => await write('POST', `/tasks/${id}/complete`)))
  expect(answers.map(({next_pending: pending}) => pending)).toEqual([true, true, true])
  await eventually(
    'the relay notes what the bus refuses',
    async () => (await lease()).refused.includes('task-updates'),
    LIMIT_MS,
  )
  const before = await status()
  expect(before.waiting).toBeGreaterThanOrEqual(6)
  expect(before.relay).toMatchObject({leads: true, by_hand: false, holder: 'task-service of a test'})
  expect(before.relay.refused.map(({topic}) => topic)).toContain('task-updates')
  const stuck = await cli.todo5(...outbox('drain', '--wait', '1s'))
  expect([stuck.code, stuck.stderr]).toEqual([6, expect.stringContaining('outbox drain --via kafka')])
  // Not `followed`: a sweep may have seen to that, which it does after a minute.
  expect((await effects(tasks)).recorded).toBe(0)

  const beforeDrain = await ends('task-updates')
  const drained = await cli.json<DrainResult>(...direct())
  expect(drained.published.reduce((sum, {events}) => sum + events, 0)).toBeGreaterThanOrEqual(before.waiting)
  await eventually(
    'what was completed is followed and recorded',
    async () => JSON.stringify(await effects(tasks)) === JSON.stringify({followed: 3, recorded: 3}),
    LIMIT_MS,
  )
  // The partition of the user, as Dapr chooses it, and the order of the task.
  const grown = [...(await ends('task-updates'))].filter(([partition, next]) => next !== beforeDrain.get(partition))
  expect(grown.map(([partition]) => partition)).toEqual([partitionOf(user)])
  expect(await versions('task-updates', edited)).toEqual([2, 3, 4])

  // What the three occurrences have to say waits again, for an operator who stays, until Ctrl-C.
  const following = cli.start([...direct('--follow'), '--json'])
  await eventually('an operator leads', async () => (await lease()).by_hand, LIMIT_MS)
  await write('POST', `/tasks/${tasks[3]}/complete`)
  await eventually(
    'it is followed, and everything is published',
    async () => (await effects(tasks)).followed === 4 && (await waiting()) === 0,
    LIMIT_MS,
  )
  process.kill(following.child.pid!, 'SIGINT')
  const ended = await following.ended
  expect([ended.code, ended.stderr]).toEqual([0, ''])
  expect((JSON.parse(ended.stdout) as DrainResult).published.length).toBeGreaterThan(0)

  proxy.restore()
  await write('PATCH', `/tasks/${edited}`, {title: 'Version 5'})
  await eventually(
    'the relay goes on through Dapr',
    async () => (await waiting()) === 0 && (await lease()).refused.length === 0,
    LIMIT_MS,
  )
  expect((await status()).relay).toMatchObject({leads: true, by_hand: false, refused: []})
  await eventually(
    'the last event is recorded',
    async () =>
      (
        await sql<{n: number}>(
          `select count(*)::int as n from todo.audit_logs where task_id = $1 and event_type = 'task.updated'`,
          [edited],
        )
      )[0]!.n === 4,
    LIMIT_MS,
  )
  // Whatever Dapr still had in its hands has had time to come.
  await delay(3000)
  expect(await effects(tasks)).toEqual({followed: 4, recorded: 4})
  expect(await versions('task-updates', edited)).toEqual([2, 3, 4, 5])
  const twice = await sql(
    `select task_id, event_type, count(*) from todo.audit_logs where event_type in ('task.created', 'task.completed')
     group by 1, 2 having count(*) > 1`,
  )
  expect(twice).toEqual([])
  const [{open}] = (await sql<{open: number}>(
    `select count(*)::int as open from todo.tasks where title like $1 and completed_at is null`,
    [`${marker}%`],
  )) as [{open: number}]
  expect(open).toBe(4)
  for (const topic of ['task-events-dlq', 'reminders-dlq', 'task-updates-dlq'])
    expect([topic, await readTopic(brokers, topic)]).toEqual([topic, []])
})
