import {randomUUID} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {renderDapr} from '../../cli/operations/render-dapr.ts'
import {runCli} from '../../cli/testing/run-cli.ts'
import {createDatabase} from '../../test/support/postgres.ts'
import {APP_TOKEN, type ServicesOnDapr, startServicesOnDapr} from '../../test/support/services-on-dapr.ts'
import {type SpanCollector, startSpanCollector} from '../../test/support/span-collector.ts'
import {Stack} from '../../test/support/stack/stack.ts'
import {partitionOf} from '../domain/events/partition.ts'
import {StackTopics} from '../adapters/dapr/testing/stack-topics.ts'

const GENEROUS = {timeout: 60_000, interval: 100}
const LONG = {timeout: 120_000, interval: 500}
/** Each command joins Kafka anew. */
const PATIENT = {timeout: 600_000}

let stack: Stack
let topics: StackTopics
let collector: SpanCollector
let todo5: ServicesOnDapr

beforeAll(async () => {
  collector = await startSpanCollector()
  stack = await Stack.create()
  const [{brokers}] = await Promise.all([stack.kafka(), stack.scheduler()])
  topics = await StackTopics.create(brokers)
  const files = await renderDapr({
    target: 'host',
    values: {
      brokers,
      secretsFile: await secrets(),
      nameResolutionFile: join(stack.folder, 'names.sqlite'),
      zipkinEndpoint: collector.endpoint,
    },
  })
  todo5 = await startServicesOnDapr({
    environment: {ZIPKIN_ENDPOINT: collector.endpoint},
    startSidecar: async ({app, appPort}) =>
      stack.daprd({
        appId: app,
        appPort,
        appToken: APP_TOKEN,
        resources: files.filter(({path}) => !path.startsWith('config/')),
        configuration: files.find(({path}) => path === `config/todo5-${app}.yaml`)!.text,
        // It waits for its app, which is started next and asks for its address.
        readyWhen: 'outbound',
      }),
  })
})

afterAll(async () => {
  await todo5.stop()
  await topics.close()
  await stack.stop()
  await collector.stop()
})

/** The state store of these tests is not that of the services' database: nothing of it is looked at here. */
async function secrets(): Promise<string> {
  const {url} = await createDatabase('template1')
  const owner = new Client({connectionString: url})
  await owner.connect()
  await owner.query('create schema dapr')
  await owner.end()
  const file = join(stack.folder, 'secrets.json')
  await writeFile(file, JSON.stringify({'statestore-postgresql': {connectionString: url}}), {mode: 0o600})
  return file
}

/** Empty too while the audit service is away. */
const auditTypes = async (taskId: unknown): Promise<string[]> => {
  const {entries = []} = (await todo5.api('GET', `/audit?task_id=${taskId}`)).body
  return (entries as {event_type: string}[]).map((entry) => entry.event_type)
}

/**
 * A write as clients make it: repeated under its key while a part of todo5 is away. All services of this test share one
 * event loop, so on a busy machine a probe of a sidecar can be late, and calls are refused for a moment.
 */
async function write(path: string, body?: unknown): Promise<{status: number; body: Record<string, unknown>}> {
  const headers = {'idempotency-key': randomUUID()}
  const until = Date.now() + GENEROUS.timeout
  for (;;) {
    const answer = await todo5.api('POST', path, body, headers)
    if (answer.status !== 503 || Date.now() > until) return answer
    await delay(200)
  }
}

const completeOne = async (title: string): Promise<unknown> => {
  const made = await write('/tasks', {title, due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily'})
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  const done = await write(`/tasks/${made.body['id']}/complete`)
  expect(done.status, JSON.stringify(done.body)).toBe(200)
  return made.body['id']
}

test('a completion passes Kafka, makes the next occurrence, and all is recorded', async () => {
  const id = await completeOne('Through Kafka')
  await expect
    .poll(async () => auditTypes(id), GENEROUS)
    .toEqual(expect.arrayContaining(['task.created', 'reminder.scheduled', 'task.completed', 'reminder.cancelled']))
  const open = async () =>
    (((await todo5.api('GET', '/tasks?search=Through%20Kafka')).body['tasks'] ?? []) as {due_at: string}[]).map(
      (task) => task.due_at,
    )
  await expect.poll(open, GENEROUS).toContain('2036-12-02T09:00:00Z')
})

test('completions at the same time make as many next occurrences, each once', async () => {
  const marker = randomUUID().slice(0, 8)
  await Promise.all(Array.from({length: 50}, async (_, n) => completeOne(`${marker} ${n}`)))
  const open = async () => {
    const {tasks = []} = (await todo5.api('GET', `/tasks?search=${marker}&limit=200`)).body as {
      tasks?: {title: string; due_at: string; completed_at: string | null}[]
    }
    return tasks.filter((task) => task.completed_at === null)
  }
  await expect.poll(async () => (await open()).length, GENEROUS).toBe(50)
  expect(new Set((await open()).map((task) => task.title)).size).toBe(50)
  expect((await open()).every((task) => task.due_at === '2036-12-02T09:00:00Z')).toBe(true)
})

test('one trace leads from the completion over Kafka to the next occurrence, the sidecars in between', async () => {
  const id = await completeOne('Traced')
  await expect.poll(async () => auditTypes(id), GENEROUS).toContain('task.completed')
  const published = () => collector.spans.filter((span) => span.name === 'publish task.created')
  const chain = () =>
    published()
      .map((span) => collector.ancestry(span))
      .find((names) => names.includes('publish task.completed') && names.at(-1)!.startsWith('POST /api/v1'))
  await expect.poll(chain, GENEROUS).toBeDefined()
  // Between the two HTTP spans are those of the sidecars; their names are Dapr's.
  const ours = chain()!.filter((name) => !/calllocal|\/v1\.0\/|dapr/iu.test(name))
  expect(ours.slice(0, 6)).toEqual([
    'publish task.created',
    'database transaction',
    'handle task.completed',
    'publish task.completed',
    'database transaction',
    'POST /v1/tasks/:id/complete',
  ])
  expect(ours).toContain('call task-service')
})

test('a reminder comes by its job, in the trace of its scheduling, never early', async () => {
  const title = `Soon ${randomUUID()}`
  const due = new Date(Math.ceil(Date.now() / 1000) * 1000 + 10_000)
  const made = await write('/tasks', {title, due_at: due.toISOString(), reminders: [{offset_seconds: 0}]})
  expect(made.status, JSON.stringify(made.body)).toBe(201)
  const mail = async () =>
    (((await todo5.api('GET', '/mailbox')).body['mails'] ?? []) as {subject: string; received_at: string}[]).find(
      (entry) => entry.subject.includes(title),
    )
  await expect.poll(mail, GENEROUS).toBeDefined()
  expect(Date.parse((await mail())!.received_at)).toBeGreaterThanOrEqual(due.getTime())
  const chains = () => collector.spans.filter((span) => span.name === 'SMTP').map((span) => collector.ancestry(span))
  await expect.poll(chains, GENEROUS).toContainEqual(['SMTP', 'send reminder', 'run job', 'schedule job'])
})

test('what happens while a service is away is done when it is back', async () => {
  await todo5.stopService('audit-service')
  let made: Awaited<ReturnType<typeof write>>
  try {
    made = await write('/tasks', {title: 'While nobody wrote'})
  } finally {
    await todo5.startService('audit-service')
  }
  await expect.poll(async () => auditTypes(made.body['id']), GENEROUS).toEqual(['task.created'])
})

test('nothing was put into the dead letters', async () => {
  for (const topic of ['task-events-dlq', 'reminders-dlq', 'task-updates-dlq']) {
    expect([topic, await topics.count(topic)]).toEqual([topic, 0])
  }
})

test('what Dapr cannot decode goes to the dead letters of each reader, and does not hold up what is behind it', async () => {
  const text = `no JSON ${randomUUID()}`
  await topics.putRaw('task-events', text)
  const id = await completeOne('Behind it')
  await expect
    .poll(async () => auditTypes(id), GENEROUS)
    .toEqual(expect.arrayContaining(['task.created', 'task.completed']))
  // Twelve partitions, and two services that read the topic.
  await expect.poll(async () => topics.countWith('task-events-dlq', text), GENEROUS).toBe(24)
})

test('an event of another installation goes to the dead letters with its reason', async () => {
  const source = `urn:todo5:installation:${randomUUID()}`
  await topics.putRaw(
    'task-events',
    JSON.stringify({specversion: '1.0', id: randomUUID(), type: 'x', source, data: {}}),
  )
  await expect.poll(async () => topics.countWith('task-events-dlq', source), GENEROUS).toBe(24)
  const said = todo5.lines.filter((line) => line['code'] === 'foreign_installation')
  expect(said.some((line) => String(line['reason']).includes(source))).toBe(true)
})

async function dlq(...line: string[]) {
  const {brokers} = await stack.kafka()
  const {code, stdout, stderr} = await runCli(['dlq', ...line, '--brokers', brokers, '--json'])
  expect(code, stdout + stderr).toBe(0)
  return JSON.parse(stdout)
}

test('an operator sees both, cannot replay what would only come back, and drops it', PATIENT, async () => {
  const {groups} = await dlq('list', '--summary')
  const kinds = groups.map(({count, code, consumer}: Record<string, unknown>) => [count, code, consumer]).toSorted()
  expect(kinds).toEqual([
    [12, 'foreign_installation', 'audit-service'],
    [12, 'foreign_installation', 'recurring-task-service'],
    [24, 'given_up_by_dapr', null],
  ])
  const before = await topics.count('task-events')
  const {dead_letters: replayed, left_out: leftOut} = await dlq('replay')
  expect([replayed, leftOut.length]).toEqual([[], 48])
  expect(await topics.count('task-events')).toBe(before)
  await dlq('drop', '--topic', 'task-events', '--yes')
  expect((await dlq('list')).total).toBe(0)
  expect((await dlq('list', '--all')).total).toBe(48)
})

test(
  'an event that fails is put aside and its partition goes on; replayed after the fix it is done once',
  PATIENT,
  async () => {
    const owner = new Client({connectionString: todo5.databaseUrl})
    await owner.connect()
    try {
      const marker = randomUUID()
      await owner.query(`create function public.refuse() returns trigger language plpgsql as $$
      begin raise exception 'no room for %', new.title; end $$`)
      await owner.query(`create trigger refuse before insert on todo.tasks for each row
      when (new.predecessor_id is not null and new.title = 'poison ${marker}') execute function public.refuse()`)
      const id = await completeOne(`poison ${marker}`)
      await completeOne(`sound ${marker}`)
      const open = async () => {
        const {tasks = []} = (await todo5.api('GET', `/tasks?search=${marker}`)).body as {
          tasks?: {title: string; completed_at: string | null}[]
        }
        return tasks.filter((task) => task.completed_at === null).map(({title}) => title.split(' ')[0]!)
      }
      await expect.poll(open, LONG).toEqual(['sound'])
      await expect.poll(async () => (await dlq('list')).total, LONG).toBe(1)
      const [letter] = (await dlq('list')).dead_letters
      expect(letter).toMatchObject({
        consumer: 'recurring-task-service',
        code: 'handler_failed',
        reason: expect.stringContaining(`no room for poison ${marker}`),
        task_id: id,
        partition: partitionOf(letter.user_id),
        replay_count: 0,
      })
      const metrics = await fetch(`http://127.0.0.1:${todo5.appPorts['recurring-task-service']}/metrics`, {
        headers: {'dapr-api-token': APP_TOKEN},
      })
      expect(await metrics.text()).toMatch(/^consumer_dead_letters_total\{code="handler_failed"[^}]*\} 1$/mu)

      await owner.query('drop function public.refuse() cascade')
      const {steps} = await dlq('replay', '--dry-run')
      expect(steps).toEqual([
        `publish 1 event to partition ${letter.partition} of task-events`,
        'mark 1 dead letter as replayed',
      ])
      // As after a crash between the event and its mark: it is published twice.
      await dlq('replay', letter.id)
      await dlq('replay', letter.id, '--force')
      await expect.poll(async () => (await open()).toSorted(), LONG).toEqual(['poison', 'sound'])
      expect(await topics.countWith('task-events', letter.event_id)).toBe(3)
      // Both replays have been read when what comes behind them has.
      await completeOne(`behind ${marker}`)
      await expect.poll(async () => (await open()).toSorted(), LONG).toEqual(['behind', 'poison', 'sound'])
      expect((await auditTypes(id)).filter((type) => type === 'task.completed')).toEqual(['task.completed'])
      expect((await dlq('list')).total).toBe(0)
    } finally {
      await owner.query('drop function if exists public.refuse() cascade')
      await owner.end()
    }
  },
)
