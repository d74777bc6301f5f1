import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {KafkaConnection} from '../tools/kafka-connection.ts'
import type {DaprTarget} from './dapr-targets.ts'

/** What was typed. */
export interface KafkaFlags {
  readonly target?: 'local' | DaprTarget | undefined
  readonly brokers?: string | undefined
  /** Undefined: as `sasl` says. */
  readonly tls?: boolean | undefined
  readonly 'tls-ca'?: string | undefined
  readonly sasl?: 'SCRAM-SHA-256' | 'SCRAM-SHA-512' | undefined
  readonly username?: string | undefined
  readonly 'password-file'?: string | undefined
}

export interface KafkaSources {
  /** KAFKA_PASSWORD: never on the command line, which everybody on the machine can read. */
  readonly password: string | undefined
  /** Where the Kafka of the host target listens; undefined while it does not run. */
  readonly hostBrokers: () => Promise<string | undefined>
  readonly readFile: (path: string) => Promise<string>
}

export interface KafkaAccess {
  /** Null when only brokers are given. */
  readonly target: DaprTarget | null
  readonly connection: KafkaConnection
}

/** Which Kafka is meant, and how it is reached. */
export async function kafkaAccess(flags: KafkaFlags, sources: KafkaSources): Promise<KafkaAccess> {
  if (flags.target === 'local') throw noKafka()
  const running = flags.brokers === undefined ? await sources.hostBrokers() : undefined
  const target = flags.target ?? (running === undefined ? null : 'host')
  if (target === null && flags.brokers === undefined) throw noKafka()
  const brokers = flags.brokers ?? (target === 'host' ? running : undefined)
  if (brokers === undefined) throw noBrokers(target!)
  return {target, connection: {brokers: addresses(brokers), ...(await protection(flags, sources))}}
}

/** What a change is measured by; retention and replication depend on it. */
export function targetOf({target}: {target: DaprTarget | null}): DaprTarget {
  if (target !== null) return target
  throw usageError(
    'With --brokers the target has to be named, too: how long events are kept depends on it.',
    'target_needed',
    '--target oke',
  )
}

async function protection(
  flags: KafkaFlags,
  {password, readFile}: KafkaSources,
): Promise<Pick<KafkaConnection, 'tls' | 'sasl'>> {
  const ca = flags['tls-ca']
  const tls = flags.tls ?? (flags.sasl !== undefined || ca !== undefined)
  if (!tls && ca !== undefined) throw usageError('--tls-ca means TLS, --no-tls none.', 'contradiction')
  const encryption = ca === undefined ? tls : {ca: await readFile(ca)}
  if (flags.sasl === undefined) {
    if (flags.username !== undefined || flags['password-file'] !== undefined)
      throw usageError('A name or a password needs --sasl.', 'sasl_needed', '--sasl SCRAM-SHA-256')
    return {tls: encryption}
  }
  const file = flags['password-file']
  const secret = file === undefined ? password : (await readFile(file)).replace(/\r?\n$/u, '')
  if (!flags.username || !secret) {
    const missing = [...(flags.username ? [] : ['--username']), ...(secret ? [] : ['the password'])].join(' and ')
    throw usageError(
      `--sasl needs ${missing}.`,
      'credentials_needed',
      '--username NAME, and the password in KAFKA_PASSWORD or with --password-file FILE',
    )
  }
  const mechanism = flags.sasl === 'SCRAM-SHA-256' ? 'scram-sha-256' : 'scram-sha-512'
  return {tls: encryption, sasl: {mechanism, username: flags.username, password: secret}}
}

function addresses(text: string): string[] {
  const brokers = text.split(',').map((broker) => broker.trim())
  const wrong = brokers.find((broker) => !/^(\[[\da-f:]+\]|[\w.-]+):\d{1,5}$/iu.test(broker))
  if (wrong === undefined) return brokers
  throw usageError(
    `${wrong === '' ? 'An empty broker' : wrong} is not HOST:PORT.`,
    'invalid_value',
    '--brokers 127.0.0.1:9092',
  )
}

const noKafka = (): CliError =>
  new CliError('local has no Kafka, events are in PostgreSQL.', {
    code: 'no_kafka',
    exit: EXIT.refused,
    hints: ['todo5 up host'],
  })

const noBrokers = (target: DaprTarget): CliError =>
  target === 'host'
    ? new CliError('host does not run.', {code: 'not_running', exit: EXIT.unreachable, hints: ['todo5 up host']})
    : usageError(`--brokers is missing: where is the Kafka of ${target}?`, 'brokers_needed', '--brokers HOST:PORT')
