import {randomUUID} from 'node:crypto'
import {join} from 'node:path'
import {text} from 'node:stream/consumers'
import {setTimeout as delay} from 'node:timers/promises'
import {rootCertificate, sentryProgram} from '../../../cli/supervisor/host/control-plane.ts'
import {freePorts} from '../../../cli/supervisor/host/ports.ts'
import {type Program, type RunningProgram, startProgram} from '../../../cli/supervisor/host/program.ts'
import {sidecarProgram} from '../../../cli/supervisor/host/sidecar.ts'
import {openKafkaAdmin} from '../../../cli/tools/kafka-admin.ts'
import {type Listener, listen} from '../../../services/adapters/embedded/listener.ts'
import {openSidecar, type Sidecar} from '../../../services/adapters/dapr/sidecar.ts'
import {kafkaComponent} from '../../../services/adapters/dapr/testing/stack-components.ts'
import {PARTITIONS} from '../../../services/domain/events/event-types.ts'
import {cpuOf} from '../process-cpu.ts'
import {percentile} from '../statistics.ts'
import type {ControlFigures} from './control.ts'
import {EVENTS_OF_COMPLETION} from './rows.ts'
import type {ControlWish} from './target.ts'

/** Half of the events each, as task-events and reminders have. */
const TOPICS = ['bench-first', 'bench-second'] as const
/** Who reads what: 4 events, 8 deliveries, as the Recurring Task, Notification and Audit Service. */
const CONSUMERS: Readonly<Record<string, readonly string[]>> = {
  'bench-one': ['bench-first'],
  'bench-other': ['bench-second'],
  'bench-all': TOPICS,
}
const DELIVERIES_OF_COMPLETION = 8
const USERS = Array.from({length: 4 * PARTITIONS}, () => randomUUID())
const BATCH = 500
const TICK_MS = 20
/** Completions until the groups have joined and everything is compiled; as many as todo5 is given. */
const WARM_UP = 2000
const BULK = {enabled: true, maxMessagesCount: 100, maxAwaitDurationMs: 20}
const WITHIN_MS = 120_000
/** As large as an event of todo5. */
const FILLER = 'x'.repeat(300)

export interface HostControlOptions {
  readonly programs: {readonly daprd: string; readonly sentry: string}
  readonly folder: string
  readonly brokers: string
  readonly kafkaPid: number
}

/**
 * The floor to which the pipeline of the host target is compared: the same Kafka and sidecars as the target has, with
 * the same batches, between a process that publishes in bulk and three that only acknowledge.
 */
export class HostControl {
  readonly #options: HostControlOptions
  readonly #running: RunningProgram[] = []
  readonly #listeners: Listener[] = []
  #publisher: Sidecar | undefined
  #trust: {sentryPort: number; trustAnchors: string} | undefined
  #delivered = 0
  #waits: number[] = []

  private constructor(options: HostControlOptions) {
    this.#options = options
  }

  static async start(options: HostControlOptions): Promise<HostControl> {
    const control = new HostControl(options)
    try {
      await control.#start()
      return control
    } catch (error) {
      await control.stop()
      throw error
    }
  }

  async stop(): Promise<void> {
    this.#publisher?.close()
    for (const program of this.#running.splice(0).toReversed()) await program.stop()
    for (const listener of this.#listeners.splice(0)) await listener.close(1000)
  }

  /** A backlog, and then a steady rate. */
  async measure({completions, eventsPerSecond, seconds}: ControlWish): Promise<ControlFigures> {
    const events = completions * EVENTS_OF_COMPLETION
    const [cpuBefore, begun] = [this.#cpu(), performance.now()]
    await this.#expect(completions, async () => {
      for (let sent = 0; sent < events; sent += 2 * BATCH) await this.#publish(Math.min(2 * BATCH, events - sent))
    })
    const [elapsed, cpu] = [(performance.now() - begun) / 1000, this.#cpu() - cpuBefore]
    this.#waits = []
    const steady = Math.round((eventsPerSecond * seconds) / EVENTS_OF_COMPLETION)
    await this.#expect(steady, async () => {
      const started = performance.now()
      for (let sent = 0; sent < steady * EVENTS_OF_COMPLETION;) {
        const due = Math.floor(((performance.now() - started) * eventsPerSecond) / 1000 / 4) * EVENTS_OF_COMPLETION
        const count = Math.min(due, steady * EVENTS_OF_COMPLETION) - sent
        if (count > 0) await this.#publish(count)
        sent += Math.max(0, count)
        await delay(TICK_MS)
      }
    })
    const waits = this.#waits.toSorted((a, b) => a - b)
    return {
      events_per_second: events / elapsed,
      p50_ms: percentile(waits, 0.5),
      p99_ms: percentile(waits, 0.99),
      cpu_ms: cpu / (events / 1000),
    }
  }

  async #start(): Promise<void> {
    const admin = await openKafkaAdmin({brokers: [this.#options.brokers]})
    await admin.create(TOPICS.map((name) => ({name, partitions: PARTITIONS, replication: 1, config: {}})))
    await admin.close()
    const {sentry} = this.#options.programs
    const [port, healthPort] = (await freePorts(2)) as [number, number]
    const place = this.#place('sentry')
    await this.#run(sentryProgram({sentry, ...place, port, healthPort}))
    this.#trust = {sentryPort: port, trustAnchors: rootCertificate(place.folder)}
    for (const [appId, topics] of Object.entries(CONSUMERS)) await this.#consume(appId, topics)
    const {endpoint, apiToken: token} = await this.#sidecar('bench-publisher', null, ['pubsub-kafka'])
    this.#publisher = openSidecar({endpoint, token, timeoutMs: 60_000})
    await this.#expect(WARM_UP, async () => {
      for (let sent = 0; sent < WARM_UP * EVENTS_OF_COMPLETION; sent += 2 * BATCH) await this.#publish(2 * BATCH)
    })
  }

  async #consume(appId: string, topics: readonly string[]): Promise<void> {
    const listener = await listen('127.0.0.1', 0)
    this.#listeners.push(listener)
    const components = topics.map((topic) => [topic, `pubsub-${topic}`] as const)
    const declared = components.map(([topic, pubsubname]) => ({
      pubsubname,
      topic,
      route: '/events',
      bulkSubscribe: BULK,
    }))
    listener.serve((request, response) => {
      const answer = async (): Promise<void> => {
        const body = await text(request)
        response.setHeader('content-type', 'application/json')
        if (request.url === '/events') response.end(this.#acknowledge(JSON.parse(body) as Delivery))
        else response.end(JSON.stringify(request.url === '/dapr/subscribe' ? declared : {}))
      }
      // The sidecar then sends it again.
      answer().catch((error: Error) => response.destroy(error))
    })
    await this.#sidecar(
      appId,
      listener.port,
      components.map(([, name]) => name),
    )
  }

  #acknowledge({entries}: Delivery): string {
    const now = Date.now()
    for (const {event} of entries) this.#waits.push(now - event.data.at)
    this.#delivered += entries.length
    return JSON.stringify({statuses: entries.map(({entryId}) => ({entryId, status: 'SUCCESS'}))})
  }

  async #sidecar(appId: string, appPort: number | null, pubsubs: readonly string[]) {
    const [http, grpc, internal, metrics] = (await freePorts(4)) as [number, number, number, number]
    const tokens = {apiToken: randomUUID(), appToken: randomUUID()}
    const component = kafkaComponent(this.#options.brokers)
    const program = sidecarProgram({
      daprd: this.#options.programs.daprd,
      appId,
      appPort,
      ports: {http, grpc, internal, metrics},
      resources: pubsubs.map((name) => ({
        path: `${name}.yaml`,
        text: component.text.replace('"name":"pubsub-kafka"', `"name":"${name}"`),
      })),
      configuration: null,
      ...tokens,
      ...this.#place(`daprd-${appId}`),
      ...this.#trust!,
      schedulerPort: null,
      ...(appPort === null && {readyWhen: 'outbound' as const}),
    })
    await this.#run(program)
    return {...tokens, endpoint: `http://127.0.0.1:${http}`}
  }

  /** Half of so many events into each topic. */
  async #publish(events: number): Promise<void> {
    await Promise.all(
      TOPICS.map(async (topic) => {
        const entries = Array.from({length: events / TOPICS.length}, (_, place) => ({
          entryId: String(place),
          event: {at: Date.now(), filler: FILLER},
          contentType: 'application/json',
          metadata: {partitionKey: USERS[place % USERS.length]},
        }))
        const {status, body} = await this.#publisher!.call({
          method: 'POST',
          path: `/v1.0/publish/bulk/pubsub-kafka/${topic}`,
          headers: {'content-type': 'application/json'},
          body: JSON.stringify(entries),
          repeatable: false,
        })
        if (status !== 204) throw new Error(`the control could not publish: ${status} ${body.toString()}`)
      }),
    )
  }

  async #expect(completions: number, load: () => Promise<void>): Promise<void> {
    const wanted = this.#delivered + completions * DELIVERIES_OF_COMPLETION
    await load()
    const giveUpAt = performance.now() + WITHIN_MS
    while (this.#delivered < wanted) {
      if (performance.now() > giveUpAt) throw new Error(`the control lacks ${wanted - this.#delivered} deliveries`)
      await delay(5)
    }
  }

  /** Of everything that has part in it, also the processes that publish and acknowledge, ms. */
  #cpu(): number {
    const {user, system} = process.cpuUsage()
    const pids = [this.#options.kafkaPid, ...this.#running.map(({pid}) => pid)]
    return pids.reduce((sum, pid) => sum + cpuOf(pid), (user + system) / 1000)
  }

  #place(name: string): {folder: string; logFile: string} {
    const folder = join(this.#options.folder, name)
    return {folder, logFile: join(folder, `${name}.log`)}
  }

  async #run(program: Program): Promise<void> {
    this.#running.push(await startProgram(program))
  }
}

interface Delivery {
  readonly entries: readonly {readonly entryId: string; readonly event: {readonly data: {readonly at: number}}}[]
}
