import {AssignerProtocol, Kafka, logLevel} from 'kafkajs'

/** How many partitions of a topic each member of a group has, ascending; undefined while they are being shared out. */
export async function partitionShares(brokers: string, group: string, topic: string): Promise<number[] | undefined> {
  const admin = new Kafka({brokers: [brokers], logLevel: logLevel.NOTHING}).admin()
  await admin.connect()
  try {
    const {groups} = await admin.describeGroups([group])
    if (groups[0]?.state !== 'Stable') return undefined
    return groups[0].members
      .map(({memberAssignment}) => AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment ?? {})
      .map((assignment) => assignment[topic]?.length ?? 0)
      .toSorted((a, b) => a - b)
  } finally {
    await admin.disconnect()
  }
}
