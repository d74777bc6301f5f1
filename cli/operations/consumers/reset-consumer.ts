import type {EventStream} from '../../../services/ports/event-stream.ts'
import {CliError, usageError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import type {KafkaAdmin} from '../../tools/kafka-admin.ts'
import {type ClusterPlace, NAMESPACE} from '../cluster/cluster-place.ts'
import type {DaprTarget} from '../dapr-targets.ts'
import {eventsAgain, eventsSkipped, type PartitionReset, planReset, type ResetTo} from './plan-reset.ts'
import type {Consumer} from './read-consumers.ts'

/** Ids that one statement takes. */
const CHUNK = 1000

/** Where a consumer runs, as far as anybody said so. */
export interface WhereRun {
  /** null: nobody said more than the brokers. */
  readonly target: DaprTarget | null
  readonly place: Partial<Pick<ClusterPlace, 'kubeContext' | 'namespace'>>
}

/** What consumers have noted in their inbox. */
export interface HandledEvents {
  /** How many of these events the consumer has noted. */
  count(consumer: string, eventIds: readonly string[]): Promise<number>
  /** Takes the notes away; answers with how many there were. */
  forget(consumer: string, eventIds: readonly string[]): Promise<number>
  close(): Promise<void>
}

export interface ResetPlan {
  readonly group: string
  readonly members: number
  readonly partitions: readonly PartitionReset[]
  readonly events_again: number
  /** Events that the consumer will never get. */
  readonly events_skipped: number
  /** What it has noted as handled of the events that come again, and shall forget; null: that stays. */
  readonly inbox_rows: number | null
}

interface Notes {
  readonly stream: EventStream
  /** Undefined: what is noted as handled stays. */
  readonly handled: HandledEvents | undefined
}

/** What a reset would do; to one topic when that is named. Changes nothing. */
export async function planConsumerReset(
  {stream, handled}: Notes,
  consumer: Consumer,
  {to, topic}: {readonly to: ResetTo; readonly topic?: string | undefined},
): Promise<ResetPlan> {
  const read = consumer.partitions.filter((partition) => topic === undefined || partition.topic === topic)
  if (read.length === 0) throw nothingRead(consumer, topic)
  const atTime = new Map<string, ReadonlyMap<number, number>>()
  if (to.kind === 'datetime') {
    for (const name of new Set(read.map((partition) => partition.topic)))
      atTime.set(name, await stream.offsetsAt(name, to.at))
  }
  const partitions = planReset(
    to,
    read.map(({topic: of, partition, first_offset: first, next_offset: next, committed_offset: committed}) => {
      const offset = atTime.get(of)?.get(partition)
      return {topic: of, partition, first, next, committed, ...(offset !== undefined && {atTime: offset})}
    }),
  )
  const {group, members} = consumer
  return {
    group,
    members: members.length,
    partitions,
    events_again: eventsAgain(partitions),
    events_skipped: eventsSkipped(partitions),
    inbox_rows: handled ? await sumOf(idsAgain(stream, partitions), async (ids) => handled.count(group, ids)) : null,
  }
}

async function sumOf(
  chunks: AsyncIterable<readonly string[]>,
  each: (ids: readonly string[]) => Promise<number>,
): Promise<number> {
  let sum = 0
  for await (const ids of chunks) sum += await each(ids)
  return sum
}

/** Nobody may read while positions change: a member would write its own again. */
export function refuseActive({group, members}: Consumer, where: WhereRun): void {
  if (members.length === 0) return
  const count = members.length === 1 ? '1 member' : `${members.length} members`
  throw active(group, where, `${group} is running (${count}): it has to be stopped first.`)
}

/**
 * Moves the consumer; takes away before that what it has noted of the events that come again, so that they are handled
 * again. Answers with how many notes there were. When it fails in between nothing is lost or doubled: an effect has its
 * own key, the notes only spare the work.
 */
export async function resetConsumer(
  {admin, stream, handled}: Notes & {readonly admin: Pick<KafkaAdmin, 'move'>},
  plan: ResetPlan,
  where: WhereRun,
): Promise<ResetPlan> {
  const {group, partitions} = plan
  const rows = handled && (await sumOf(idsAgain(stream, partitions), async (ids) => handled.forget(group, ids)))
  const positions = partitions.map(({topic, partition, to}) => ({topic, partition, offset: to}))
  if (!(await admin.move(group, positions)))
    throw active(group, where, `Somebody has joined ${group} meanwhile: look where it is, and reset it again.`)
  return {...plan, inbox_rows: rows ?? null}
}

async function* idsAgain(
  stream: Pick<EventStream, 'read'>,
  resets: readonly PartitionReset[],
): AsyncGenerator<readonly string[]> {
  const ranges = resets
    .filter(({from, to}) => to < from)
    .map(({topic, partition, from, to}) => ({topic, partition, from: to, to: from}))
  if (ranges.length === 0) return
  let ids: string[] = []
  for await (const batch of stream.read(ranges)) {
    for (const {event} of batch) {
      const id = (event as {event_id?: unknown} | null | undefined)?.event_id
      if (typeof id === 'string' && UUID.test(id)) ids.push(id)
    }
    for (; ids.length >= CHUNK; ids = ids.slice(CHUNK)) yield ids.slice(0, CHUNK)
  }
  if (ids.length > 0) yield ids
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/iu

const active = (group: string, where: WhereRun, message: string): CliError =>
  new CliError(message, {
    code: 'consumer_active',
    exit: EXIT.refused,
    hints: [...howToStop(group, where), `todo5 consumer show ${group}`],
  })

/** Commands; both kinds when only brokers are named. */
export const howToStop = (group: string, where: WhereRun): string[] =>
  commands(where, `todo5 down host --only ${group}`, `scale deployment/${group} --replicas=0`)

export const howToStart = (group: string, where: WhereRun): string[] =>
  commands(where, `todo5 up host --only ${group}`, `scale deployment/${group} --replicas=1`)

function commands({target, place}: WhereRun, host: string, inCluster: string): string[] {
  const {kubeContext, namespace = NAMESPACE} = place
  const cluster = `kubectl ${kubeContext === undefined ? '' : `--context ${kubeContext} `}-n ${namespace} ${inCluster}`
  if (target === null) return [host, cluster]
  return [target === 'host' ? host : cluster]
}

const nothingRead = ({group, partitions}: Consumer, topic: string | undefined): CliError =>
  topic === undefined
    ? new CliError(`${group} reads no topic that is there.`, {code: 'nothing_to_reset', exit: EXIT.refused})
    : usageError(
        `${group} does not read ${topic}.`,
        'topic_not_read',
        ...[...new Set(partitions.map((partition) => partition.topic))].map((name) => `--topic ${name}`),
      )
