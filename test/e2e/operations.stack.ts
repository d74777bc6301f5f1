import {randomUUID} from 'node:crypto'
import {readFile} from 'node:fs/promises'
import {Client} from 'pg'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {packagePath} from '../../services/package-root.ts'
import {withAdmin, withProducer} from '../support/faults/topics.ts'
import {HostTarget} from '../support/stack/host-target.ts'
import {eventually} from '../support/eventually.ts'

/** Makes each failure of docs/operations.md on a real stack, and runs its commands as they stand there. */

const LIMIT_MS = 120_000

let host: HostTarget

beforeAll(async () => {
  // With Zipkin: without it nothing is traced, whatever the sampling rate.
  host = await HostTarget.create({zipkin: true})
  await host.bringUp()
}, 10 * LIMIT_MS)

afterAll(async () => await host.dispose())

const page = await readFile(packagePath('docs', 'operations.md'), 'utf8')
const sections = new Map(
  page
    .split(/^## /mu)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), commandsOf(text)] as const),
)

function commandsOf(text: string): string[] {
  return [...text.matchAll(/```sh\n([\s\S]*?)```/gu)].flatMap(([, block]) => block!.trim().split('\n'))
}

interface Outcome {
  readonly code: number | null
  readonly text: string
}

/** Runs the commands of a section that begin with `start`, in their order; each has to end with 0 unless said otherwise. */
async function follow(
  section: string,
  options: {start?: string; replace?: Readonly<Record<string, string>>; codes?: Readonly<Record<string, number>>} = {},
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const command of sections.get(section)!.filter((line) => line.startsWith(options.start ?? ''))) {
    const line = Object.entries(options.replace ?? {}).reduce((text, [from, to]) => text.replace(from, to), command)
    const {code, stdout, stderr} = await host.todo5(...line.split(' ').slice(1))
    expect(code, `${line}\n${stdout}\n${stderr}`).toBe(options.codes?.[command] ?? 0)
    followed.add(command)
    outcomes.push({code, text: stdout + stderr})
  }
  expect(outcomes).not.toEqual([])
  return outcomes
}
const followed = new Set<string>()

/** A connection each: after a crash the database is another process at another port. */
async function sql<T extends object>(text: string, parameters: unknown[] = []): Promise<T[]> {
  const client = new Client({connectionString: (await host.state())!.database_url!})
  await client.connect()
  try {
    return (await client.query<T>(text, parameters)).rows
  } finally {
    await client.end()
  }
}

interface Task {
  readonly id: number
  readonly title: string
}
const daily = async (title: string): Promise<Task> =>
  await host.api<Task>('POST', '/tasks', {title, due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily'})
const complete = async (id: number): Promise<unknown> => await host.api('POST', `/tasks/${id}/complete`)
const successors = async (id: number): Promise<number> =>
  (await sql('select 1 from todo.tasks where predecessor_id = $1', [id])).length
const untilFollowed = async (id: number): Promise<unknown> =>
  await eventually(`the task after ${id}`, async () => (await successors(id)) === 1, LIMIT_MS)

interface Letter {
  readonly id: string
  readonly code: string
}
const letters = async (): Promise<readonly Letter[]> =>
  (await host.json<{dead_letters: Letter[]}>('dlq', 'list')).dead_letters

describe('docs/operations.md', () => {
  test('Where to look first', async () => {
    const [doctor] = await follow('Where to look first')
    expect(doctor!.text).toContain('6 topics as declared')
  })

  test('An event cannot be handled', async () => {
    const task = await daily(`Refused ${randomUUID()}`)
    // What stands in the way: a constraint that nobody told the service of.
    await sql(`create or replace function public.refuse() returns trigger language plpgsql as $$
      begin raise exception 'refused on purpose'; end $$`)
    await sql(`create or replace trigger refuse before insert on todo.tasks for each row
      when (new.predecessor_id = ${task.id}) execute function public.refuse()`)
    await complete(task.id)
    await publish({event_id: randomUUID(), nonsense: true})
    const found = await eventually(
      'both dead letters',
      async () => {
        const all = await letters()
        const failed = all.find(({code}) => code === 'handler_failed')
        return failed && all.some(({code}) => code === 'malformed_event') ? failed : undefined
      },
      LIMIT_MS,
    )
    await sql('drop trigger refuse on todo.tasks')
    const outcomes = await follow('An event cannot be handled', {replace: {'task-events/3/17': found.id}})
    expect(outcomes[1]!.text).toContain('refused on purpose')
    await untilFollowed(task.id)
    expect(await letters()).toEqual([])
  })

  test('A consumer is behind', async () => {
    const task = await daily(`Late ${randomUUID()}`)
    await host.json('down', 'host', '--only', 'recurring-task-service')
    await complete(task.id)
    await eventually('lag', async () => /recurring-task-service +task-events +[1-9]/u.test(await consumers()), LIMIT_MS)
    const outcomes = await follow('A consumer is behind')
    expect(outcomes.find(({text}) => text.includes('task.completed'))).toBeDefined()
    await untilFollowed(task.id)
  })

  test('Events have to be handled again', async () => {
    const task = await daily(`Twice ${randomUUID()}`)
    await complete(task.id)
    await untilFollowed(task.id)
    const before = await sql('select id, version, completed_at, predecessor_id from todo.tasks order by id')
    const handledBefore = await handledLast()
    await follow('Events have to be handled again')
    await eventually('it is handled again', async () => (await handledLast()) > handledBefore, LIMIT_MS)
    await eventually('nothing waits', async () => !/task-service +\S+ +[1-9]/u.test(await consumers()), LIMIT_MS)
    expect(await sql('select id, version, completed_at, predecessor_id from todo.tasks order by id')).toEqual(before)
  })

  test('The outbox grows', async () => {
    // A relay that hangs: it has the lease and does nothing with it.
    await sql(
      `update todo.relay_lease set token = gen_random_uuid(), holder = 'hangs', until = now() + interval '1 hour'`,
    )
    const task = await daily(`Waiting ${randomUUID()}`)
    await complete(task.id)
    await eventually('events wait', async () => (await sql('select 1 from todo.outbox')).length >= 2, LIMIT_MS)
    const outcomes = await follow('The outbox grows')
    expect(outcomes[0]!.text).toContain('hangs')
    await untilFollowed(task.id)
    const {id} = await daily(`Published ${randomUUID()}`)
    await complete(id)
    await untilFollowed(id)
  })

  test('A topic is missing or differs', async () => {
    await withAdmin(await brokers(), async (admin) => {
      await admin.alterConfigs({
        validateOnly: false,
        resources: [{type: 2, name: 'task-updates-dlq', configEntries: [{name: 'retention.ms', value: '1000'}]}],
      })
    })
    const [difference] = await follow('A topic is missing or differs')
    expect(difference!.text).toContain('task-updates-dlq')
    expect((await host.json<{in_sync: boolean}>('topic', 'diff')).in_sync).toBe(true)
  })

  test('A series does not go on', async () => {
    const task = await daily(`Stuck ${randomUUID()}`)
    await sql(`update todo.tasks set next_occurrence = '2040-01-01' where id = $1`, [task.id])
    await follow('A series does not go on', {codes: {'todo5 recurrence check': 4}})
    const again = await host.todo5('recurrence', 'check')
    expect(again.code, again.stdout).toBe(0)
  })

  test('A reminder did not come', async () => {
    const due = new Date(Date.now() + 600_000).toISOString()
    const task = await host.api<Task>('POST', '/tasks', {
      title: `Quiet ${randomUUID()}`,
      due_at: due,
      reminders: [{offset_seconds: 60}],
    })
    const [history] = await follow('A reminder did not come', {replace: {'12': String(task.id)}})
    expect(history!.text).toContain('remind')
  })

  test('A certificate ends', async () => {
    const [doctor] = await follow('A certificate ends')
    expect(doctor!.text).toContain('the authority ends on')
  })

  test('A machine is full', async () => {
    const [consumers] = await follow('A machine is full')
    expect(consumers!.text).toContain('audit-service')
  })

  test('A Dapr resource is wrong', async () => {
    const outcomes = await follow('A Dapr resource is wrong')
    expect(outcomes[2]!.text).toContain('samplingRate')
    const task = await daily(`Traced ${randomUUID()}`)
    await complete(task.id)
    await untilFollowed(task.id)
  })

  test('The schema has to go back', async () => {
    const task = await daily(`Kept ${randomUUID()}`)
    const newest = async (): Promise<string> =>
      (await sql<{name: string}>('select max(name) as name from todo.schema_versions'))[0]!.name
    const before = await newest()
    const running = await host.todo5('db', 'rollback', '--to', '019')
    expect([running.code, running.stderr]).toEqual([4, expect.stringContaining('[schema_in_use, exit 4]')])
    await follow('The schema has to go back', {start: 'todo5 down'})
    await follow('The schema has to go back', {start: 'todo5 db rollback'})
    expect(await newest()).toBe('019')
    await follow('The schema has to go back', {start: 'todo5 db migrate'})
    expect(await newest()).toBe(before)
    await follow('The schema has to go back', {start: 'todo5 up'})
    await complete(task.id)
    await untilFollowed(task.id)
  })

  test('Nothing answers', async () => {
    const {pid} = (await host.state())!
    process.kill(pid, 'SIGKILL')
    const outcomes = await follow('Nothing answers', {codes: {'todo5 status host': 4}})
    expect(outcomes[0]!.text).toContain('todo5 up host')
    const task = await daily(`After ${randomUUID()}`)
    await complete(task.id)
    await untilFollowed(task.id)
  })

  test('every command of the page was run', () => {
    expect([...sections.values()].flat().filter((command) => !followed.has(command))).toEqual([])
  })
})

const consumers = async (): Promise<string> => (await host.todo5('consumer', 'list')).stdout

const handledLast = async (): Promise<Date> =>
  (await sql<{at: Date}>(`select max(handled_at) as at from todo.inbox where consumer = 'recurring-task-service'`))[0]!
    .at

const brokers = async (): Promise<string> => (await host.state())!.kafka_brokers!

/** An event of this installation that no consumer can read. */
async function publish(data: object): Promise<void> {
  const [{id}] = (await sql<{id: string}>('select id from todo.installation')) as [{id: string}]
  const event = {specversion: '1.0', id: randomUUID(), source: `urn:todo5:installation:${id}`, type: 'x', data}
  const headers = {'content-type': 'application/cloudevents+json'}
  await withProducer(await brokers(), async (producer) => {
    await producer.send({topic: 'task-events', messages: [{key: randomUUID(), value: JSON.stringify(event), headers}]})
  })
}
