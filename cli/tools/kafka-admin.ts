import {setTimeout as delay} from 'node:timers/promises'
import type {Admin, IResourceConfigEntry} from 'kafkajs'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {type KafkaConnection, kafkaClient} from './kafka-connection.ts'
import {kafkaGroups, type KafkaGroups} from './kafka-groups.ts'
import {whileItMoves} from './while-it-moves.ts'

export interface TopicSettings {
  readonly name: string
  readonly partitions: number
  readonly replication: number
  /** What is set for this topic, such as retention.ms; what it has from the broker is not among it. */
  readonly config: Readonly<Record<string, string>>
}

export interface FoundTopic extends TopicSettings {
  /** What holds for it, from wherever it comes; null when the broker does not say. */
  readonly retentionMs: number | null
}

export interface PartitionState {
  readonly partition: number
  /** Id of the broker; −1 while there is none. */
  readonly leader: number
  readonly replicas: readonly number[]
  readonly inSync: readonly number[]
  /** Offset of the oldest event that is kept, and of the next one to come. */
  readonly first: number
  readonly next: number
}

/** What todo5 does with topics and groups. Every method throws a CliError when Kafka cannot be reached or refuses. */
export interface KafkaAdmin extends KafkaGroups {
  /** How many there are now. */
  brokerCount(): Promise<number>
  /** All but Kafka's own. */
  names(): Promise<string[]>
  /** Those that exist, in the order asked for. */
  describe(names: readonly string[]): Promise<FoundTopic[]>
  partitions(name: string): Promise<PartitionState[]>
  /** By partition, the offset up to which a consumer group has acknowledged; without those it never has. */
  committed(group: string, topic: string): Promise<ReadonlyMap<number, number>>
  /** Resolves when each partition has a leader. One that is there already, because somebody was quicker, is left. */
  create(topics: readonly TopicSettings[]): Promise<void>
  /** `partitions` in all. */
  addPartitions(name: string, partitions: number): Promise<void>
  /** Other settings of the topic stay. */
  configure(name: string, config: Readonly<Record<string, string>>): Promise<void>
  close(): Promise<void>
}

const SEEN_WITHIN_MS = 30_000
/** RESOURCE_TYPE topic, CONFIG_SOURCE topic: https://kafka.apache.org/protocol */
const TOPIC = 2
const SET_ON_TOPIC = 1

/** Connects. */
export async function openKafkaAdmin(connection: KafkaConnection): Promise<KafkaAdmin> {
  const {kafka, run, end} = await kafkaClient(connection)
  const admin = kafka.admin()
  const read = async <T>(work: () => Promise<T>): Promise<T> => await run(async () => await whileItMoves(work))
  try {
    await run(async () => await admin.connect())
  } catch (error) {
    await admin.disconnect()
    end()
    throw error
  }
  const groups = kafkaGroups(kafka, admin)
  return {
    brokerCount: async () => await read(async () => (await admin.describeCluster()).brokers.length),
    groupNames: async () => await read(async () => await groups.groupNames()),
    groups: async (names) => await read(async () => await groups.groups(names)),
    positions: async (group) => await read(async () => await groups.positions(group)),
    move: async (group, positions) => await run(async () => await groups.move(group, positions)),
    names: async () =>
      (await read(async () => await admin.listTopics())).filter((name) => !name.startsWith('__')).toSorted(),
    describe: async (names) => await read(async () => await describe(admin, names)),
    partitions: async (name) => await read(async () => await partitions(admin, name)),
    committed: async (group, topic) => await read(async () => await committed(admin, group, topic)),
    create: async (topics) =>
      await run(async () => {
        await admin.createTopics({waitForLeaders: false, topics: topics.map(toCreate)})
        for (const topic of topics) await untilLed(admin, topic)
      }),
    addPartitions: async (name, count) =>
      await run(async () => {
        await admin.createPartitions({topicPartitions: [{topic: name, count}]})
        await untilLed(admin, {name, partitions: count})
      }),
    configure: async (name, config) => await run(async () => await configure(admin, name, config)),
    close: async () => {
      await admin.disconnect()
      end()
    },
  }
}

const toCreate = ({name, partitions: numPartitions, replication: replicationFactor, config}: TopicSettings) => ({
  topic: name,
  numPartitions,
  replicationFactor,
  configEntries: Object.entries(config).map(([key, value]) => ({name: key, value})),
})

async function describe(admin: Admin, names: readonly string[]): Promise<FoundTopic[]> {
  const there = new Set(await admin.listTopics())
  const asked = names.filter((name) => there.has(name))
  if (asked.length === 0) return []
  const [{topics}, {resources}] = await Promise.all([
    admin.fetchTopicMetadata({topics: asked}),
    admin.describeConfigs({includeSynonyms: false, resources: asked.map((name) => ({type: TOPIC, name}))}),
  ])
  return asked.map((name) => {
    const {partitions: found} = topics.find((topic) => topic.name === name)!
    const entries = resources.find((resource) => resource.resourceName === name)?.configEntries ?? []
    const retention = Number(entries.find((entry) => entry.configName === 'retention.ms')?.configValue)
    return {
      name,
      partitions: found.length,
      replication: Math.min(...found.map((partition) => partition.replicas.length)),
      config: Object.fromEntries(
        entries
          .filter((entry) => entry.configSource === (SET_ON_TOPIC as typeof entry.configSource))
          .map((entry) => [entry.configName, entry.configValue]),
      ),
      retentionMs: Number.isFinite(retention) ? retention : null,
    }
  })
}

async function partitions(admin: Admin, name: string): Promise<PartitionState[]> {
  const [{topics}, offsets] = await Promise.all([
    admin.fetchTopicMetadata({topics: [name]}),
    admin.fetchTopicOffsets(name),
  ])
  return topics[0]!.partitions
    .map(({partitionId: partition, leader, replicas, isr}) => {
      const {low, high} = offsets.find((offset) => offset.partition === partition)!
      return {partition, leader, replicas, inSync: isr, first: Number(low), next: Number(high)}
    })
    .toSorted((a, b) => a.partition - b.partition)
}

async function committed(admin: Admin, groupId: string, topic: string): Promise<ReadonlyMap<number, number>> {
  const answer = await admin.fetchOffsets({groupId, topics: [topic]})
  const offsets = answer.flatMap(({partitions: found}) => found)
  return new Map(offsets.map(({partition, offset}) => [partition, Number(offset)] as const).filter(([, at]) => at >= 0))
}

/** The request replaces all settings of a topic: those that it has are sent along. */
async function configure(admin: Admin, name: string, config: Readonly<Record<string, string>>): Promise<void> {
  const [found] = await describe(admin, [name])
  const configEntries: IResourceConfigEntry[] = Object.entries({...found?.config, ...config}).map(([key, value]) => ({
    name: key,
    value,
  }))
  await admin.alterConfigs({validateOnly: false, resources: [{type: TOPIC, name, configEntries}]})
  await within(name, 'its new settings', async () => {
    const [changed] = await describe(admin, [name])
    return Object.entries(config).every(([key, value]) => changed?.config[key] === value)
  })
}

/** kafkajs' own waiting fails while a broker has not heard of the topic. */
async function untilLed(admin: Admin, {name, partitions: count}: {name: string; partitions: number}): Promise<void> {
  await within(name, 'a leader', async () => {
    try {
      const {topics} = await admin.fetchTopicMetadata({topics: [name]})
      return (topics[0]?.partitions.filter(({leader}) => leader >= 0).length ?? 0) >= count
    } catch (error) {
      const {type = ''} = error as {type?: string}
      if (!['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE'].includes(type)) throw error
      return false
    }
  })
}

/** The controller has answered, and the brokers hear of it a moment later. */
async function within(topic: string, what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + SEEN_WITHIN_MS
  while (!(await look())) {
    if (performance.now() > deadline) {
      throw new CliError(`${topic} was changed, but does not have ${what} after ${SEEN_WITHIN_MS / 1000} s.`, {
        code: 'topic_not_ready',
        exit: EXIT.notFinished,
        hints: [`todo5 topic show ${topic}`],
      })
    }
    await delay(50)
  }
}
