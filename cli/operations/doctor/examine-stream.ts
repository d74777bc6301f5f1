import type {EventStream} from '../../../services/ports/event-stream.ts'
import {kafkaAnswers} from '../../supervisor/host/answers.ts'
import type {KafkaAdmin} from '../../tools/kafka-admin.ts'
import {diffTopics} from '../apply-topics.ts'
import {READERS} from '../consumer-lag.ts'
import {type Consumer, createConsumerReader} from '../consumers/read-consumers.ts'
import {readLetters} from '../dead-letters/read-letters.ts'
import type {DaprTarget} from '../dapr-targets.ts'
import {wantedTopics} from '../plan-topics.ts'
import {type Check, judge, judgeAll, type Look, ok, problem, type Verdict} from './check.ts'
import {checkDeadLetters} from './dead-letters.ts'
import {checkGroups, type GroupFacts} from './groups.ts'
import {HOST_COMMANDS, type NextCommands} from './next-commands.ts'
import {checkTopics, type TopicFacts} from './topics.ts'

/** Each is opened when it is needed, and closed again. */
export interface StreamSources {
  kafka(brokers: string): Promise<KafkaAdmin>
  stream(target: 'local' | 'host'): Promise<EventStream>
  /** ms since the epoch. */
  readonly now: number
}

const WHEN_SILENT = ['todo5 logs kafka --target host', 'todo5 up host        starts it again when it has ended']
const TRIES = 3

/** The one broker of the host target, asked more than once: a busy machine is no outage. */
async function answers(brokers: string): Promise<boolean> {
  const port = Number(brokers.split(':').at(-1))
  for (let left = TRIES; left > 0; left--) if (await kafkaAnswers(port)) return true
  return false
}

/** Kafka and what is in it. When it does not answer, that is all there is to say. */
export async function examineKafka(brokers: string, sources: StreamSources): Promise<Check[]> {
  let admin: KafkaAdmin | undefined
  const kafka = await judge(async () => {
    // Its client would wait for minutes for a broker that stands still.
    if (!(await answers(brokers))) return problem(`Kafka does not answer at ${brokers}`, {next: WHEN_SILENT})
    admin = await sources.kafka(brokers)
    return ok(`answers at ${brokers}`)
  })
  const first: Check = {area: 'host', check: 'kafka', ...kafka}
  if (!admin) return [first]
  try {
    const stream = await sources.stream('host')
    try {
      const looks = looksInto(admin, stream, {now: sources.now, target: 'host', commands: HOST_COMMANDS})
      return [first, ...(await judgeAll('host', looks))]
    } finally {
      await stream.close()
    }
  } finally {
    await admin.close()
  }
}

export interface StreamPlace {
  /** ms since the epoch. */
  readonly now: number
  readonly target: DaprTarget
  readonly commands: NextCommands
}

/** What can be wrong in a Kafka that answers. */
export const looksInto = (
  admin: KafkaAdmin,
  stream: EventStream,
  {now, target, commands}: StreamPlace,
): Readonly<Record<string, Look>> => ({
  topics: async () => checkTopics(await topicFacts(admin, target), commands),
  consumers: async () => checkGroups(await groupFacts(admin, stream, now), commands),
  dead_letters: async () => checkDeadLetters(await readLetters(stream), commands),
})

async function topicFacts(admin: KafkaAdmin, target: DaprTarget): Promise<TopicFacts> {
  const names = wantedTopics(target).map(({name}) => name)
  const there = (await admin.describe(names)).map(({name}) => name)
  const states = await Promise.all(there.map(async (name) => [name, await admin.partitions(name)] as const))
  return {changes: await diffTopics(admin, {target}), partitions: new Map(states)}
}

async function groupFacts(admin: KafkaAdmin, stream: EventStream, now: number): Promise<GroupFacts[]> {
  const {consumers} = await createConsumerReader(admin, stream, () => now).all()
  return consumers.filter(({group}) => Object.hasOwn(READERS, group)).map(factsOf)
}

const factsOf = ({group, state, members, partitions}: Consumer): GroupFacts => ({
  group,
  state,
  members: members.length,
  lag: partitions.reduce((sum, {lag}) => sum + lag, 0),
  seconds: Math.max(0, ...partitions.map(({lag_seconds: seconds}) => seconds ?? 0)),
})

/** What could not be handled on local, which has no Kafka. */
export async function examineLocalLetters(sources: StreamSources): Promise<Verdict> {
  const stream = await sources.stream('local')
  try {
    return checkDeadLetters(await readLetters(stream))
  } finally {
    await stream.close()
  }
}
