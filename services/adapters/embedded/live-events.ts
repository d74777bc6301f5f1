import type {Database, Transaction} from '../../database/database.ts'
import {query, toNumber} from '../../database/query.ts'
import {PARTITIONS} from '../../domain/events/event-types.ts'
import type {LiveEvents, LiveListener} from '../../ports/live-events.ts'
import type {Logger} from '../../runtime/logger.ts'
import {type Periodic, periodic} from '../../runtime/periodic.ts'
import {type ReadEntry, partitionEnds} from './event-log.ts'

/** Of a partition, at a time. */
const BATCH = 200

export interface EmbeddedLiveEvents extends LiveEvents {
  start(): Promise<void>
  stop(): Promise<void>
  /** Something was published in this process: not found only by the next look. */
  wake(): void
}

/**
 * Follows the end of the event log, in this process alone and without a saved position. While nobody wants events it
 * asks nothing of the database.
 */
export function createEmbeddedLiveEvents(options: {database: Database; logger: Logger}): EmbeddedLiveEvents {
  return new LiveLog(options.database, options.logger)
}

interface Following {
  readonly topics: readonly string[]
  readonly listener: LiveListener
}

class LiveLog implements EmbeddedLiveEvents {
  readonly #database: Database
  readonly #poll: Periodic
  #following: Following | undefined
  /** By topic and partition the position that is read next; undefined while nobody looks. */
  #positions: Promise<Map<string, number>> | undefined

  constructor(database: Database, logger: Logger) {
    this.#database = database
    this.#poll = periodic({name: 'live events', logger, idleMs: 100, work: async () => this.#round()})
  }

  listen(topics: readonly string[], listener: LiveListener): void {
    if (this.#following) throw new Error('somebody listens already')
    this.#following = {topics, listener}
  }

  async ready(): Promise<void> {
    await this.#place()
  }

  async start(): Promise<void> {
    this.#poll.start()
  }

  async stop(): Promise<void> {
    await this.#poll.stop()
    this.#positions = undefined
  }

  wake(): void {
    if (this.#following?.listener.wanted()) this.#poll.wake()
  }

  /** At the end of the log, unless somebody looked since. */
  async #place(): Promise<Map<string, number>> {
    const placed = (this.#positions ??= this.#database
      .acrossUsers(async (tx) => partitionEnds(tx))
      .then((ends) => new Map(ends.map(({topic, partition, next}) => [placeOf(topic, partition), next]))))
    try {
      return await placed
    } catch (error) {
      if (this.#positions === placed) this.#positions = undefined
      throw error
    }
  }

  async #round(): Promise<'busy' | 'idle'> {
    const following = this.#following
    if (!following?.listener.wanted()) {
      this.#positions = undefined
      return 'idle'
    }
    const positions = await this.#place()
    const entries = await this.#database.acrossUsers(async (tx) => readAfter(tx, following.topics, positions))
    if (entries.length === 0) return 'idle'
    for (const {topic, partition, position} of entries) positions.set(placeOf(topic, partition), position + 1)
    following.listener.take(entries)
    return 'busy'
  }
}

const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`

/** In the order of their positions, whatever their partition; a partition without a position is read from its beginning. */
async function readAfter(
  tx: Transaction,
  topics: readonly string[],
  positions: ReadonlyMap<string, number>,
): Promise<ReadEntry[]> {
  const places = topics.flatMap((topic) =>
    Array.from({length: PARTITIONS}, (_, partition) => ({
      topic,
      partition,
      position: positions.get(placeOf(topic, partition)) ?? 0,
    })),
  )
  const rows = await query<Omit<ReadEntry, 'position'> & {position: string}>(
    tx,
    `select l.topic, l.partition, l.position, l.key, l.event, l.traceparent
     from unnest($1::text[], $2::smallint[], $3::bigint[]) as p (topic, partition, position)
       cross join lateral (
         select * from jobs.event_log e
         where e.topic = p.topic and e.partition = p.partition and e.position >= p.position
         order by e.position limit $4
       ) l
     order by l.position`,
    [
      places.map(({topic}) => topic),
      places.map(({partition}) => partition),
      places.map(({position}) => position),
      BATCH,
    ],
  )
  return rows.map((row) => ({...row, position: toNumber(row.position)}))
}
