/** Kafka and the streams of events, as they are opened for a command. */
import type {Environment} from '../environment-variables.ts'
import type {RunningTarget} from '../client/running-targets.ts'
import type {KafkaAccess, KafkaFlags, KafkaSources} from '../operations/kafka-access.ts'
import type {StreamPlace} from '../operations/stream-place.ts'
import type {Paths} from '../paths.ts'
import type {EventStream} from '../../services/ports/event-stream.ts'
import type {KafkaAdmin} from '../tools/kafka-admin.ts'
import type {KafkaConnection} from '../tools/kafka-connection.ts'
import type {KafkaPublisher} from '../tools/kafka-publisher.ts'

/** What stands in for a real Kafka or a real bus. */
export interface BusOpeners {
  readonly openKafka?: ((connection: KafkaConnection) => Promise<KafkaAdmin>) | undefined
  readonly openStream?: ((place: StreamPlace) => Promise<EventStream>) | undefined
  readonly openPublisher?: ((connection: KafkaConnection, source: string) => Promise<KafkaPublisher>) | undefined
}

/** And what runs on this machine. */
type BusSources = BusOpeners & {readonly runningTargets: () => Promise<RunningTarget[]>}

export interface Bus {
  /** The Kafka of --brokers, or of the target that runs here; to be closed. */
  kafka(flags: KafkaFlags): Promise<KafkaAccess & {readonly admin: KafkaAdmin}>
  /** The bus of --target, of --brokers, or of the todo5 that commands talk to; to be closed. */
  stream(flags: KafkaFlags): Promise<{readonly target: StreamPlace['target']; readonly stream: EventStream}>
  /** Publishes to Kafka past Dapr, as the installation that `source` names; to be closed. */
  publisher(connection: KafkaConnection, source: string): Promise<KafkaPublisher>
}

export const busOf = (env: Environment, paths: Paths, openers: BusSources): Bus => ({
  kafka: async (flags) => {
    const [{kafkaAccess}, {openKafkaAdmin}] = await Promise.all([
      import('../operations/kafka-access.ts'),
      import('../tools/kafka-admin.ts'),
    ])
    const access = await kafkaAccess(flags, await kafkaSources(env, paths))
    return {...access, admin: await (openers.openKafka ?? openKafkaAdmin)(access.connection)}
  },
  stream: async (flags) => {
    const {streamPlace} = await import('../operations/stream-place.ts')
    const place = await streamPlace(flags, {...(await kafkaSources(env, paths)), running: openers.runningTargets})
    return {target: place.target, stream: await (openers.openStream ?? openStream)(place)}
  },
  publisher: async (connection, source) => {
    const {openKafkaPublisher} = await import('../tools/kafka-publisher.ts')
    return await (openers.openPublisher ?? openKafkaPublisher)(connection, source)
  },
})

async function kafkaSources(env: Environment, {data}: Paths): Promise<KafkaSources> {
  const [{readHostBrokers}, {readTextFile}] = await Promise.all([
    import('../client/host-brokers.ts'),
    import('../file-or-value.ts'),
  ])
  return {
    password: env['KAFKA_PASSWORD'],
    hostBrokers: async () => await readHostBrokers(data),
    readFile: readTextFile,
  }
}

async function openStream(place: StreamPlace): Promise<EventStream> {
  if (place.kind === 'kafka') return await (await import('../tools/kafka-stream.ts')).openKafkaStream(place.connection)
  const [{openDatabase}, {createEmbeddedEventStream}, {databaseError}] = await Promise.all([
    import('../../services/database/database.ts'),
    import('../../services/adapters/embedded/event-stream.ts'),
    import('../operations/database-error.ts'),
  ])
  const database = await openDatabase({url: place.databaseUrl, poolSize: 2, applicationName: 'todo5 cli'})
  return createEmbeddedEventStream({database, explain: databaseError})
}
