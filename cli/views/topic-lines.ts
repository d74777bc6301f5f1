import type {Output} from '../output.ts'
import type {TopicChange} from '../operations/plan-topics.ts'
import type {TopicDetails, TopicSummary} from '../operations/read-topics.ts'

const DAY = 24 * 60 * 60

/** One change, as it is told before and after it is made. */
export function changeLine({topic, change, setting, from, to, confirm, refused}: TopicChange): string {
  if (change === 'create') return `create ${topic}: ${to}`
  const what = change === 'config' ? `${setting!} of ${topic}` : `${change} of ${topic}`
  const line = from === null ? `set ${what} to ${to}` : `change ${what} from ${from} to ${to}`
  if (refused !== null) return `not possible: ${line}; ${refused}`
  return confirm === null ? line : `${line}; with --confirm only: ${confirm}`
}

export function printChanges(out: Output, changes: readonly TopicChange[]): void {
  out.data(...changes.map(changeLine))
}

export function printTopics(out: Output, topics: readonly TopicSummary[]): void {
  out.table(
    [
      {title: 'TOPIC', text: (row) => row.name, atLeast: 12},
      {title: 'PARTITIONS', text: (row) => String(row.partitions), align: 'right'},
      {title: 'REPLICATION', text: (row) => String(row.replication), align: 'right'},
      {title: 'KEPT', text: (row) => duration(row.retention_seconds)},
    ],
    topics,
  )
}

export function printTopic(out: Output, topic: TopicDetails): void {
  const {name, partitions, replication, retention_seconds: seconds, config} = topic
  out.data(`${name}  ${partitions} partitions, replication ${replication}, kept ${duration(seconds)}`)
  out.data(...Object.entries(config).map(([setting, value]) => `  ${setting}  ${value}`))
  out.table(
    [
      {title: 'PARTITION', text: (row) => String(row.partition), align: 'right'},
      {title: 'LEADER', text: (row) => String(row.leader ?? 'none'), align: 'right'},
      {title: 'REPLICAS', text: (row) => row.replicas.join(',')},
      {title: 'IN SYNC', text: (row) => row.in_sync.join(',')},
      {title: 'FIRST', text: (row) => String(row.first_offset), align: 'right'},
      {title: 'NEXT', text: (row) => String(row.next_offset), align: 'right'},
    ],
    topic.partition_states,
  )
}

function duration(seconds: number | null): string {
  if (seconds === null) return 'for ever'
  return seconds % DAY === 0 ? `${seconds / DAY} days` : `${Math.round(seconds / 3600)} h`
}
