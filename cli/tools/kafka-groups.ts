import type {Admin, AssignerProtocol, Consumer, Kafka} from 'kafkajs'

export interface GroupMember {
  readonly id: string
  /** As it calls itself. */
  readonly client: string
  /** Its address. */
  readonly host: string
  readonly partitions: readonly {readonly topic: string; readonly partition: number}[]
}

export interface GroupState {
  readonly name: string
  /** As Kafka calls it, such as Stable or Empty; Dead when it knows no such group. */
  readonly state: string
  readonly members: readonly GroupMember[]
}

/** The next event that a group will get of a partition. */
export interface GroupPosition {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}

/** What todo5 does with consumer groups. Every method throws a CliError when Kafka cannot be reached or refuses. */
export interface KafkaGroups {
  groupNames(): Promise<string[]>
  /** In the order asked for. */
  groups(names: readonly string[]): Promise<GroupState[]>
  /** What the group has acknowledged, of all topics; without the partitions of which it has nothing. */
  positions(group: string): Promise<GroupPosition[]>
  /**
   * Moves a group that has no members: joins it alone, since Kafka takes positions of members only, writes them all with
   * one request and leaves. False when somebody else is in the group; then the positions are to be looked at.
   */
  move(group: string, positions: readonly GroupPosition[]): Promise<boolean>
}

type Assignments = typeof AssignerProtocol.MemberAssignment

export function kafkaGroups(kafka: Kafka, admin: Admin): KafkaGroups {
  return {
    groupNames: async () => (await admin.listGroups()).groups.map(({groupId}) => groupId).toSorted(),
    groups: async (names) => {
      const {AssignerProtocol: protocol} = (await import('kafkajs')).default
      const {groups} = await admin.describeGroups([...names])
      return names.map((name) => {
        const {state, members} = groups.find(({groupId}) => groupId === name)!
        return {name, state, members: members.map((member) => memberOf(member, protocol.MemberAssignment))}
      })
    },
    positions: async (groupId) =>
      (await admin.fetchOffsets({groupId})).flatMap(({topic, partitions}) =>
        partitions
          .map(({partition, offset}) => ({topic, partition, offset: Number(offset)}))
          .filter(({offset}) => offset >= 0),
      ),
    move: async (group, positions) => await move(kafka, group, positions),
  }
}

function memberOf(
  member: {memberId: string; clientId: string; clientHost: string; memberAssignment: Buffer},
  protocol: Assignments,
): GroupMember {
  // While they are being shared out a member has nothing, not even an empty list.
  const topics = member.memberAssignment.length === 0 ? null : protocol.decode(member.memberAssignment)
  return {
    id: member.memberId,
    client: member.clientId,
    host: member.clientHost.replace(/^\//u, ''),
    partitions: Object.entries(topics?.assignment ?? {}).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({topic, partition})),
    ),
  }
}

async function move(kafka: Kafka, groupId: string, positions: readonly GroupPosition[]): Promise<boolean> {
  const topics = [...new Set(positions.map(({topic}) => topic))]
  const consumer = kafka.consumer({groupId, retry: {restartOnFailure: async () => false}})
  let [me, crash]: [string | undefined, Error | undefined] = [undefined, undefined]
  consumer.on(consumer.events.GROUP_JOIN, ({payload}) => void (me = payload.memberId))
  consumer.on(consumer.events.CRASH, ({payload}) => void (crash = payload.error))
  try {
    await consumer.connect()
    await consumer.subscribe({topics, fromBeginning: true})
    // What it is given is neither looked at nor acknowledged.
    await consumer.run({autoCommit: false, eachBatchAutoResolve: false, eachBatch: async () => undefined})
    if (crash) throw crash
    if (!(await isAlone(consumer, me))) return false
    await consumer.commitOffsets(positions.map(({offset, ...place}) => ({...place, offset: String(offset)})))
    if (crash) throw crash
    // Who came meanwhile may have read the old positions, and would write them again.
    return await isAlone(consumer, me)
  } finally {
    await consumer.disconnect()
  }
}

async function isAlone(consumer: Consumer, me: string | undefined): Promise<boolean> {
  const {members} = await consumer.describeGroup()
  return members.length === 1 && members[0]!.memberId === me
}
