import type {EventStream, StreamRange} from '../../../services/ports/event-stream.ts'
import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {nearest} from '../../suggest.ts'
import type {KafkaAdmin, PartitionState} from '../../tools/kafka-admin.ts'
import type {GroupPosition, GroupState} from '../../tools/kafka-groups.ts'
import {READERS} from '../consumer-lag.ts'

export interface ConsumerPartition {
  readonly topic: string
  readonly partition: number
  /** Offset of the oldest event that is kept, and of the next one to come. */
  readonly first_offset: number
  readonly next_offset: number
  /** Of the next event that the group gets; null when it has never acknowledged one, and begins with the oldest. */
  readonly committed_offset: number | null
  /** Events that wait. */
  readonly lag: number
  /** How long the oldest of them has been in the topic; 0 when none waits, null when it went away meanwhile. */
  readonly lag_seconds: number | null
  /** Which member reads it now. */
  readonly member_id: string | null
}

export interface Consumer {
  readonly group: string
  /** As Kafka calls it: Stable, Empty, PreparingRebalance, CompletingRebalance, Dead. */
  readonly state: string
  readonly members: readonly {readonly member_id: string; readonly client_id: string; readonly host: string}[]
  readonly partitions: readonly ConsumerPartition[]
}

/** Everything about consumers at one moment, with the topics as they were then. */
export interface ConsumerScan {
  readonly consumers: readonly Consumer[]
  readonly topics: ReadonlyMap<string, readonly PartitionState[]>
}

export interface ConsumerReader {
  /** Every group but those that end with their process, in the order of their names. */
  all(): Promise<ConsumerScan>
  /** Throws when there is no such group. */
  one(group: string): Promise<Consumer>
}

type Admin = Pick<KafkaAdmin, 'names' | 'partitions' | 'groupNames' | 'groups' | 'positions'>

/**
 * Groups that end with their process, a command or one of chat-api that follows what happens now. Nobody goes on where they
 * were: what lies behind them is no lag, and Kafka forgets them days later.
 */
const PASSING = /^(?:todo5-cli|chat-api-live)-/u

/** Looks as often as one likes; how old a waiting event is, is read from the stream once. `now` is ms since the epoch, UTC. */
export function createConsumerReader(
  admin: Admin,
  stream: Pick<EventStream, 'read'>,
  now: () => number,
): ConsumerReader {
  /** When the event at `topic/partition/offset` came into its topic, ms; only of those that wait now. */
  let times = new Map<string, number>()

  const scan = async (names: readonly string[]): Promise<ConsumerScan> => {
    const there = new Set(await admin.names())
    const topics = new Map<string, readonly PartitionState[]>()
    const found: {group: GroupState; places: Place[]}[] = []
    for (const group of await admin.groups(names)) {
      const positions = await admin.positions(group.name)
      const read = topicsOf(group, positions).filter((topic) => there.has(topic))
      for (const topic of read) if (!topics.has(topic)) topics.set(topic, await admin.partitions(topic))
      const places = placesOf(group, positions, new Map(read.map((topic) => [topic, topics.get(topic)!])))
      found.push({group, places})
    }
    times = await timesOf(found.flatMap(({places}) => places))
    const at = now()
    return {
      topics,
      consumers: found.map(({group, places}) => ({
        group: group.name,
        state: group.state,
        members: group.members.map(({id, client, host}) => ({member_id: id, client_id: client, host})),
        partitions: places.map((of) => partitionOf(of, times, at)),
      })),
    }
  }

  const timesOf = async (places: readonly Place[]): Promise<Map<string, number>> => {
    const waiting = new Map<string, StreamRange>()
    for (const of of places) {
      const {topic, state} = of
      const from = nextOffset(of)
      if (from < state.next)
        waiting.set(place(topic, state.partition, from), {topic, partition: state.partition, from, to: from + 1})
    }
    const known = new Map([...times].filter(([key]) => waiting.has(key)))
    const unknown = [...waiting].filter(([key]) => !known.has(key)).map(([, range]) => range)
    if (unknown.length === 0) return known
    for await (const batch of stream.read(unknown))
      for (const {topic, partition, offset, at} of batch) known.set(place(topic, partition, offset), at)
    return known
  }

  const groupNames = async (): Promise<string[]> =>
    [...new Set([...Object.keys(READERS), ...(await admin.groupNames())])]
      .filter((name) => !PASSING.test(name))
      .toSorted()

  return {
    all: async () => await scan(await groupNames()),
    one: async (group) => {
      const names = await groupNames()
      if (!names.includes(group)) throw notFound(group, names)
      return (await scan([group])).consumers[0]!
    },
  }
}

/** What a group reads: by its design, by what it has acknowledged, or by what its members have been given. */
const topicsOf = ({name, members}: GroupState, positions: readonly GroupPosition[]): string[] =>
  [
    ...new Set([
      ...(READERS[name] ?? []),
      ...[...positions, ...members.flatMap(({partitions}) => partitions)].map(({topic}) => topic),
    ]),
  ].toSorted()

interface Place {
  readonly topic: string
  readonly state: PartitionState
  readonly committed: number | null
  readonly member: string | null
}

const place = (...parts: readonly (string | number)[]): string => parts.join('/')

function placesOf(
  {members}: GroupState,
  positions: readonly GroupPosition[],
  topics: ReadonlyMap<string, readonly PartitionState[]>,
): Place[] {
  const committed = new Map(positions.map(({topic, partition, offset}) => [place(topic, partition), offset]))
  const readers = new Map(
    members.flatMap(({id, partitions}) =>
      partitions.map(({topic, partition}) => [place(topic, partition), id] as const),
    ),
  )
  return [...topics].flatMap(([topic, states]) =>
    states.map((state) => {
      const key = place(topic, state.partition)
      return {topic, state, committed: committed.get(key) ?? null, member: readers.get(key) ?? null}
    }),
  )
}

/** What expired before it was read is not waited for. */
const nextOffset = ({state, committed}: Place): number => Math.max(state.first, committed ?? state.first)

function partitionOf(of: Place, times: ReadonlyMap<string, number>, now: number): ConsumerPartition {
  const {topic, state, committed, member} = of
  const from = nextOffset(of)
  const lag = Math.max(0, state.next - from)
  const since = times.get(place(topic, state.partition, from))
  const seconds = since === undefined ? null : Math.max(0, now - since) / 1000
  return {
    topic,
    partition: state.partition,
    first_offset: state.first,
    next_offset: state.next,
    committed_offset: committed,
    lag,
    lag_seconds: lag === 0 ? 0 : seconds,
    member_id: member,
  }
}

function notFound(group: string, names: readonly string[]): CliError {
  const near = nearest(group, names).map((other) => `todo5 consumer show ${other}`)
  return new CliError(`There is no consumer group ${group}.`, {
    code: 'consumer_not_found',
    exit: EXIT.notFound,
    hints: near.length > 0 ? near : ['todo5 consumer list'],
  })
}
