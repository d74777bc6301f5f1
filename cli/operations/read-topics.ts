import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {nearest} from '../suggest.ts'
import type {KafkaAdmin, PartitionState} from '../tools/kafka-admin.ts'

export interface TopicSummary {
  readonly name: string
  readonly partitions: number
  readonly replication: number
  /** Null when events are kept for ever. */
  readonly retention_seconds: number | null
}

export interface TopicDetails extends TopicSummary {
  readonly config: Readonly<Record<string, string>>
  readonly partition_states: readonly {
    readonly partition: number
    readonly leader: number | null
    readonly replicas: readonly number[]
    readonly in_sync: readonly number[]
    readonly first_offset: number
    readonly next_offset: number
  }[]
}

export async function listTopics(admin: KafkaAdmin): Promise<TopicSummary[]> {
  return (await admin.describe(await admin.names())).map(summary)
}

/** Throws when there is no such topic. */
export async function showTopic(admin: KafkaAdmin, name: string): Promise<TopicDetails> {
  const [found] = await admin.describe([name])
  if (!found) throw notFound(name, await admin.names())
  const states = await admin.partitions(name)
  return {...summary(found), config: found.config, partition_states: states.map(partitionState)}
}

const summary = ({
  name,
  partitions,
  replication,
  retentionMs,
}: {
  name: string
  partitions: number
  replication: number
  retentionMs: number | null
}): TopicSummary => ({
  name,
  partitions,
  replication,
  retention_seconds: retentionMs === null || retentionMs < 0 ? null : retentionMs / 1000,
})

const partitionState = ({partition, leader, replicas, inSync, first, next}: PartitionState) => ({
  partition,
  leader: leader < 0 ? null : leader,
  replicas,
  in_sync: inSync,
  first_offset: first,
  next_offset: next,
})

function notFound(name: string, names: readonly string[]): CliError {
  const near = nearest(name, names).map((other) => `todo5 topic show ${other}`)
  return new CliError(`There is no topic ${name}.`, {
    code: 'topic_not_found',
    exit: EXIT.notFound,
    hints: near.length > 0 ? near : ['todo5 topic list'],
  })
}
