import {createServer, type IncomingMessage, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import {hideRefusal} from '../../../services/adapters/dapr/refusal.ts'

export interface AppRequest {
  readonly method: string
  readonly path: string
  readonly body: string
}

/** An application beside a sidecar, which answers as a test says and remembers what it was asked. */
export class DaprApp {
  readonly requests: AppRequest[] = []
  /** What it answers to everything but events. */
  status = 200
  readonly #server: Server

  /** Topics by the component that is asked for each. */
  private constructor(subscriptions: Readonly<Record<string, string>>) {
    this.#server = createServer((request, response) => {
      // As the services do it.
      hideRefusal(response)
      void this.#answer(request, subscriptions).then(({status, body}) =>
        response.writeHead(status, {'content-type': 'application/json', 'x-request-id': 'a'}).end(JSON.stringify(body)),
      )
    })
  }

  async #answer(
    request: IncomingMessage,
    subscriptions: Readonly<Record<string, string>>,
  ): Promise<{status: number; body: object}> {
    const path = request.url ?? '/'
    const body = await text(request)
    if (path === '/healthz' || path === '/dapr/config') return {status: 200, body: {}}
    if (path === '/dapr/subscribe') return {status: 200, body: declarations(subscriptions)}
    this.requests.push({method: request.method ?? '', path, body})
    if (!path.startsWith('/events/')) return {status: this.status, body: {}}
    const {entries} = JSON.parse(body) as {entries: {entryId: string}[]}
    return {status: 200, body: {statuses: entries.map(({entryId}) => ({entryId, status: 'SUCCESS'}))}}
  }

  static async start(subscriptions: Readonly<Record<string, string>> = {}): Promise<DaprApp> {
    const app = new DaprApp(subscriptions)
    await new Promise<void>((resolve) => app.#server.listen(0, '127.0.0.1', resolve))
    return app
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** What came of a topic: the data of each event. */
  events(topic: string): unknown[] {
    return this.requests
      .filter(({path}) => path === `/events/${topic}`)
      .flatMap(({body}) => (JSON.parse(body) as {entries: {event: {data: unknown}}[]}).entries)
      .map(({event}) => event.data)
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }
}

const declarations = (subscriptions: Readonly<Record<string, string>>): object[] =>
  Object.entries(subscriptions).map(([topic, pubsubname]) => ({
    pubsubname,
    topic,
    route: `/events/${topic}`,
    bulkSubscribe: {enabled: true, maxMessagesCount: 100, maxAwaitDurationMs: 10},
  }))

async function text(request: IncomingMessage): Promise<string> {
  let all = ''
  for await (const chunk of request.setEncoding('utf8')) all += chunk as string
  return all
}
