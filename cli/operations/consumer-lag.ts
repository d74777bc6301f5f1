import type {KafkaAdmin} from '../tools/kafka-admin.ts'

export interface ConsumerLag {
  readonly group: string
  readonly topic: string
  /** Events that wait for it. */
  readonly lag: number
}

/** Who reads what: each service's group is its name. */
export const READERS: Readonly<Record<string, readonly string[]>> = {
  'recurring-task-service': ['task-events'],
  'notification-service': ['reminders'],
  'audit-service': ['task-events', 'reminders', 'task-updates'],
}

/** What each consumer has not acknowledged yet. A partition that it has never read from counts from its first event. */
export async function consumerLag(admin: Pick<KafkaAdmin, 'partitions' | 'committed'>): Promise<ConsumerLag[]> {
  const lags: ConsumerLag[] = []
  for (const [group, topics] of Object.entries(READERS)) {
    for (const topic of topics) {
      const committed = await admin.committed(group, topic)
      const partitions = await admin.partitions(topic)
      const lag = partitions.reduce(
        (sum, {partition, first, next}) => sum + Math.max(0, next - (committed.get(partition) ?? first)),
        0,
      )
      lags.push({group, topic, lag})
    }
  }
  return lags
}
