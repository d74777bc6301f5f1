import {randomUUID} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createDatabase} from '../../../test/support/postgres.ts'
import {Stack} from '../../../test/support/stack/stack.ts'
import {describeConversationStore} from '../../ports/conversation-store.contract.ts'
import {describeEventBus} from '../../ports/event-bus.contract.ts'
import {describeJobScheduler} from '../../ports/job-scheduler.contract.ts'
import {describeLiveEvents} from '../../ports/live-events.contract.ts'
import {describeServiceInvoker} from '../../ports/service-invoker.contract.ts'
import {answering} from '../../ports/testing/answering.ts'
import {listen} from '../embedded/listener.ts'
import {createDaprConversationStore} from './conversation-store.ts'
import {createDaprServiceInvoker} from './service-invoker.ts'
import {openSidecarDesk} from './sidecar-facts.ts'
import {type Sidecar, openSidecar} from './sidecar.ts'
import {type StartSidecar, openBus, openLive, openScheduler} from './testing/dapr-fixtures.ts'
import {
  inboundRetries,
  kafkaComponent,
  liveComponent,
  nameResolution,
  secretsComponent,
  stateComponent,
} from './testing/stack-components.ts'
import {StackTopics} from './testing/stack-topics.ts'

let stack: Stack
let topics: StackTopics
let start: StartSidecar

beforeAll(async () => {
  stack = await Stack.create()
  const [{brokers}] = await Promise.all([stack.kafka(), stack.scheduler()])
  topics = await StackTopics.create(brokers)
  const resources = [kafkaComponent(brokers), liveComponent(brokers), inboundRetries]
  start = async (request) => stack.daprd({...request, resources, readyWhen: 'outbound'})
})

afterAll(async () => topics.close())

/** A group of its own in each test: one that is known reads on where it was. */
const unique = (): ((consumer: string) => string) => {
  const run = randomUUID().slice(0, 8)
  return (consumer) => `${consumer}-${run}`
}

describeEventBus('Dapr on Kafka', async () => {
  await topics.empty()
  return openBus({start, appId: unique()})
})

describeLiveEvents('Dapr on Kafka', async () => {
  await topics.empty()
  return openLive({start, appId: unique()})
})

describeJobScheduler('Dapr with its Scheduler', async () => {
  // Measured: a job can come 1 ms early; the clocks of two processes are read.
  return openScheduler({start, appId: unique(), earlyMs: 5})
})

const withSidecar = async (
  resources: Parameters<Stack['daprd']>[0]['resources'],
  work: (sidecar: Sidecar, appId: string) => Promise<void>,
): Promise<void> => {
  const appId = unique()('alone')
  const daprd = await stack.daprd({appId, ...(resources && {resources})})
  const sidecar = openSidecar({endpoint: daprd.endpoint, token: daprd.apiToken})
  try {
    await work(sidecar, appId)
  } finally {
    sidecar.close()
    await daprd.stop()
  }
}

describeConversationStore('Dapr on PostgreSQL', async (work) => {
  const store = 'statestore-postgresql'
  const database = await createDatabase('template1')
  await withSidecar([stateComponent(store, database.url)], async (sidecar) =>
    work(createDaprConversationStore({sidecar, store})),
  )
  await database.drop()
})

describeServiceInvoker('Dapr with mTLS', async (answer, work) => {
  const listener = await listen('127.0.0.1', 0)
  listener.serve(answering(answer))
  const configuration = nameResolution(join(stack.folder, `names-${randomUUID()}.sqlite`))
  const called = await stack.daprd({appId: 'audit-service', appPort: listener.port, configuration})
  const calling = await stack.daprd({appId: 'chat-api', configuration})
  const sidecar = openSidecar({endpoint: calling.endpoint, token: calling.apiToken})
  try {
    await work(createDaprServiceInvoker({sidecar}))
  } finally {
    sidecar.close()
    await calling.stop()
    await called.stop()
    await listener.close(0)
  }
})

test('a secret with several values is read, a missing one is an error, and the sidecar says who it is', async () => {
  const file = join(stack.folder, 'secrets.json')
  await writeFile(file, JSON.stringify({'task-service': {DATABASE_URL: 'postgres://a', SMTP_URL: 'smtp://b'}}))
  await withSidecar([secretsComponent('secretstore-local', file)], async (sidecar, appId) => {
    const desk = openSidecarDesk(sidecar, 'secretstore-local')
    await desk.ready(AbortSignal.timeout(30_000))
    expect(await desk.read('task-service')).toEqual({DATABASE_URL: 'postgres://a', SMTP_URL: 'smtp://b'})
    await expect(desk.read('nobody')).rejects.toThrow()
    expect(await desk.facts()).toMatchObject({appId, components: new Set(['secretstore-local'])})
  })
})

test('a wrong token of the app is an error that says so', async () =>
  withSidecar([], async ({endpoint}) => {
    const stranger = openSidecar({endpoint, token: 'wrong'})
    expect(await stranger.call({method: 'GET', path: '/v1.0/metadata', repeatable: true})).toMatchObject({status: 401})
    stranger.close()
  }))
