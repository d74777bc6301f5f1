import {randomBytes} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {CollectedSpan} from '../support/span-collector.ts'
import {HostTarget} from '../support/stack/host-target.ts'
import {eventually} from '../support/eventually.ts'

const minute = 60_000

let host: HostTarget
let zipkin: string
beforeAll(async () => {
  host = await HostTarget.create({zipkin: true})
  await host.bringUp()
  zipkin = `${(await host.state())!.zipkin_url}/api/v2`
}, 10 * minute)
afterAll(async () => await host.dispose())

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
    const task = {title: 'Traced', due_at: '2036-12-01T09:00Z', recurring_pattern: 'daily'}
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
    await host.api('POST', '/tasks', {title: 'Remind me', due_at: due, reminders: [{offset_seconds: 0}]})
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

test('idle, nothing is traced but what Dapr does by itself', {timeout: 2 * minute}, async () => {
  const query = `/traces?spanName=${encodeURIComponent('database transaction')}&limit=1000`
  const traces = (await ask<CollectedSpan[][]>(query))!
  expect(traces.length).toBeGreaterThan(0)
  expect(traces.filter((spans) => spans.every(({name}) => name === 'database transaction'))).toEqual([])
})
