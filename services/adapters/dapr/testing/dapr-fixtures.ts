import {createLogger} from '../../../runtime/logger.ts'
import type {BusFixture, BusUnderTest} from '../../../ports/event-bus.contract.ts'
import type {LiveFixture} from '../../../ports/live-events.contract.ts'
import type {SchedulerFixture} from '../../../ports/job-scheduler.contract.ts'
import {type Listener, listen} from '../../embedded/listener.ts'
import {DaprAppChannel} from '../app-channel.ts'
import {createDaprEventPublisher} from '../event-publisher.ts'
import {DaprEventSubscriptions} from '../event-subscriptions.ts'
import {DaprJobScheduler} from '../job-scheduler.ts'
import {DaprLiveEvents} from '../live-events.ts'
import {type Sidecar, openSidecar} from '../sidecar.ts'

/** A sidecar, real or not, as a test needs it. */
export interface SidecarUnderTest {
  readonly endpoint: string
  readonly apiToken: string
  stop(): Promise<void>
}

export type StartSidecar = (request: {appId: string; appPort?: number; appToken: string}) => Promise<SidecarUnderTest>

export interface FixtureOptions {
  readonly start: StartSidecar
  /** Told apart from those of other tests on the same broker. */
  readonly appId: (consumer: string) => string
  readonly close?: () => Promise<void>
}

export const INSTALLATION = '0f6f0d2e-6c2a-4a1c-9d7b-3f3b8a0c5e11'
export const PUBSUB = 'pubsub-kafka'
export const LIVE_PUBSUB = 'pubsub-live'
const APP_TOKEN = 'the token of the app'
export const silent = createLogger('test', 'silent')

/** An app behind a channel, and the sidecar next to it. */
export class App {
  readonly channel = new DaprAppChannel({token: APP_TOKEN, trustedCaller: 'chat-api', logger: silent})
  readonly subscriptions = new DaprEventSubscriptions({
    pubsubOf: () => PUBSUB,
    installation: async () => INSTALLATION,
    logger: silent,
  })
  #listener: Listener | undefined
  #sidecar: SidecarUnderTest | undefined

  /** `jobs` knows its sidecar by then. */
  async open(
    appId: string,
    start: StartSidecar,
    jobs: (sidecar: Sidecar) => DaprJobScheduler = (sidecar) => new DaprJobScheduler({sidecar}),
  ): Promise<Sidecar> {
    this.#listener = await listen('127.0.0.1', 0)
    this.#listener.serve(this.channel.handler)
    // The sidecar is ready only when the app is, which in turn needs its address.
    const starting = start({appId, appPort: this.#listener.port, appToken: APP_TOKEN})
    const late: Sidecar = {
      endpoint: '',
      token: undefined,
      call: async (call) => (await connected).call(call),
      close: () => undefined,
    }
    const connected = starting.then(({endpoint, apiToken}) => openSidecar({endpoint, token: apiToken}))
    this.channel.open({
      subscriptions: this.subscriptions,
      jobs: jobs(late),
      app: (request, response) => response.writeHead(request.url === '/healthz' ? 200 : 404).end(),
    })
    this.#sidecar = await starting
    const sidecar = await connected
    this.#close = () => sidecar.close()
    return sidecar
  }

  #close: () => void = () => undefined

  /** The sidecar first: what it still gets done is written down. */
  async stop(): Promise<void> {
    await this.#sidecar?.stop()
    this.channel.refuse('The test ends.')
    await this.channel.idle()
    await this.#listener?.close(1000)
    this.#close()
  }
}

export async function openBus({start, appId, close}: FixtureOptions): Promise<BusFixture> {
  const publishing = await start({appId: appId('publisher'), appToken: APP_TOKEN})
  const sidecar = openSidecar({endpoint: publishing.endpoint, token: publishing.apiToken})
  const publisher = createDaprEventPublisher({sidecar, pubsub: PUBSUB, installation: async () => INSTALLATION})
  return {
    async connect(): Promise<BusUnderTest> {
      const app = new App()
      let consumer: string | undefined
      return {
        publisher,
        subscriptions: {
          subscribe(subscription) {
            consumer = subscription.consumer
            app.subscriptions.subscribe(subscription)
          },
        },
        start: async () => {
          if (consumer !== undefined) await app.open(appId(consumer), start)
        },
        stop: async () => app.stop(),
      }
    },
    async close() {
      sidecar.close()
      await publishing.stop()
      await close?.()
    },
  }
}

/** All processes are of one app, as replicas are. */
export async function openLive({start, appId, close}: FixtureOptions): Promise<LiveFixture> {
  const publishing = await start({appId: appId('publisher'), appToken: APP_TOKEN})
  const sidecar = openSidecar({endpoint: publishing.endpoint, token: publishing.apiToken})
  const publisher = createDaprEventPublisher({sidecar, pubsub: PUBSUB, installation: async () => INSTALLATION})
  return {
    publisher,
    async connect() {
      const app = new App()
      const live = new DaprLiveEvents({pubsub: LIVE_PUBSUB, subscriptions: app.subscriptions})
      return {
        live,
        start: async () => void (await app.open(appId('chat-api'), start)),
        stop: async () => {
          live.close()
          await app.stop()
        },
      }
    },
    async close() {
      sidecar.close()
      await publishing.stop()
      await close?.()
    },
  }
}

/** Jobs belong to an app id: makers and handlers of one test have the same one, as replicas have. */
export async function openScheduler({
  start,
  appId,
  close,
  earlyMs,
}: FixtureOptions & {earlyMs: number}): Promise<SchedulerFixture> {
  return {
    earlyMs,
    async connect() {
      let sidecar: Sidecar | undefined
      let own: (() => Promise<void>) | undefined
      const app = new App()
      const scheduler = new DaprJobScheduler({
        sidecar: {
          endpoint: '',
          token: undefined,
          async call(call) {
            if (!sidecar) {
              // Only made, never started: a sidecar without an app.
              const started = await start({appId: appId('jobs'), appToken: APP_TOKEN})
              const opened = openSidecar({endpoint: started.endpoint, token: started.apiToken})
              sidecar = opened
              const answer = await opened.call(call)
              opened.close()
              await started.stop()
              return answer
            }
            return sidecar.call(call)
          },
          close: () => undefined,
        },
        // The sidecar of a maker starts with its first job.
        timeoutMs: 15_000,
      })
      return {
        scheduler,
        async start() {
          sidecar = await app.open(appId('jobs'), start, () => scheduler)
          own = async () => app.stop()
        },
        stop: async () => own?.(),
      }
    },
    async close() {
      await close?.()
    },
  }
}
