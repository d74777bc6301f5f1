import type {Kafka, KafkaConfig, SASLOptions} from 'kafkajs'
import {kafkaError} from './kafka-error.ts'
import {withoutTimerWarnings} from './kafka-timer-warnings.ts'

/** How Kafka is reached. */
export interface KafkaConnection {
  /** HOST:PORT */
  readonly brokers: readonly string[]
  /** True for the public authorities, or the PEM of one's own; without it nothing is encrypted. */
  readonly tls?: boolean | {readonly ca: string}
  readonly sasl?: {
    readonly mechanism: 'scram-sha-256' | 'scram-sha-512'
    readonly username: string
    readonly password: string
  }
}

/** Retries: a broker that is just starting refuses for a moment. */
const RETRY = {initialRetryTime: 200, retries: 4}
const TIMEOUTS = {connectionTimeout: 10_000, requestTimeout: 30_000}

export interface KafkaClient {
  readonly kafka: Kafka
  /** What Kafka, or the way to it, answered, as a CliError with what to do next. */
  readonly explain: (error: unknown) => unknown
  /** Does the work, and throws its errors explained. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T>
  /** When everything that was made of `kafka` is disconnected. */
  readonly end: () => void
}

/** kafkajs is loaded here and nowhere else of the command line. Nothing is connected yet. */
export async function kafkaClient(connection: KafkaConnection): Promise<KafkaClient> {
  const {Kafka: Client, logLevel} = (await import('kafkajs')).default
  const kafka = new Client({
    clientId: 'todo5-cli',
    brokers: [...connection.brokers],
    ...encryption(connection),
    ...TIMEOUTS,
    retry: RETRY,
    // What goes wrong is thrown, too.
    logLevel: logLevel.NOTHING,
  })
  const quiet = withoutTimerWarnings()
  const explain = (error: unknown): unknown => kafkaError(error, connection.brokers)
  return {
    kafka,
    explain,
    run: async (work) => {
      try {
        return await work()
      } catch (error) {
        throw explain(error)
      }
    },
    end: () => quiet.end(),
  }
}

function encryption({tls, sasl}: KafkaConnection): Partial<KafkaConfig> {
  return {
    ...(tls !== undefined && tls !== false && {ssl: tls === true ? true : {ca: [tls.ca]}}),
    ...(sasl && {sasl: sasl as SASLOptions}),
  }
}
