import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

/** What Kafka, or the way to it, answered, as far as whoever runs the command can do something about it. */
export function kafkaError(error: unknown, brokers: readonly string[]): unknown {
  if (error instanceof CliError) return error
  const where = brokers.join(', ')
  const causes = [...chain(error)]
  const names = new Set(causes.map(({name}) => name))
  const types = causes.map(({type}) => type).filter((type) => type !== undefined)
  const message = causes.at(-1)?.message ?? String(error)
  if (names.has('KafkaJSSASLAuthenticationError')) {
    return new CliError(`Kafka at ${where} refuses the name or the password.`, {
      code: 'kafka_refused',
      exit: EXIT.refused,
      hints: ['check --username, --sasl and the password (KAFKA_PASSWORD, or --password-file)'],
      cause: error,
    })
  }
  if (types.some((type) => /AUTHORIZATION_FAILED/u.test(type))) {
    return new CliError(`This user may not do that with Kafka at ${where} (${types.join(', ')}).`, {
      code: 'kafka_forbidden',
      exit: EXIT.refused,
      hints: ['give the user the rights to create, describe and alter the topics of todo5'],
      cause: error,
    })
  }
  if (causes.some(({code}) => isCertificateFault(code))) {
    return new CliError(`The certificate of Kafka at ${where} is not trusted: ${message}.`, {
      code: 'kafka_certificate',
      exit: EXIT.unreachable,
      hints: ['--tls-ca FILE        when an authority of its own has signed it'],
      cause: error,
    })
  }
  if (types.length > 0) {
    return new CliError(`Kafka at ${where} refuses: ${message} (${types.join(', ')}).`, {
      code: 'kafka_refused',
      exit: EXIT.refused,
      cause: error,
    })
  }
  if (causes.some(({name}) => /^KafkaJS(Connection(Closed)?Error|BrokerNotFound|RequestTimeoutError)$/u.test(name))) {
    return new CliError(`Kafka does not answer at ${where}: ${message.replace(/\.$/u, '')}.`, {
      code: 'kafka_unreachable',
      exit: EXIT.unreachable,
      hints: ['check --brokers, and whether it wants --tls or --sasl'],
      cause: error,
    })
  }
  return error
}

interface Cause {
  readonly name: string
  readonly message: string
  readonly code: string | undefined
  /** Of the protocol, such as TOPIC_ALREADY_EXISTS. */
  readonly type: string | undefined
}

/** The error, what caused it, and so on; retries and several topics wrap it. */
function* chain(error: unknown): Generator<Cause> {
  if (!(error instanceof Error)) return
  const {name, message, code, type} = error as Error & {code?: unknown; type?: unknown}
  yield {
    name,
    message,
    code: typeof code === 'string' ? code : undefined,
    type: typeof type === 'string' ? type : undefined,
  }
  yield* chain(error.cause)
  for (const part of (error as {errors?: unknown[]}).errors ?? []) yield* chain(part)
}

const isCertificateFault = (code: string | undefined): boolean =>
  code !== undefined && /^(DEPTH_ZERO_|SELF_SIGNED|UNABLE_TO_|CERT_|ERR_TLS_CERT)/u.test(code)
