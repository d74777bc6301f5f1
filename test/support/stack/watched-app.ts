import {randomUUID} from 'node:crypto'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {DaprAppChannel} from '../../../services/adapters/dapr/app-channel.ts'
import {createDaprEventPublisher} from '../../../services/adapters/dapr/event-publisher.ts'
import {DaprEventSubscriptions} from '../../../services/adapters/dapr/event-subscriptions.ts'
import {DaprJobScheduler} from '../../../services/adapters/dapr/job-scheduler.ts'
import {openSidecar, type Sidecar} from '../../../services/adapters/dapr/sidecar.ts'
import type {OutgoingEvent} from '../../../services/ports/event-publisher.ts'
import {subscribingComponent} from '../../../services/process/component-names.ts'
import {createLogger} from '../../../services/runtime/logger.ts'
import type {StackSidecar} from './stack.ts'

const INSTALLATION = '6a4f1d7e-93b0-4f9d-8f54-0d2d7a0c1b11'
const logger = createLogger('test', 'silent')
const installation = async (): Promise<string> => INSTALLATION

export interface AskedOfApp {
  readonly path: string
  readonly token: string | undefined
  readonly contentType: string | undefined
  status: number
}

/** Starts the sidecar of an application that already listens. */
export type BesideApp = (wish: {appId: string; appPort: number; appToken: string}) => Promise<StackSidecar>

/** What a service shows its sidecar, with a handler that a test can make fail; it remembers what it was asked. */
export class WatchedApp {
  readonly asked: AskedOfApp[] = []
  /** Texts of the events that were handled, in order. */
  readonly handled: string[] = []
  /** When each job ran, ms since 1970. */
  readonly ran: {readonly name: string; readonly at: number}[] = []
  readonly jobs: DaprJobScheduler
  /** Events are handled as long as this holds. */
  works = true
  readonly #token = randomUUID()
  readonly #channel: DaprAppChannel
  readonly #server: Server
  #sidecar: StackSidecar | undefined
  #client: Sidecar | undefined

  private constructor(appId: string, topics: readonly string[]) {
    this.#channel = new DaprAppChannel({token: this.#token, trustedCaller: 'chat-api', logger})
    this.#server = createServer((request, response) => {
      const {'dapr-api-token': token, 'content-type': contentType} = request.headers
      const entry: AskedOfApp = {path: request.url ?? '', token: token as string | undefined, contentType, status: 0}
      this.asked.push(entry)
      response.once('finish', () => (entry.status = response.statusCode))
      this.#channel.handler(request, response)
    })
    const subscriptions = new DaprEventSubscriptions({pubsubOf: subscribingComponent, installation, logger})
    if (topics.length > 0) {
      subscriptions.subscribe({
        consumer: appId,
        topics,
        handle: async (events) => {
          if (!this.works) throw new Error('as the test wants it')
          for (const {event} of events) this.handled.push((event as {text: string}).text)
          return events.map(() => 'done')
        },
      })
    }
    // The sidecar is started when the application listens.
    const sidecar: Sidecar = {
      endpoint: '',
      token: undefined,
      call: async (call) => await this.#client!.call(call),
      close: () => undefined,
    }
    this.jobs = new DaprJobScheduler({sidecar, timeoutMs: 30_000})
    this.jobs.handle(async ({name}) => void this.ran.push({name, at: Date.now()}))
    this.#channel.open({
      subscriptions,
      jobs: this.jobs,
      app: (request, response) => response.writeHead(request.url === '/healthz' ? 200 : 404).end(),
    })
  }

  static async start(appId: string, topics: readonly string[], beside: BesideApp): Promise<WatchedApp> {
    const app = new WatchedApp(appId, topics)
    await new Promise<void>((resolve) => app.#server.listen(0, '127.0.0.1', resolve))
    const appPort = (app.#server.address() as AddressInfo).port
    const sidecar = await beside({appId, appPort, appToken: app.#token})
    app.#sidecar = sidecar
    app.#client = openSidecar({endpoint: sidecar.endpoint, token: sidecar.apiToken})
    return app
  }

  get sidecar(): StackSidecar {
    return this.#sidecar!
  }

  /** Not in order any more: /healthz says so, and neither events nor jobs are taken. */
  refuse(): void {
    this.#channel.refuse('The test wants it.')
  }

  accept(): void {
    this.#channel.accept()
  }

  async stop(): Promise<void> {
    this.#client?.close()
    await this.#sidecar?.stop()
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}

/** Publishes as the relay of task-service does. All have to be taken. */
export async function publishBeside(
  sidecar: StackSidecar,
  topic: string,
  entries: readonly {readonly key: string; readonly text: string}[],
): Promise<void> {
  const client = openSidecar({endpoint: sidecar.endpoint, token: sidecar.apiToken})
  const publisher = createDaprEventPublisher({sidecar: client, pubsub: 'pubsub-kafka', installation})
  const events = entries.map(({key, text}): OutgoingEvent => ({
    topic,
    key,
    eventId: randomUUID(),
    eventType: 'test',
    event: {text},
    traceparent: null,
  }))
  try {
    const results = await publisher.publish(events)
    if (results.some(({ok}) => !ok)) throw new Error(`not all events were taken: ${JSON.stringify(results)}`)
  } finally {
    client.close()
  }
}
