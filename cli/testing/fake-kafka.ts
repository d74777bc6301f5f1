import type {EventStream} from '../../services/ports/event-stream.ts'
import type {FoundTopic, KafkaAdmin, PartitionState, TopicSettings} from '../tools/kafka-admin.ts'
import type {KafkaConnection} from '../tools/kafka-connection.ts'
import type {GroupMember, GroupPosition, GroupState} from '../tools/kafka-groups.ts'

const WEEK_MS = 7 * 24 * 60 * 60 * 1000

/** Topics and groups in memory, which can do what Kafka can: partitions grow only, and what is there is left when it is made again. */
export class FakeKafka implements KafkaAdmin {
  readonly #topics = new Map<string, TopicSettings>()
  /** How it was reached. */
  readonly connections: KafkaConnection[] = []
  closed = 0

  readonly #stream: Pick<EventStream, 'ends'> | undefined
  readonly #groups = new Map<string, {members: readonly GroupMember[]; positions: readonly GroupPosition[]}>()

  /** With a stream each partition reaches as far as it does there. */
  constructor(topics: readonly TopicSettings[] = [], options: {stream?: Pick<EventStream, 'ends'>} = {}) {
    for (const topic of topics) this.#topics.set(topic.name, topic)
    this.#stream = options.stream
  }

  /** A group that was once there. */
  setGroup(name: string, group: {members?: readonly GroupMember[]; positions?: readonly GroupPosition[]}): void {
    this.#groups.set(name, {members: [], positions: [], ...this.#groups.get(name), ...group})
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

  async partitions(name: string): Promise<PartitionState[]> {
    const {partitions, replication} = this.#topic(name)
    const replicas = Array.from({length: replication}, (_, index) => index + 1)
    const ends = await this.#stream?.ends([name])
    return Array.from({length: partitions}, (_, partition) => {
      const {first, next} = ends?.[partition] ?? {first: 0, next: partition * 10}
      return {partition, leader: 1, replicas, inSync: replicas, first, next}
    })
  }

  async committed(group: string, topic: string): Promise<ReadonlyMap<number, number>> {
    const positions = (await this.positions(group)).filter((position) => position.topic === topic)
    return new Map(positions.map(({partition, offset}) => [partition, offset]))
  }

  async brokerCount(): Promise<number> {
    return 1
  }

  async groupNames(): Promise<string[]> {
    return [...this.#groups.keys()].toSorted()
  }

  async groups(names: readonly string[]): Promise<GroupState[]> {
    return names.map((name) => {
      const members = this.#groups.get(name)?.members
      return {
        name,
        state: members === undefined ? 'Dead' : members.length > 0 ? 'Stable' : 'Empty',
        members: members ?? [],
      }
    })
  }

  async positions(group: string): Promise<GroupPosition[]> {
    return [...(this.#groups.get(group)?.positions ?? [])]
  }

  async move(group: string, positions: readonly GroupPosition[]): Promise<boolean> {
    if ((this.#groups.get(group)?.members.length ?? 0) > 0) return false
    const moved = new Set(positions.map(({topic, partition}) => `${topic}/${partition}`))
    const others = (await this.positions(group)).filter(({topic, partition}) => !moved.has(`${topic}/${partition}`))
    this.setGroup(group, {positions: [...others, ...positions]})
    return true
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
