/** Where a consumer shall go on. */
export type ResetTo =
  | {readonly kind: 'earliest'}
  | {readonly kind: 'latest'}
  /** The first event that is not older; ms since the epoch, UTC. */
  | {readonly kind: 'datetime'; readonly at: number}
  /** Events forward, or back when negative, in each partition. */
  | {readonly kind: 'shift'; readonly by: number}

/** A partition as it is now. */
export interface PartitionNow {
  readonly topic: string
  readonly partition: number
  readonly first: number
  readonly next: number
  /** Null: the group has never acknowledged anything, and would begin with the oldest. */
  readonly committed: number | null
  /** Of the first event that is not older than the time asked for; only then. */
  readonly atTime?: number
}

export interface PartitionReset {
  readonly topic: string
  readonly partition: number
  readonly from: number
  readonly to: number
}

/** From where to where; never outside of what is kept. */
export function planReset(to: ResetTo, partitions: readonly PartitionNow[]): PartitionReset[] {
  return partitions.map((now) => {
    const {topic, partition, first, next, committed} = now
    const within = (offset: number): number => Math.min(next, Math.max(first, offset))
    const from = within(committed ?? first)
    return {topic, partition, from, to: within(wanted(to, now, from))}
  })
}

function wanted(to: ResetTo, {first, next, atTime}: PartitionNow, from: number): number {
  if (to.kind === 'earliest') return first
  if (to.kind === 'latest') return next
  return to.kind === 'shift' ? from + to.by : (atTime ?? next)
}

/** Events that come again. */
export const eventsAgain = (resets: readonly PartitionReset[]): number =>
  resets.reduce((sum, {from, to}) => sum + Math.max(0, from - to), 0)

/** Events that never come. */
export const eventsSkipped = (resets: readonly PartitionReset[]): number =>
  resets.reduce((sum, {from, to}) => sum + Math.max(0, to - from), 0)
