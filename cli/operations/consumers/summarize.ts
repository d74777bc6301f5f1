import type {Consumer} from './read-consumers.ts'

/** A group and a topic that it reads. */
export interface ConsumerSummary {
  readonly group: string
  readonly topic: string
  readonly state: string
  /** Of the group, for all its topics. */
  readonly members: number
  readonly lag: number
  /** Age of the oldest event that waits; null when that is not known of one of the partitions. */
  readonly lag_seconds: number | null
}

export const summarize = (consumers: readonly Consumer[]): ConsumerSummary[] =>
  consumers.flatMap(({group, state, members, partitions}) =>
    [...Map.groupBy(partitions, ({topic}) => topic)].map(([topic, of]) => ({
      group,
      topic,
      state,
      members: members.length,
      lag: of.reduce((sum, {lag}) => sum + lag, 0),
      lag_seconds: of.some(({lag_seconds: seconds}) => seconds === null)
        ? null
        : Math.max(...of.map(({lag_seconds: seconds}) => seconds!)),
    })),
  )
