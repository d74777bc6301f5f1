import {randomBytes, randomUUID} from 'node:crypto'
import {mkdir, readdir, readFile, writeFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {FoundTrace} from '../../cli/operations/find-trace.ts'
import type {LogLine} from '../../cli/operations/read-logs.ts'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {launchChromium} from '../browser/chromium.ts'
import {type ErrorCollector, startErrorCollector} from '../support/error-collector.ts'
import type {CollectedSpan} from '../support/span-collector.ts'
import {HostTarget} from '../support/stack/host-target.ts'
import {eventually} from '../support/eventually.ts'

const minute = 60_000

let host: HostTarget
let zipkin: string
let errors: ErrorCollector
/** In the title of each task of this file: nothing that anybody may read later has it. */
const CANARY = `canary-${randomUUID()}`
beforeAll(async () => {
  host = await HostTarget.create({zipkin: true})
  errors = await startErrorCollector()
  const dsn = join(host.hostDir, '..', 'dsn')
  await mkdir(dirname(dsn), {recursive: true})
  await writeFile(dsn, errors.dsn, {mode: 0o600})
  // With --debug there is a line for each event and each reminder, which have to be as silent about titles as all others.
  await host.bringUp('--sentry-dsn', `@${dsn}`, '--debug')
  zipkin = `${(await host.state())!.zipkin_url}/api/v2`
}, 10 * minute)
afterAll(async () => {
  await host.dispose()
  await errors.stop()
})

/** Service, kind and name; Zipkin writes names small. Services and their sidecars have the same name. */
type Step = readonly [service: string, kind: string | undefined, name: string]

const stepOf = ({localEndpoint, kind, name}: CollectedSpan): Step => [localEndpoint?.serviceName ?? '', kind, name]

/** From the first span to this one. */
function wayTo(span: CollectedSpan, spans: readonly CollectedSpan[]): Step[] {
  const parent = spans.find(({id}) => id === span.parentId)
  return [...(parent ? wayTo(parent, spans) : []), stepOf(span)]
}

const below = (name: string, service: string, spans: readonly CollectedSpan[]): Step[] => {
  const parents = spans.filter((span) => span.name === name && span.localEndpoint?.serviceName === service)
  return spans.filter(({parentId}) => parents.some(({id}) => id === parentId)).map(stepOf)
}

async function ask<T>(path: string): Promise<T | undefined> {
  const answer = await fetch(`${zipkin}${path}`)
  return answer.ok ? ((await answer.json()) as T) : undefined
}

/**
 * The spans of a trace once all of these names are among them, as often as they are named, and what all of them belong
 * to has come, too: sidecars send theirs after seconds.
 */
async function traceWith(
  {names, roots}: {names: readonly string[]; roots: readonly string[]},
  find: () => Promise<readonly CollectedSpan[] | undefined>,
): Promise<readonly CollectedSpan[]> {
  const look = async (): Promise<readonly CollectedSpan[]> => {
    const spans = (await find()) ?? []
    const left = [...names]
    for (const {name} of spans) if (left.includes(name)) left.splice(left.indexOf(name), 1)
    if (left.length > 0) throw new Error(`missing: ${left.join(', ')} of ${spans.length} spans`)
    const begun = new Set(spans.map((span) => wayTo(span, spans)[0]![2]))
    const loose = [...begun].filter((name) => !roots.includes(name))
    if (loose.length > 0) throw new Error(`what these belong to is missing: ${loose.join(', ')}`)
    return spans
  }
  return await eventually(`spans ${names.join(', ')}`, look, 2 * minute)
}

test(
  'one trace: added, completed, through Kafka, to the next occurrence in the database',
  {timeout: 5 * minute},
  async () => {
    const traceId = randomBytes(16).toString('hex')
    const traced = () => ({traceparent: `00-${traceId}-${randomBytes(8).toString('hex')}-01`})
    const task = {title: `Traced ${CANARY}`, due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily'}
    const {id} = await host.api<{id: number}>('POST', '/tasks', task, traced())
    await host.api('POST', `/tasks/${id}/complete`, undefined, traced())
    const roots = ['post /api/v1/tasks', 'post /api/v1/tasks/*rest']
    // One was added by request, the other follows.
    const created = ['publish task.created', 'publish task.created', 'handle task.created', 'handle task.created']
    // A sidecar has one span for a batch, below the first event in it, and sends it seconds later.
    const brought = (found: readonly CollectedSpan[], service: string) =>
      found.find((span) => span.name === 'pubsub/task-events' && span.localEndpoint?.serviceName === service)
    const readers = ['recurring-task-service', 'audit-service']
    const spans = await traceWith({names: created, roots}, async () => {
      const found = await ask<CollectedSpan[]>(`/trace/${traceId}`)
      return found && readers.every((service) => brought(found, service)) ? found : undefined
    })
    const ways = spans.filter(({name}) => name === 'publish task.created').map((span) => wayTo(span, spans))
    const called = (path: string, route: string): Step[] => [
      ['chat-api', 'CLIENT', 'call task-service'],
      ['chat-api', 'CLIENT', `calllocal/task-service${path}`],
      ['task-service', 'SERVER', `calllocal/task-service${path}`],
      ['task-service', 'SERVER', `post ${route}`],
      ['task-service', 'CLIENT', 'database transaction'],
    ]
    expect(ways.toSorted((a, b) => a.length - b.length)).toEqual([
      [
        ['chat-api', 'SERVER', 'post /api/v1/tasks'],
        ...called('/v1/tasks', '/v1/tasks'),
        ['task-service', 'PRODUCER', 'publish task.created'],
      ],
      [
        ['chat-api', 'SERVER', 'post /api/v1/tasks/*rest'],
        ...called(`/v1/tasks/${id}/complete`, '/v1/tasks/:id/complete'),
        ['task-service', 'PRODUCER', 'publish task.completed'],
        ['recurring-task-service', 'CONSUMER', 'handle task.completed'],
        ['recurring-task-service', 'CLIENT', 'database transaction'],
        ['task-service', 'PRODUCER', 'publish task.created'],
      ],
    ])
    expect(below('publish task.completed', 'task-service', spans)).toEqual(
      expect.arrayContaining(readers.map((service) => [service, 'CONSUMER', 'handle task.completed'])),
    )
    // The sidecars that brought the events stand beside what their services made of them.
    for (const service of readers) {
      const [, publish] = wayTo(brought(spans, service)!, spans).toReversed()
      expect(publish).toEqual(['task-service', 'PRODUCER', expect.stringMatching(/^publish task\./u)])
    }
  },
)

test(
  'one trace: a job is scheduled, runs, and its mail is handed to the mail server',
  {timeout: 5 * minute},
  async () => {
    const names = ['schedule job', 'smtp', 'publish reminder.sent', 'handle reminder.sent']
    const since = Date.now()
    const due = new Date(Math.ceil(since / 1000) * 1000 + 10_000).toISOString()
    await host.api('POST', '/tasks', {title: `Remind me ${CANARY}`, due_at: due, reminders: [{offset_seconds: 0}]})
    const spans = await traceWith({names, roots: ['schedule job']}, async () => {
      const query = '/traces?serviceName=notification-service&spanName=smtp&limit=10'
      // Not that of a first try.
      const found = await ask<CollectedSpan[][]>(query)
      return found?.find((trace) => trace.some(({name, timestamp = 0}) => name === 'smtp' && timestamp >= since * 1000))
    })
    const run: Step[] = [
      ['notification-service', 'PRODUCER', 'schedule job'],
      ['notification-service', 'CONSUMER', 'run job'],
      ['notification-service', 'CONSUMER', 'send reminder'],
    ]
    const way = (name: string) =>
      wayTo(
        spans.find((span) => span.name === name)!,
        spans,
      )
    expect(way('smtp')).toEqual([...run, ['notification-service', 'CLIENT', 'smtp']])
    // That it was sent is written down, and told, in the same trace.
    expect(way('handle reminder.sent')).toEqual([
      ...run,
      ['notification-service', 'CLIENT', 'database transaction'],
      ['task-service', 'PRODUCER', 'publish reminder.sent'],
      ['audit-service', 'CONSUMER', 'handle reminder.sent'],
    ])
    const scheduled = below('schedule job', 'notification-service', spans)
    expect(scheduled).toContainEqual([
      'notification-service',
      'CLIENT',
      expect.stringMatching(/^\/v1\.0\/jobs\/reminder-/u),
    ])
  },
)

/** The spans from the outermost that arrived to `step`, by service and name. */
function wayOf({spans}: FoundTrace, step: string): string[] {
  const named = spans.map((span) => ({...span, step: `${span.service} ${span.name}`}))
  const way: string[] = []
  let at = named.find((span) => span.step === step)
  while (at) {
    way.unshift(at.step)
    const {parent_id: parent} = at
    at = named.find(({id}) => id === parent)
  }
  return way
}

test('what a command does is a trace, which todo5 trace shows as a tree', {timeout: 4 * minute}, async () => {
  const added = await host.json<{id: number}>(
    'task',
    'add',
    `By command ${CANARY}`,
    '--due',
    '2036-12-01T09:00Z',
    '--repeat',
    'daily',
  )
  await host.json('done', String(added.id))
  const {found, way} = await eventually(
    'the whole trace',
    async () => {
      const found = await host.json<FoundTrace>('trace', String(added.id))
      const steps = found.spans.map(({service, name}) => `${service} ${name}`)
      for (const step of ['recurring-task-service handle task.completed', 'audit-service handle task.created'])
        if (!steps.includes(step)) throw new Error(`${step} is not in ${steps.join(', ')}`)
      // Every process sends its spans by itself: those at the beginning may come last.
      const way = wayOf(found, 'task-service publish task.created')
      if (way[0] !== 'chat-api post /api/v1/tasks/*rest') throw new Error(`the way begins late: ${way.join(', ')}`)
      return {found, way}
    },
    2 * minute,
  )
  expect(found.event).toMatchObject({event_type: 'task.completed', task_id: added.id, trace_id: found.trace_id})
  expect(found.services.toSorted()).toEqual(
    expect.arrayContaining(SERVICE_NAMES.filter((name) => name !== 'notification-service')),
  )
  expect(found.others.map(({event_type}) => event_type)).toEqual(['task.created'])
  expect(way).toEqual([
    // The command itself records nothing.
    'chat-api post /api/v1/tasks/*rest',
    'chat-api call task-service',
    expect.stringMatching(/^chat-api calllocal/u),
    expect.stringMatching(/^task-service calllocal/u),
    'task-service post /v1/tasks/:id/complete',
    'task-service database transaction',
    'task-service publish task.completed',
    'recurring-task-service handle task.completed',
    'recurring-task-service database transaction',
    'task-service publish task.created',
  ])
  // An event leads to the same trace.
  const byEvent = await host.json<FoundTrace>('trace', found.event!.event_id)
  expect(byEvent.trace_id).toBe(found.trace_id)
  expect(found.spans.every(({tags}) => !JSON.stringify(tags).includes(CANARY))).toBe(true)
})

test('what a person does in a browser is a trace, which begins in the page', {timeout: 4 * minute}, async () => {
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    const {url} = await host.json<{url: string}>('open', '--context', 'host')
    await page.goto(url)
    const box = page.getByRole('textbox', {name: 'Add a task'})
    await box.fill(`By browser ${CANARY} every day`)
    const [request] = await Promise.all([
      page.waitForRequest((one) => one.method() === 'POST' && new URL(one.url()).pathname === '/api/v1/tasks'),
      box.press('Enter'),
    ])
    const [, traceId, spanOfPage] = (await request.headerValue('traceparent'))!.split('-')
    const spans = await traceWith(
      {names: ['publish task.created', 'handle task.created'], roots: ['post /api/v1/tasks']},
      async () => await ask<CollectedSpan[]>(`/trace/${traceId}`),
    )
    // The page itself sends no spans; its own is that below which all others stand.
    expect(spans.find(({name}) => name === 'post /api/v1/tasks')!.parentId).toBe(spanOfPage)
    expect(
      wayTo(
        spans.find(({name}) => name === 'publish task.created')!,
        spans,
      ),
    ).toEqual([
      ['chat-api', 'SERVER', 'post /api/v1/tasks'],
      ['chat-api', 'CLIENT', 'call task-service'],
      ['chat-api', 'CLIENT', 'calllocal/task-service/v1/tasks'],
      ['task-service', 'SERVER', 'calllocal/task-service/v1/tasks'],
      ['task-service', 'SERVER', 'post /v1/tasks'],
      ['task-service', 'CLIENT', 'database transaction'],
      ['task-service', 'PRODUCER', 'publish task.created'],
    ])
  } finally {
    await browser.close()
  }
})

test('idle, nothing is traced but what Dapr does by itself', {timeout: 2 * minute}, async () => {
  const query = `/traces?spanName=${encodeURIComponent('database transaction')}&limit=1000`
  const traces = (await ask<CollectedSpan[][]>(query))!
  expect(traces.length).toBeGreaterThan(0)
  expect(traces.filter((spans) => spans.every(({name}) => name === 'database transaction'))).toEqual([])
})

/** A rule that no version could compute any more, as a mistake of ours would leave it. */
async function breakRule(seriesId: number): Promise<void> {
  const admin = new Client({connectionString: (await host.state())!.database_url!})
  await admin.connect()
  try {
    await admin.query(`update todo.series set rule = 'FREQ=NEVER' where id = $1`, [seriesId])
  } finally {
    await admin.end()
  }
}

test('an error goes to the Sentry of --sentry-dsn, with rule and series', {timeout: 3 * minute}, async () => {
  const task = {title: `Broken ${CANARY}`, due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily'}
  const {id, series_id: series} = await host.api<{id: number; series_id: number}>('POST', '/tasks', task)
  await breakRule(series)
  await host.api('POST', `/tasks/${id}/complete`)
  const report = await eventually(
    'a report',
    async () => {
      const found = errors.errors.find(({tags}) => tags?.['service'] === 'recurring-task-service')
      if (!found) throw new Error(`${errors.errors.length} others came`)
      return found
    },
    minute,
  )
  expect(report.contexts?.['todo5']).toMatchObject({task_id: id, series_id: series, rule: 'FREQ=NEVER'})
  expect(errors.received.join('\n')).not.toContain(CANARY)
})

const FACT = {
  timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/u),
  level: expect.stringMatching(/^(DEBUG|INFO|WARN|ERROR)$/u),
  message: expect.stringMatching(/^[^\n]+$/u),
}
const UUID_OR_NULL = /^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|null)$/u

test(
  'each line of each service has the fields of the contract, and no title and no secret',
  {timeout: 2 * minute},
  async () => {
    const folder = join(host.hostDir, 'state', 'logs')
    const ours: string[] = [...SERVICE_NAMES, 'mailbox', 'todo5']
    const files = (await readdir(folder)).filter((name) => !name.startsWith('start.'))
    expect(files).toEqual(expect.arrayContaining(ours.map((name) => `${name}.log`)))
    const secrets = [CANARY, new URL(errors.dsn).username, ...(await secretsOfHost())]
    expect(secrets.length).toBeGreaterThan(10)
    for (const file of files) {
      const text = await readFile(join(folder, file), 'utf8')
      // Also of Kafka, Dapr and Zipkin.
      expect(
        secrets.filter((secret) => text.includes(secret)),
        file,
      ).toEqual([])
      const service = file.replace(/\.log(\.1)?$/u, '')
      if (!ours.includes(service)) continue
      for (const line of text.trimEnd().split('\n')) {
        const fields = JSON.parse(line) as Record<string, unknown>
        expect(fields, line).toMatchObject({...FACT, service})
        expect(String(fields['user_id']), line).toMatch(UUID_OR_NULL)
        expect(String(fields['event_id']), line).toMatch(UUID_OR_NULL)
      }
    }
  },
)

/** Everything that services were given as secrets, and the keys of people. */
async function secretsOfHost(): Promise<string[]> {
  const run = join(host.hostDir, 'run')
  const texts = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : Object.values(value as object).flatMap(texts)
  const given: string[] = []
  for (const name of await readdir(run)) {
    if (name.endsWith('-secrets.json')) given.push(...texts(JSON.parse(await readFile(join(run, name), 'utf8'))))
  }
  const key = (await readFile(join(host.hostDir, 'state', 'local-key'), 'utf8')).trim()
  // Of an address the password alone: where the database is may be said.
  return [key, ...given.map((secret) => URL.parse(secret)?.password ?? secret)].filter((secret) => secret.length >= 12)
}

test(
  'todo5 logs merges the services by time, and leaves out what is not asked for',
  {timeout: 3 * minute},
  async () => {
    const read = async (...args: string[]): Promise<LogLine[]> =>
      (await host.json<{lines: LogLine[]}>('logs', '--target', 'host', '--since', '1h', ...args)).lines
    const all = await read()
    const times = all.map(({timestamp}) => timestamp).filter((at) => at !== null)
    expect(times).toEqual(times.toSorted())
    expect(new Set(all.map(({service}) => service))).toEqual(
      new Set([...all.map(({service}) => service), ...SERVICE_NAMES]),
    )
    // One event, in the words of each service that it came to.
    const {event_id: event, user_id: user} = all.find(
      ({message, event_id}) => message === 'an event was handled' && event_id !== null,
    )!
    const ofEvent = await read('--event', event!)
    expect(ofEvent.map((line) => line.event_id)).toEqual(ofEvent.map(() => event))
    expect(ofEvent.map(({service}) => service)).toContain('audit-service')
    const ofUser = await read('--user', user!, 'audit')
    expect(new Set(ofUser.map((line) => `${line.service} ${line.user_id}`))).toEqual(new Set([`audit-service ${user}`]))
    const errorsOnly = await read('--level', 'error')
    expect(new Set(errorsOnly.map(({level}) => level))).toEqual(new Set(['ERROR']))
    expect(errorsOnly.map(({message}) => message)).toContain('the next occurrence could not be computed')
    const {lines: none} = await host.json<{lines: LogLine[]}>(
      'logs',
      '--target',
      'host',
      '--since',
      '2036-01-01T00:00Z',
    )
    expect(none).toEqual([])
  },
)

test('todo5 logs --follow shows what several services say from now on', {timeout: 3 * minute}, async () => {
  const {child, ended} = host.start('logs', '--target', 'host', '--follow', '--lines', '1', '--json')
  const seen: LogLine[] = []
  let rest = ''
  child.stdout!.on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    seen.push(...lines.map((line) => JSON.parse(line) as LogLine))
  })
  try {
    await eventually('its first line', () => seen.length > 0, minute)
    const {id} = await host.api<{id: number}>('POST', '/tasks', {
      title: `Followed ${CANARY}`,
      due_at: '2036-12-01T09:00Z',
      recurring_pattern: 'daily',
    })
    await host.api('POST', `/tasks/${id}/complete`)
    const both = (): boolean => {
      const services = new Set(seen.filter((line) => line['task_id'] === id).map(({service}) => service))
      return ['audit-service', 'recurring-task-service'].every((service) => services.has(service))
    }
    await eventually('lines of both consumers', both, minute)
  } finally {
    child.kill('SIGINT')
  }
  expect(await ended).toMatchObject({code: 0, stderr: ''})
})
