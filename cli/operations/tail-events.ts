import {DEAD_LETTER_MARK} from '../../services/domain/events/dead-letter.ts'
import {partitionOf} from '../../services/domain/events/partition.ts'
import type {EventStream, PartitionEnds, StreamRange, StreamRecord} from '../../services/ports/event-stream.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

/** Which events; all conditions hold together. */
export interface EventFilter {
  readonly topics: readonly string[]
  readonly types?: readonly string[] | undefined
  readonly user?: string | undefined
  readonly task?: number | undefined
  /** ms since the epoch, UTC: not older than that. */
  readonly since?: number | undefined
}

/** An event, or whatever else lies in a topic. */
export interface TailedEvent {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** When the bus took it, ms since the epoch, UTC. */
  readonly at: number
  readonly key: string | null
  readonly source: string | null
  readonly traceparent: string | null
  readonly eventId: string | null
  readonly eventType: string | null
  readonly userId: string | null
  readonly taskId: number | null
  /** Why a consumer could not handle it; null when it is no dead letter. */
  readonly deadLetter: {readonly consumer: string; readonly code: string; readonly reason: string} | null
  /** As it was published, without its CloudEvent; undefined when it is no event. */
  readonly event: unknown
  readonly payload: Readonly<Record<string, unknown>>
  /** As it lies there. */
  readonly text: string
}

export interface Tail {
  /** Oldest first. */
  readonly events: readonly TailedEvent[]
  /** What comes after them. */
  readonly rest: readonly StreamRange[]
}

/** Of a first look at the newest ones in each partition. */
const FIRST_LOOK = 200
const FURTHER_LOOKS = 8

/** The newest `limit` events that match, of those that are there now; all with `since` and without a limit. */
export async function tailEvents(
  stream: EventStream,
  filter: EventFilter,
  {limit, signal}: {limit: number; signal: AbortSignal},
): Promise<Tail> {
  const ends = await wantedEnds(stream, filter)
  const events = limit === 0 ? [] : await presentEvents(stream, ends, filter, {limit, signal})
  return {events, rest: ends.map(({topic, partition, next}) => ({topic, partition, from: next, to: Infinity}))}
}

async function presentEvents(
  stream: EventStream,
  ends: readonly PartitionEnds[],
  filter: EventFilter,
  {limit, signal}: {limit: number; signal: AbortSignal},
): Promise<TailedEvent[]> {
  if (filter.since === undefined) return await newest(stream, ends, filter, limit, signal)
  return (await since(stream, ends, filter, filter.since, signal)).toSorted(byTime).slice(-limit)
}

/** What matches of what comes from now on, until the signal. */
export async function* followEvents(
  stream: EventStream,
  rest: readonly StreamRange[],
  filter: EventFilter,
  signal: AbortSignal,
): AsyncGenerator<TailedEvent> {
  for await (const batch of stream.read(rest, signal)) {
    for (const record of batch) {
      const event = toEvent(record)
      if (matches(event, filter)) yield event
    }
  }
}

/** A user's events are in one partition of each topic. */
async function wantedEnds(stream: EventStream, {topics, user}: EventFilter): Promise<PartitionEnds[]> {
  const ends = await stream.ends(topics)
  const missing = topics.filter((topic) => !ends.some((end) => end.topic === topic))
  if (missing.length > 0) {
    throw new CliError(`There is no topic ${missing.join(', ')}.`, {
      code: 'topic_not_found',
      exit: EXIT.notFound,
      hints: ['todo5 topic apply        makes those of todo5'],
    })
  }
  if (user === undefined) return ends
  return [...Map.groupBy(ends, ({topic}) => topic).values()].flatMap((ofTopic) => {
    const own = partitionOf(user, ofTopic.length)
    return ofTopic.filter(({partition}) => partition === own)
  })
}

async function since(
  stream: EventStream,
  ends: readonly PartitionEnds[],
  filter: EventFilter,
  at: number,
  signal: AbortSignal,
): Promise<TailedEvent[]> {
  const ranges: StreamRange[] = []
  for (const [topic, ofTopic] of Map.groupBy(ends, (end) => end.topic)) {
    const offsets = await stream.offsetsAt(topic, at)
    for (const {partition, next} of ofTopic)
      ranges.push({topic, partition, from: offsets.get(partition) ?? next, to: next})
  }
  const found: TailedEvent[] = []
  for await (const batch of stream.read(ranges, signal)) found.push(...matching(batch, filter))
  return found
}

interface Look {
  readonly end: PartitionEnds
  /** What begins here has been read. */
  readonly below: number
  readonly matches: number
  /** Time of the oldest one that was read. */
  readonly oldest: number
}

/**
 * Backwards, in looks that become longer, until nothing that was not read yet can be among the newest ones: of a partition
 * that is read to the beginning, gave enough, or has come to events that are older than all that are wanted.
 */
async function newest(
  stream: EventStream,
  ends: readonly PartitionEnds[],
  filter: EventFilter,
  limit: number,
  signal: AbortSignal,
): Promise<TailedEvent[]> {
  let found: TailedEvent[] = []
  let open: Look[] = ends.map((end) => ({end, below: end.next, matches: 0, oldest: Infinity}))
  for (let length = Math.max(limit, FIRST_LOOK); open.length > 0 && !signal.aborted; length *= FURTHER_LOOKS) {
    const looks = open.map((look) => ({...look, from: Math.max(look.end.first, look.below - length)}))
    const read: StreamRecord[] = []
    for await (const batch of stream.read(
      looks.map(({end: {topic, partition}, from, below}) => ({topic, partition, from, to: below})),
      signal,
    ))
      read.push(...batch)
    found = [...found, ...matching(read, filter)].toSorted(byTime).slice(-limit)
    const enough = found.length === limit ? found[0]!.at : -Infinity
    const byPlace = Map.groupBy(read, placeOf)
    open = looks
      .map(({end, from, matches: before, oldest}) => {
        const records = byPlace.get(placeOf(end)) ?? []
        return {
          end,
          below: from,
          matches: before + matching(records, filter).length,
          oldest: records.reduce((least, {at}) => Math.min(least, at), oldest),
        }
      })
      .filter((look) => look.below > look.end.first && look.matches < limit && look.oldest >= enough)
  }
  return found
}

const placeOf = ({topic, partition}: {topic: string; partition: number}): string => `${topic}/${partition}`

const byTime = (a: TailedEvent, b: TailedEvent): number =>
  a.at - b.at || a.topic.localeCompare(b.topic) || a.partition - b.partition || a.offset - b.offset

const matching = (records: readonly StreamRecord[], filter: EventFilter): TailedEvent[] =>
  records.map(toEvent).filter((event) => matches(event, filter))

function matches(event: TailedEvent, {types, user, task, since: oldest}: EventFilter): boolean {
  if (types !== undefined && !types.some((type) => type === event.eventType)) return false
  if (user !== undefined && event.userId !== user && event.key !== user) return false
  if (task !== undefined && event.taskId !== task) return false
  return oldest === undefined || event.at >= oldest
}

function toEvent(record: StreamRecord): TailedEvent {
  const {event, ...place} = record
  const whole = asRecord(event)
  const letter = asRecord(whole['dead_letter'])
  const isLetter = 'dead_letter' in whole
  const facts = isLetter ? asRecord(whole['original']) : whole
  return {
    ...place,
    event,
    eventId: textOrNull(facts['event_id']),
    eventType: DEAD_LETTER_MARK in whole ? DEAD_LETTER_MARK : textOrNull(facts['event_type']),
    userId: textOrNull(facts['user_id']),
    taskId: typeof facts['task_id'] === 'number' ? facts['task_id'] : null,
    deadLetter: isLetter
      ? {consumer: String(letter['consumer']), code: String(letter['code']), reason: String(letter['reason'])}
      : null,
    payload: asRecord(DEAD_LETTER_MARK in whole ? whole[DEAD_LETTER_MARK] : facts['payload']),
  }
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
