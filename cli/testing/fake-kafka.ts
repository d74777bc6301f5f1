import type {FoundTopic, KafkaAdmin, TopicSettings} from '../tools/kafka-admin.ts'
import type {KafkaConnection} from '../tools/kafka-connection.ts'

const WEEK_MS = 7 * 24 * 60 * 60 * 1000

/** Topics in memory, which can do what Kafka can: partitions grow only, and what is there is left when it is made again. */
export class FakeKafka implements KafkaAdmin {
  readonly #topics = new Map<string, TopicSettings>()
  /** How it was reached. */
  readonly connections: KafkaConnection[] = []
  closed = 0

  constructor(topics: readonly TopicSettings[] = []) {
    for (const topic of topics) this.#topics.set(topic.name, topic)
  }

  readonly open = async (connection: KafkaConnection): Promise<KafkaAdmin> => {
    this.connections.push(connection)
    return this
  }

  get topics(): TopicSettings[] {
    return [...this.#topics.values()]
  }

  async names(): Promise<string[]> {
    return [...this.#topics.keys()].toSorted()
  }

  async describe(names: readonly string[]): Promise<FoundTopic[]> {
    return names.flatMap((name) => {
      const topic = this.#topics.get(name)
      return topic ? [{...topic, retentionMs: Number(topic.config['retention.ms'] ?? WEEK_MS)}] : []
    })
  }

  async partitions(name: string) {
    const {partitions, replication} = this.#topic(name)
    const replicas = Array.from({length: replication}, (_, index) => index + 1)
    return Array.from({length: partitions}, (_, partition) => ({
      partition,
      leader: 1,
      replicas,
      inSync: replicas,
      first: 0,
      next: partition * 10,
    }))
  }

  /** Nobody has read anything. */
  async committed(): Promise<ReadonlyMap<number, number>> {
    return new Map()
  }

  async create(topics: readonly TopicSettings[]): Promise<void> {
    for (const topic of topics) if (!this.#topics.has(topic.name)) this.#topics.set(topic.name, topic)
  }

  async addPartitions(name: string, partitions: number): Promise<void> {
    const topic = this.#topic(name)
    if (partitions <= topic.partitions) throw new Error(`${name} has ${topic.partitions} partitions already`)
    this.#topics.set(name, {...topic, partitions})
  }

  async configure(name: string, config: Readonly<Record<string, string>>): Promise<void> {
    const topic = this.#topic(name)
    this.#topics.set(name, {...topic, config: {...topic.config, ...config}})
  }

  async close(): Promise<void> {
    this.closed++
  }

  #topic(name: string): TopicSettings {
    const topic = this.#topics.get(name)
    if (!topic) throw new Error(`there is no topic ${name}`)
    return topic
  }
}
