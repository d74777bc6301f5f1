import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {DaprTarget} from './dapr-targets.ts'
import type {KafkaFlags} from './kafka-access.ts'

export interface OutboxFlags {
  readonly target?: 'local' | DaprTarget | undefined
  readonly 'database-url'?: string | undefined
}

/** Whose outbox. */
export interface OutboxPlace {
  /** Null when only a database is given. */
  readonly target: 'local' | DaprTarget | null
  readonly databaseUrl: string
}

interface Running {
  readonly name: 'local' | 'host'
  /** Null while it starts. */
  readonly database_url: string | null
}

/** The database that is named, else the one of the target that is, else the one of the todo5 that commands talk to. */
export function outboxPlace(flags: OutboxFlags, running: readonly Running[]): OutboxPlace {
  const given = flags['database-url']
  if (given !== undefined) {
    const own = running.find(({database_url: url}) => url !== null && isSameDatabase(url, given))
    return {target: own?.name ?? flags.target ?? null, databaseUrl: given}
  }
  if (flags.target !== undefined && flags.target !== 'local' && flags.target !== 'host') {
    throw usageError(
      `--database-url is missing: where is the database of ${flags.target}?`,
      'database_needed',
      '--database-url postgres://USER:PASSWORD@HOST/DATABASE',
    )
  }
  const found = flags.target === undefined ? running[0] : running.find(({name}) => name === flags.target)
  if (!found) throw noDatabase(flags.target)
  if (found.database_url === null) throw starting(found.name)
  return {target: found.name, databaseUrl: found.database_url}
}

/** Which Kafka an outbox goes to: never the one of another target that happens to run here. */
export function kafkaOfOutbox<F extends KafkaFlags>(flags: F, target: OutboxPlace['target']): F {
  if (target === null && flags.brokers === undefined) {
    throw usageError(
      '--brokers is missing: to which Kafka do the events of this database belong?',
      'brokers_needed',
      '--brokers HOST:PORT',
    )
  }
  return {...flags, ...(target !== null && {target})}
}

function isSameDatabase(a: string, b: string): boolean {
  const [left, right] = [URL.parse(a), URL.parse(b)]
  return left !== null && right !== null && left.host === right.host && left.pathname === right.pathname
}

const up = (name: 'local' | 'host'): string => (name === 'local' ? 'todo5 up' : 'todo5 up host')

const noDatabase = (target: 'local' | 'host' | undefined): CliError =>
  new CliError(
    target === undefined ? 'No database is given, and todo5 does not run here.' : `${target} does not run.`,
    {
      code: target === undefined ? 'no_database' : 'not_running',
      exit: EXIT.unreachable,
      hints: [up(target ?? 'local'), '--database-url postgres://USER:PASSWORD@HOST/DATABASE'],
    },
  )

const starting = (name: 'local' | 'host'): CliError =>
  new CliError('todo5 is still starting.', {
    code: 'starting',
    exit: EXIT.unreachable,
    hints: [`${up(name)}        waits until it is ready`],
  })
