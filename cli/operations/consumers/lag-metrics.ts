import {Gauge, Registry} from 'prom-client'
import type {ConsumerScan} from './read-consumers.ts'

/** In the names and labels of kafka_exporter (https://github.com/danielqsj/kafka_exporter), so that its dashboards fit. */
const GAUGES = {
  kafka_brokers: ['Brokers of the cluster.'],
  kafka_topic_partitions: ['Partitions of the topic.', 'topic'],
  kafka_topic_partition_current_offset: ['Offset of the next event to come.', 'topic', 'partition'],
  kafka_topic_partition_oldest_offset: ['Offset of the oldest event that is kept.', 'topic', 'partition'],
  kafka_topic_partition_leader: ['Broker that leads the partition; -1 while none does.', 'topic', 'partition'],
  kafka_topic_partition_replicas: ['Copies of the partition.', 'topic', 'partition'],
  kafka_topic_partition_in_sync_replica: ['Copies that have everything.', 'topic', 'partition'],
  kafka_topic_partition_under_replicated_partition: ['1 when a copy lacks something.', 'topic', 'partition'],
  kafka_consumergroup_members: ['Members of the group.', 'consumergroup'],
  kafka_consumergroup_current_offset: [
    'Offset of the next event that the group gets; not there before its first one.',
    'consumergroup',
    'topic',
    'partition',
  ],
  kafka_consumergroup_current_offset_sum: ['The same of all partitions.', 'consumergroup', 'topic'],
  kafka_consumergroup_lag: ['Events that wait for the group.', 'consumergroup', 'topic', 'partition'],
  kafka_consumergroup_lag_sum: ['The same of all partitions.', 'consumergroup', 'topic'],
  // kafka_exporter has no such one.
  kafka_consumergroup_lag_seconds: [
    'Age of the oldest event that waits for the group.',
    'consumergroup',
    'topic',
    'partition',
  ],
} as const satisfies Readonly<Record<string, readonly [string, ...string[]]>>

type Labels = Readonly<Record<string, string | number>>

/** The text that Prometheus reads. */
export async function lagMetrics({topics, consumers}: ConsumerScan, brokers: number): Promise<string> {
  const registry = new Registry()
  const gauges = new Map(
    Object.entries(GAUGES).map(([name, [help, ...labelNames]]) => [
      name,
      new Gauge({name, help, labelNames, registers: [registry]}),
    ]),
  )
  const set = (name: keyof typeof GAUGES, labels: Labels, value: number): void => gauges.get(name)!.set(labels, value)
  const add = (name: keyof typeof GAUGES, labels: Labels, value: number): void => gauges.get(name)!.inc(labels, value)
  set('kafka_brokers', {}, brokers)
  for (const [topic, partitions] of topics) {
    set('kafka_topic_partitions', {topic}, partitions.length)
    for (const {partition, first, next, leader, replicas, inSync} of partitions) {
      const labels = {topic, partition}
      set('kafka_topic_partition_current_offset', labels, next)
      set('kafka_topic_partition_oldest_offset', labels, first)
      set('kafka_topic_partition_leader', labels, leader)
      set('kafka_topic_partition_replicas', labels, replicas.length)
      set('kafka_topic_partition_in_sync_replica', labels, inSync.length)
      set('kafka_topic_partition_under_replicated_partition', labels, inSync.length < replicas.length ? 1 : 0)
    }
  }
  for (const {group: consumergroup, members, partitions} of consumers) {
    set('kafka_consumergroup_members', {consumergroup}, members.length)
    for (const {topic, partition, committed_offset: committed, lag, lag_seconds: seconds} of partitions) {
      const labels = {consumergroup, topic, partition}
      if (committed !== null) {
        set('kafka_consumergroup_current_offset', labels, committed)
        add('kafka_consumergroup_current_offset_sum', {consumergroup, topic}, committed)
      }
      set('kafka_consumergroup_lag', labels, lag)
      add('kafka_consumergroup_lag_sum', {consumergroup, topic}, lag)
      if (seconds !== null) set('kafka_consumergroup_lag_seconds', labels, seconds)
    }
  }
  return await registry.metrics()
}
