import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {KafkaConnection} from '../tools/kafka-connection.ts'
import type {DaprTarget} from './dapr-targets.ts'
import {type KafkaFlags, type KafkaSources, kafkaAccess} from './kafka-access.ts'

/** Where the events of a todo5 are. */
export type StreamPlace =
  | {readonly kind: 'database'; readonly target: 'local'; readonly databaseUrl: string}
  | {
      readonly kind: 'kafka'
      /** Null when only brokers are given. */
      readonly target: DaprTarget | null
      readonly connection: KafkaConnection
    }

interface StreamSources extends KafkaSources {
  /** What runs on this machine, the one that commands talk to first; its database is null while it starts. */
  readonly running: () => Promise<readonly {readonly name: 'local' | 'host'; readonly database_url: string | null}[]>
}

/** Which bus is meant: the one named by flags, else the one of the todo5 that commands talk to. */
export async function streamPlace(flags: KafkaFlags, sources: StreamSources): Promise<StreamPlace> {
  const named = flags.target ?? (flags.brokers === undefined ? undefined : null)
  const running = named === undefined || named === 'local' ? await sources.running() : []
  if (named === undefined && running.length === 0) throw notRunning()
  const target = named === undefined ? running[0]!.name : named
  if (target !== 'local') {
    const access = await kafkaAccess({...flags, ...(target !== null && {target})}, sources)
    return {kind: 'kafka', ...access}
  }
  const local = running.find(({name}) => name === 'local')
  if (local === undefined) throw notRunning('local')
  if (local.database_url === null) throw starting()
  return {kind: 'database', target, databaseUrl: local.database_url}
}

const notRunning = (target?: 'local'): CliError =>
  new CliError(target === undefined ? 'todo5 does not run here.' : `${target} does not run.`, {
    code: 'not_running',
    exit: EXIT.unreachable,
    hints: [
      'todo5 up        starts everything on this machine',
      ...(target === undefined ? ['--brokers HOST:PORT        when its Kafka is elsewhere'] : []),
    ],
  })

const starting = (): CliError =>
  new CliError('todo5 is still starting.', {
    code: 'starting',
    exit: EXIT.unreachable,
    hints: ['todo5 up        waits until it is ready', 'todo5 status'],
  })
