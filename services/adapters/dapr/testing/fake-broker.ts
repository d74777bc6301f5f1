import {PARTITIONS} from '../../../domain/events/event-types.ts'
import {partitionOf} from '../../../domain/events/partition.ts'

export interface LogEntry {
  readonly offset: number
  readonly key: string
  readonly contentType: string
  readonly event: unknown
}

/** Topics in memory: 12 partitions, a position per group. A topic in `failing` takes nothing. */
export class FakeBroker {
  readonly failing = new Set<string>()
  readonly #logs = new Map<string, LogEntry[][]>()
  readonly #positions = new Map<string, number>()
  /** Of a bulk publish these places fail, once. */
  failPlaces = new Set<number>()

  append(topic: string, entry: Omit<LogEntry, 'offset'>): void {
    const log = this.#log(topic)[partitionOf(entry.key)]!
    log.push({...entry, offset: log.length})
  }

  /** Everything in a topic, whatever its partition. */
  all(topic: string): LogEntry[] {
    return this.#log(topic).flat()
  }

  read(group: string, topic: string, partition: number, limit: number): LogEntry[] {
    const from = this.#positions.get(`${group}/${topic}/${partition}`) ?? 0
    return this.#log(topic)[partition]!.slice(from, from + limit)
  }

  commit(group: string, topic: string, partition: number, position: number): void {
    this.#positions.set(`${group}/${topic}/${partition}`, position)
  }

  skipToEnd(group: string, topic: string): void {
    this.#log(topic).forEach((log, partition) => this.commit(group, topic, partition, log.length))
  }

  /** How many entries the group has not read yet. */
  lag(group: string, topic: string): number {
    return this.#log(topic).reduce(
      (sum, log, partition) => sum + log.length - (this.#positions.get(`${group}/${topic}/${partition}`) ?? 0),
      0,
    )
  }

  #log(topic: string): LogEntry[][] {
    let log = this.#logs.get(topic)
    if (!log) this.#logs.set(topic, (log = Array.from({length: PARTITIONS}, () => [])))
    return log
  }
}

export interface FakeJob {
  readonly dueAt: number
  readonly data: unknown
  readonly policy: unknown
}

/** The jobs of all apps by app id and name; a sidecar of the app fires them. */
export class FakeJobs {
  readonly #jobs = new Map<string, Map<string, FakeJob>>()

  of(appId: string): Map<string, FakeJob> {
    let jobs = this.#jobs.get(appId)
    if (!jobs) this.#jobs.set(appId, (jobs = new Map()))
    return jobs
  }
}
