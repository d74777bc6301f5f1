/**
 * `npm run bench -- pipeline`: from the committed completion to the committed next occurrence, through outbox, bus and
 * consumers, with the standard mix (a completion of a task with a reminder: 4 events, 8 deliveries), beside the floor of
 * its bus. Linux; loopback only.
 */
import {randomUUID} from 'node:crypto'
import {setTimeout as delay} from 'node:timers/promises'
import {parseArgs} from 'node:util'
import {Client, Pool} from 'pg'
import {cpuOf, cpuOfFamily} from '../process-cpu.ts'
import {surroundings} from '../surroundings.ts'
import {backlog, steadyLoad} from './load.ts'
import {startLocal} from './local.ts'
import {type CpuTimes, type PipelineReport, printed, type Run} from './report.ts'
import {arrived, EVENTS_OF_COMPLETION, lastAudit, makeSeries, prepare, timesOf} from './rows.ts'
import type {Target} from './target.ts'

export const usage =
  '[--target local|host] [--rate EVENTS_PER_SECOND]… [--seconds N] [--saturate COMPLETIONS] [--partitions 1|4|12]… [--consumers 1|4|12]… (2 minutes, Linux)'

/** Completions before anything is measured. */
const WARM_UP = 2000
/** What waits when the load has ended must be through after this. */
const DRAIN_SECONDS = 60

export const print = (report: unknown): string => printed(report as PipelineReport)

const started: (() => Promise<unknown>)[] = []

export async function stop(): Promise<void> {
  for (const end of started.splice(0).toReversed()) await end()
}

export async function run(args: readonly string[]): Promise<PipelineReport> {
  const {values} = parseArgs({
    args: [...args],
    options: {
      target: {type: 'string', default: 'local'},
      rate: {type: 'string', multiple: true, default: ['200', '1000']},
      seconds: {type: 'string', default: '20'},
      saturate: {type: 'string', default: '4000'},
      partitions: {type: 'string', multiple: true, default: ['12', '4', '1']},
      consumers: {type: 'string', multiple: true, default: ['1']},
    },
  })
  const [seconds, completions] = [Number(values.seconds), Number(values.saturate)]
  const rates = values.rate.map(Number)
  if (!['local', 'host'].includes(values.target)) throw new TypeError(`--target is local or host, not ${values.target}`)
  try {
    // The stack is loaded only where it is needed: it looks for its programs.
    const target = values.target === 'host' ? await (await import('./host.ts')).startHost() : await startLocal()
    started.push(async () => await target.stop())
    const bench = await Bench.open(target)
    started.push(async () => await bench.close())
    // The first run pays for what is compiled and planned once; on the host that is mostly Kafka's virtual machine.
    await bench.saturated(WARM_UP, 12)
    const figures = {completions, eventsPerSecond: Math.max(...rates, 200), seconds: Math.min(seconds, 10)}
    const control = [await target.control(figures)]
    const runs: Run[] = []
    for (const partitions of values.partitions.map(Number)) runs.push(await bench.saturated(completions, partitions))
    const processes = values.consumers.map(Number).filter((consumers) => consumers !== 1)
    for (const consumers of processes) runs.push(await bench.shared(completions, consumers))
    if (processes.length > 0) await target.scale?.(1)
    control.push(await target.control(figures))
    for (const rate of rates) runs.push(await bench.steady(rate, seconds, 12))
    return {
      bench: 'pipeline',
      // A long run is stored beside the short one.
      variant: seconds > 60 ? `${target.name}-${seconds}s` : target.name,
      ...(await surroundings()),
      runs,
      control,
    }
  } finally {
    await stop()
  }
}

class Bench {
  readonly #target: Target
  readonly #client: Client
  readonly #pool: Pool

  private constructor(target: Target, client: Client, pool: Pool) {
    this.#target = target
    this.#client = client
    this.#pool = pool
  }

  static async open(target: Target): Promise<Bench> {
    const client = new Client({connectionString: target.databaseUrl})
    await client.connect()
    await prepare(client)
    return new Bench(target, client, new Pool({connectionString: target.databaseUrl, max: 4}))
  }

  async close(): Promise<void> {
    await Promise.all([this.#client.end(), this.#pool.end()])
  }

  /** A backlog of so many completions, committed at once. */
  async saturated(completions: number, partitions: number): Promise<Run> {
    return await this.#measured({kind: 'saturated', partitions, asked: null}, completions, async (series, run) => {
      await backlog(this.#pool, series, run)
      return completions
    })
  }

  /** The same with the partitions shared out among so many processes. */
  async shared(completions: number, consumers: number): Promise<Run> {
    if (!this.#target.scale) throw new TypeError(`the ${this.#target.name} target is one process: --target host`)
    await this.#target.scale(consumers)
    await this.saturated(WARM_UP, 12)
    return {...(await this.saturated(completions, 12)), consumers}
  }

  async steady(eventsPerSecond: number, seconds: number, partitions: number): Promise<Run> {
    const total = Math.round((eventsPerSecond * seconds) / EVENTS_OF_COMPLETION)
    // Twenty seconds until a series comes again, for its next occurrence to be there.
    const series = Math.min(total, Math.max(100, eventsPerSecond * 5))
    return await this.#measured({kind: 'steady', partitions, asked: eventsPerSecond}, series, async (ids, run) => {
      await steadyLoad(this.#pool, ids, {run, eventsPerSecond, seconds})
      return total
    })
  }

  async #measured(
    facts: Pick<Run, 'kind' | 'partitions' | 'asked'>,
    seriesCount: number,
    load: (series: readonly string[], run: string) => Promise<number>,
  ): Promise<Run> {
    const client = this.#client
    const series = await makeSeries(client, seriesCount, facts.partitions)
    await client.query('checkpoint')
    const [run, since] = [randomUUID(), await lastAudit(client)]
    const before = this.#cpu()
    const sent = await load(series, run)
    const giveUpAt = performance.now() + DRAIN_SECONDS * 1000
    while ((await arrived(client, since)) < sent * EVENTS_OF_COMPLETION && performance.now() < giveUpAt)
      await delay(100)
    const after = this.#cpu()
    const events = sent * EVENTS_OF_COMPLETION
    const cpu = Object.fromEntries(
      Object.entries(after).map(([name, ms]) => [name, ((ms - before[name]!) / events) * 1000]),
    )
    const times = await timesOf(client, run, since)
    return {...facts, consumers: 1, sent, ...times, events_per_second: events / times.seconds, cpu_ms_per_1000: cpu}
  }

  #cpu(): CpuTimes {
    const {user, system} = process.cpuUsage()
    const {services, postgres} = this.#target.pids()
    return {
      ...Object.fromEntries(Object.entries(services).map(([name, pids]) => [name, sum(pids.map(cpuOf))])),
      postgresql: cpuOfFamily(postgres),
      load: (user + system) / 1000,
    }
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
