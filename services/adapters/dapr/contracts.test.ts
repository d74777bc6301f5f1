import {describeConversationStore} from '../../ports/conversation-store.contract.ts'
import {describeEventBus} from '../../ports/event-bus.contract.ts'
import {describeJobScheduler} from '../../ports/job-scheduler.contract.ts'
import {describeLiveEvents} from '../../ports/live-events.contract.ts'
import {describeServiceInvoker} from '../../ports/service-invoker.contract.ts'
import {answering} from '../../ports/testing/answering.ts'
import {listen} from '../embedded/listener.ts'
import {createDaprConversationStore} from './conversation-store.ts'
import {createDaprServiceInvoker} from './service-invoker.ts'
import {openSidecar} from './sidecar.ts'
import {type StartSidecar, openBus, openLive, openScheduler} from './testing/dapr-fixtures.ts'
import {FakeBroker, FakeJobs} from './testing/fake-broker.ts'
import {FakeSidecar} from './testing/fake-sidecar.ts'

/** The same suites as on the real Dapr (contracts.stack.ts): so the fake one that the other tests use stays honest. */
const starter = (): StartSidecar => {
  const broker = new FakeBroker()
  const jobs = new FakeJobs()
  return async (request) => FakeSidecar.start({...request, broker, jobs})
}

const appId = (consumer: string): string => consumer

describeEventBus('Dapr, on a fake sidecar,', async () => openBus({start: starter(), appId}))

describeLiveEvents('Dapr, on a fake sidecar,', async () => openLive({start: starter(), appId}))

describeJobScheduler('Dapr, on a fake sidecar,', async () => openScheduler({start: starter(), appId, earlyMs: 1}))

describeConversationStore('Dapr, on a fake sidecar,', async (work) => {
  const fake = await FakeSidecar.start({appId: 'chat-api', broker: new FakeBroker(), jobs: new FakeJobs()})
  const sidecar = openSidecar({endpoint: fake.endpoint, token: fake.apiToken})
  try {
    await work(createDaprConversationStore({sidecar, store: 'statestore-postgresql'}))
  } finally {
    sidecar.close()
    await fake.stop()
  }
})

describeServiceInvoker('Dapr, on a fake sidecar,', async (answer, work) => {
  const listener = await listen('127.0.0.1', 0)
  listener.serve(answering(answer))
  const apps = {'audit-service': {port: listener.port, token: 'x'}}
  const fake = await FakeSidecar.start({appId: 'chat-api', broker: new FakeBroker(), jobs: new FakeJobs(), apps})
  const sidecar = openSidecar({endpoint: fake.endpoint, token: fake.apiToken})
  try {
    await work(createDaprServiceInvoker({sidecar}))
  } finally {
    sidecar.close()
    await fake.stop()
    await listener.close(0)
  }
})
