import {randomUUID} from 'node:crypto'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import type {OutgoingEvent} from '../../ports/event-publisher.ts'
import type {Acknowledgement, DeliveredEvent} from '../../ports/event-subscriptions.ts'
import {createDaprConversationStore} from './conversation-store.ts'
import {createDaprEventPublisher} from './event-publisher.ts'
import {DaprJobScheduler} from './job-scheduler.ts'
import {createDaprServiceInvoker} from './service-invoker.ts'
import {openSidecarDesk} from './sidecar-facts.ts'
import {type Sidecar, SidecarAway, openSidecar} from './sidecar.ts'
import {App, INSTALLATION, PUBSUB} from './testing/dapr-fixtures.ts'
import {FakeBroker, FakeJobs} from './testing/fake-broker.ts'
import {FakeSidecar, type FakeSidecarOptions} from './testing/fake-sidecar.ts'

const GENEROUS = {timeout: 90_000, interval: 20}

let broker: FakeBroker
let jobs: FakeJobs
let fake: FakeSidecar
let sidecar: Sidecar
const closing: (() => Promise<void> | void)[] = []

beforeEach(async () => {
  broker = new FakeBroker()
  jobs = new FakeJobs()
  fake = await startFake({appId: 'task-service'})
  sidecar = connect(fake)
})
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function startFake(options: Partial<FakeSidecarOptions> & {appId: string}): Promise<FakeSidecar> {
  const started = await FakeSidecar.start({broker, jobs, ...options})
  closing.push(async () => started.stop())
  return started
}

function connect({endpoint}: FakeSidecar, token = fake.apiToken, timeoutMs = 5000): Sidecar {
  const opened = openSidecar({endpoint, token, timeoutMs})
  closing.push(() => opened.close())
  return opened
}

const event = (n: number, over: Partial<OutgoingEvent> = {}): OutgoingEvent => ({
  topic: 'task-events',
  key: randomUUID(),
  eventId: randomUUID(),
  eventType: 'task.created',
  event: {n, timestamp: '2036-01-01T00:00:00.000Z', task_id: n},
  traceparent: null,
  ...over,
})

describe('publishing', () => {
  const publisher = (over: {sidecar?: Sidecar; timeoutMs?: number} = {}) =>
    createDaprEventPublisher({sidecar, pubsub: PUBSUB, installation: async () => INSTALLATION, ...over})

  test('the entries that the bus did not take are named, by their places, and the others are in', async () => {
    broker.failPlaces = new Set([1, 3])
    const results = await publisher().publish([0, 1, 2, 3, 4].map((n) => event(n)))
    expect(results.map((result) => result.ok)).toEqual([true, false, true, false, true])
    expect(results[1]).toEqual({ok: false, reason: 'kafka: not enough replicas'})
    expect(broker.all('task-events')).toHaveLength(3)
  })

  test('a topic that fails does not keep the others from being published', async () => {
    broker.failing.add('reminders')
    const results = await publisher().publish([event(1), event(2, {topic: 'reminders'}), event(3)])
    expect(results.map((result) => result.ok)).toEqual([true, false, true])
    expect(results[1]).toMatchObject({reason: expect.stringContaining('kafka: no leader')})
  })

  test.each([
    ['an error without a word', {status: 500}],
    ['an answer that only says success but names failures', {status: 200, body: '{"failedEntries":[{"entryId":"0"}]}'}],
    ['failures of entries that were not sent', {status: 500, body: '{"failedEntries":[{"entryId":"x"}]}'}],
    ['a list that is none', {status: 500, body: '{"failedEntries":{}}'}],
    ['a topic that is not allowed', {status: 403, body: '{"errorCode":"ERR_PUBSUB_FORBIDDEN","message":"no"}'}],
  ])('%s means that the event is not in', async (_what, fault) => {
    fake.fault = fault
    expect(await publisher().publish([event(1)])).toEqual([{ok: false, reason: expect.any(String)}])
  })

  test('a wrong token is refused, and said', async () => {
    const results = await publisher({sidecar: connect(fake, 'wrong')}).publish([event(1)])
    expect(results).toEqual([{ok: false, reason: expect.stringContaining('401')}])
    expect(broker.all('task-events')).toEqual([])
  })

  test('a sidecar that is down, slow or cuts the connection is away; afterwards the same publisher works', async () => {
    const patient = publisher()
    const {port} = fake
    expect(await patient.publish([event(1)])).toEqual([{ok: true}])
    await fake.die()
    await expect(patient.publish([event(2)])).rejects.toThrow(SidecarAway)
    await fake.listen(port)
    expect(await patient.publish([event(3)])).toEqual([{ok: true}])
    fake.fault = {slowMs: 3000}
    await expect(publisher({timeoutMs: 100}).publish([event(4)])).rejects.toThrow(/within 100 ms/u)
    fake.fault = {cut: true}
    await expect(patient.publish([event(5)])).rejects.toThrow(SidecarAway)
    fake.fault = undefined
    expect(await patient.publish([event(6)])).toEqual([{ok: true}])
  })

  test('a sidecar that restarts between two calls is not noticed', async () => {
    const {port} = fake
    for (let round = 0; round < 3; round++) {
      expect(await publisher().publish([event(round)])).toEqual([{ok: true}])
      await fake.die()
      await fake.listen(port)
    }
    expect(broker.all('task-events')).toHaveLength(3)
  })

  test('more than a request may hold is sent in several', async () => {
    const large = Array.from({length: 20}, (_, n) => event(n, {event: {n, text: 'x'.repeat(400_000)}}))
    expect((await publisher().publish(large)).every((result) => result.ok)).toBe(true)
    expect(fake.requests.length).toBeGreaterThanOrEqual(3)
    const many = Array.from({length: 1200}, (_, n) => event(n, {topic: 'reminders'}))
    expect((await publisher().publish(many)).every((result) => result.ok)).toBe(true)
    expect(broker.all('reminders')).toHaveLength(1200)
  })

  test('the key is that of the entry, and the CloudEvent says what the event is', async () => {
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`
    const sent = event(7, {traceparent})
    await publisher().publish([sent])
    const [entry] = broker.all('task-events')
    const inTrace = expect.stringMatching(/^00-a{32}-(?!b{16})[0-9a-f]{16}-01$/u)
    expect(entry).toMatchObject({
      key: sent.key,
      contentType: 'application/cloudevents+json',
      event: {
        specversion: '1.0',
        id: sent.eventId,
        type: 'task.created',
        source: `urn:todo5:installation:${INSTALLATION}`,
        subject: 'task/7',
        time: '2036-01-01T00:00:00.000Z',
        datacontenttype: 'application/json',
        traceparent: inTrace,
        traceid: inTrace,
        data: sent.event,
      },
    })
  })
})

describe('subscribing', () => {
  async function subscribe(handle: (events: readonly DeliveredEvent[]) => Promise<readonly Acknowledgement[]>) {
    const app = new App()
    app.subscriptions.subscribe({consumer: 'audit-service', topics: ['task-events'], handle})
    let asked: FakeSidecar | undefined
    await app.open('audit-service', async ({appToken, appPort}) => {
      asked = await FakeSidecar.start({appId: 'audit-service', broker, jobs, appToken, ...(appPort && {appPort})})
      return asked
    })
    closing.push(async () => app.stop())
    return {app, daprd: asked!}
  }

  const cloudEvent = (n: number, over: object = {}): object => ({
    specversion: '1.0',
    id: randomUUID(),
    source: `urn:todo5:installation:${INSTALLATION}`,
    type: 'task.created',
    data: {n},
    ...over,
  })

  test('what is subscribed is declared with its batches and the topic for what cannot be decoded', async () => {
    const {daprd} = await subscribe(async () => [])
    expect(await (await daprd.toApp('GET', '/dapr/subscribe')).json()).toEqual([
      {
        pubsubname: PUBSUB,
        topic: 'task-events',
        route: '/events/task-events',
        deadLetterTopic: 'task-events-dlq',
        bulkSubscribe: {enabled: true, maxMessagesCount: 100, maxAwaitDurationMs: 10},
      },
    ])
  })

  test('after the first that has to come again all later ones of its partition do, and none of another one', async () => {
    const {daprd} = await subscribe(async (events) =>
      events.map(({event}) => ((event as {n: number}).n === 2 ? 'retry' : 'done')),
    )
    const entries = [
      [1, '0'],
      [2, '0'],
      [3, '5'],
      [4, '0'],
    ].map(([n, partition]) => ({
      entryId: `entry ${n}`,
      event: cloudEvent(n as number),
      metadata: {__key: 'k', __partition: partition},
    }))
    const answer = await daprd.toApp('POST', '/events/task-events', {entries})
    expect(await answer.json()).toEqual({
      statuses: [
        {entryId: 'entry 1', status: 'SUCCESS'},
        {entryId: 'entry 2', status: 'RETRY'},
        {entryId: 'entry 3', status: 'SUCCESS'},
        {entryId: 'entry 4', status: 'RETRY'},
      ],
    })
  })

  test('events of others and what is no event reach the handler with their fault, never as an event', async () => {
    const seen: DeliveredEvent[] = []
    await subscribe(async (events) => {
      seen.push(...events)
      return events.map(() => 'done')
    })
    const foreign = `urn:todo5:installation:${randomUUID()}`
    const wrong = [cloudEvent(1, {source: foreign}), cloudEvent(2, {source: undefined}), {n: 3}, 'text', 4, null, []]
    for (const one of wrong) broker.append('task-events', {key: 'k', contentType: 'application/json', event: one})
    broker.append('task-events', {key: 'k', contentType: 'application/json', event: cloudEvent(5)})
    await expect.poll(() => seen.length, GENEROUS).toBe(8)
    expect(seen.map(({fault}) => fault?.code)).toEqual([
      'foreign_installation',
      'foreign_installation',
      ...Array.from({length: 5}, () => 'no_cloud_event'),
      undefined,
    ])
    expect(seen[0]!.fault!.reason).toContain(foreign)
    await expect.poll(() => broker.lag('audit-service', 'task-events'), GENEROUS).toBe(0)
  })

  test('a single event is answered with its status, and a topic of nobody here stays in the bus', async () => {
    const {daprd} = await subscribe(async () => ['done'])
    expect(await (await daprd.toApp('POST', '/events/task-events', cloudEvent(1))).json()).toEqual({status: 'SUCCESS'})
    expect((await daprd.toApp('POST', '/events/reminders', {entries: []})).status).toBe(503)
  })

  test('what is no JSON, and a batch with a wrong token, is not acknowledged', async () => {
    const {daprd} = await subscribe(async () => ['done'])
    expect((await daprd.toApp('POST', '/events/task-events', '{"entries":')).status).toBe(500)
    expect((await daprd.toApp('POST', '/events/task-events', {entries: []}, 'wrong')).status).toBe(401)
    expect((await daprd.toApp('GET', '/dapr/subscribe', undefined, 'wrong')).status).toBe(401)
  })

  test('a service that drains takes no event and finishes those it has', async () => {
    const {promise: finish, resolve} = Promise.withResolvers<void>()
    let began = false
    const {app, daprd} = await subscribe(async () => {
      began = true
      await finish
      return ['done']
    })
    const underWay = daprd.toApp('POST', '/events/task-events', {entries: [{entryId: '1', event: cloudEvent(1)}]})
    await expect.poll(() => began, GENEROUS).toBe(true)
    app.channel.refuse('It stops.')
    expect((await daprd.toApp('GET', '/healthz')).status).toBe(503)
    expect((await daprd.toApp('POST', '/events/task-events', {entries: []})).status).toBe(503)
    const idle = app.channel.idle()
    resolve()
    await idle
    expect(await (await underWay).json()).toEqual({statuses: [{entryId: '1', status: 'SUCCESS'}]})
    app.channel.accept()
    expect((await daprd.toApp('GET', '/healthz')).status).toBe(200)
  })
})

describe('jobs', () => {
  const job = (n: number) => ({name: `reminder-${n}-1`, dueAt: new Date(Date.now() + 3_600_000), data: {n}})

  test('a job has a policy of its own: it is tried until it is done', async () => {
    await new DaprJobScheduler({sidecar}).schedule([job(1)])
    expect(jobs.of('task-service').get('reminder-1-1')).toMatchObject({
      data: {data: {n: 1}},
      policy: {constant: {interval: '1s'}},
    })
  })

  test('many are made at the same time, and those that exist are left alone', async () => {
    const scheduler = new DaprJobScheduler({sidecar})
    const all = Array.from({length: 60}, (_, n) => job(n))
    await scheduler.schedule(all.slice(0, 10))
    const first = jobs.of('task-service').get('reminder-3-1')
    await scheduler.schedule(all)
    expect(jobs.of('task-service').size).toBe(60)
    expect(jobs.of('task-service').get('reminder-3-1')).toBe(first)
  })

  test('a scheduler that answers 500, is slow or is down fails the call', async () => {
    const scheduler = new DaprJobScheduler({sidecar, timeoutMs: 15_000})
    fake.fault = {status: 500, body: '{"errorCode":"DAPR_SCHEDULER_SCHEDULE_JOB","message":"no scheduler"}'}
    await expect(scheduler.schedule([job(1)])).rejects.toThrow(/reminder-1-1 was not taken.*no scheduler/u)
    fake.fault = {slowMs: 2000}
    const quick = new DaprJobScheduler({sidecar, timeoutMs: 100})
    await expect(quick.schedule([job(1)])).rejects.toThrow(/within 100 ms/u)
    await fake.die()
    await expect(scheduler.schedule([job(1)])).rejects.toThrow(SidecarAway)
  })

  test('a handler that fails is no success, and a body that is no job is handed on as an empty one', async () => {
    const seen: unknown[] = []
    const app = new App()
    let daprd: FakeSidecar | undefined
    await app.open(
      'notification-service',
      async ({appToken, appPort}) =>
        (daprd = await startFake({appId: 'notification-service', appToken, appPort: appPort!})),
      (late) => {
        const scheduler = new DaprJobScheduler({sidecar: late})
        scheduler.handle(async ({name, data}) => {
          seen.push(data)
          if (name === 'bad') throw new Error('as the test wants it')
        })
        return scheduler
      },
    )
    closing.push(async () => app.stop())
    expect((await daprd!.toApp('POST', '/job/bad', {data: {n: 1}})).status).toBe(500)
    expect((await daprd!.toApp('POST', '/job/good', {data: {n: 2}})).status).toBe(200)
    for (const body of ['no JSON', '[]', '"text"', '{"data":3}', '']) {
      expect((await daprd!.toApp('POST', '/job/odd', body)).status).toBe(200)
    }
    expect(seen).toEqual([{n: 1}, {n: 2}, {}, {}, {}, {}, {}])
  })
})

describe('invoking, state and secrets', () => {
  test('a service that cannot be reached, is slow, or may not be called is unavailable', async () => {
    const call = {app: 'audit-service', method: 'GET', path: '/v1/audit?limit=1', headers: {}}
    const invoker = createDaprServiceInvoker({sidecar})
    const unavailable = {kind: 'unavailable', retryAfterSeconds: 2}
    await expect(invoker.invoke(call)).rejects.toMatchObject({...unavailable, code: 'service_unavailable'})
    fake.fault = {status: 403, body: '{"errorCode":"ERR_DIRECT_INVOKE","message":"access control"}'}
    await expect(invoker.invoke(call)).rejects.toMatchObject({...unavailable, code: 'service_unavailable'})
    fake.fault = {slowMs: 2000}
    const quick = createDaprServiceInvoker({sidecar, timeoutMs: 100})
    await expect(quick.invoke(call)).rejects.toMatchObject({...unavailable, code: 'sidecar_unavailable'})
    await fake.die()
    await expect(invoker.invoke(call)).rejects.toMatchObject({...unavailable, code: 'sidecar_unavailable'})
  })

  test('a state store that fails is an error, neither a missing value nor a lost race', async () => {
    const store = createDaprConversationStore({sidecar, store: 'statestore-postgresql', timeoutMs: 15_000})
    fake.fault = {status: 500, body: '{"errorCode":"ERR_STATE_GET","message":"no connection"}'}
    await expect(store.get('k')).rejects.toThrow(/no connection/u)
    await expect(store.save('k', 1, null)).rejects.toThrow(/no connection/u)
    await expect(store.save('k', 1, randomUUID())).rejects.toThrow(/no connection/u)
    await expect(store.delete('k')).rejects.toThrow(/no connection/u)
    fake.fault = {slowMs: 2000}
    const quick = createDaprConversationStore({sidecar, store: 'statestore-postgresql', timeoutMs: 100})
    await expect(quick.get('k')).rejects.toThrow(SidecarAway)
  })

  test('a secret is read through the store, and a missing one is an error', async () => {
    const keeper = await startFake({appId: 'task-service', secrets: {'task-service': {DATABASE_URL: 'postgres://a'}}})
    const desk = openSidecarDesk(connect(keeper, keeper.apiToken), 'secretstore-local')
    await desk.ready(AbortSignal.timeout(60_000))
    expect(await desk.read('task-service')).toEqual({DATABASE_URL: 'postgres://a'})
    await expect(desk.read('nobody')).rejects.toThrow(/nobody/u)
    expect((await desk.facts()).appId).toBe('task-service')
  })

  test('waiting for a sidecar that does not come ends when it is asked to', async () => {
    await fake.die()
    const desk = openSidecarDesk(sidecar, undefined)
    const stop = new AbortController()
    const waiting = desk.ready(stop.signal)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow()
    await expect(desk.read('x')).rejects.toThrow(/no secret store/u)
  })
})
