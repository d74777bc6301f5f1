import {readFile} from 'node:fs/promises'
import {join} from 'node:path'
import type {LocalConfiguration} from '../contracts/local.ts'
import {PostgresError} from '../database/server/errors.ts'
import {DomainError} from '../domain/errors.ts'
import {type Exposure, startEmbedded} from '../embedded.ts'
import type {ProcessRun, RunningProcess} from '../process/service-process.ts'
import {readEnvironment} from '../runtime/environment.ts'
import {createLogger} from '../runtime/logger.ts'
import {CONTAINER_VARIABLES, type ContainerVariables} from './container-variables.ts'
import {LocalFailure, toLocalFailure} from './failure.ts'
import {runLocal} from './run-local.ts'

/**
 * Everything in one process, as `todo5 up` has it, for others than this machine: configured by the environment, its log on
 * standard output. Resolves when it is ready. That its database is lost later is an error nobody catches: the process ends.
 */
export async function start({environment, stop, log}: ProcessRun): Promise<RunningProcess> {
  const config = await readEnvironment(CONTAINER_VARIABLES, environment, {
    readFile: async (path) => readFile(path, 'utf8'),
  })
  const ending = new AbortController()
  stop.addEventListener('abort', () => ending.abort(), {once: true})
  if (stop.aborted) ending.abort()
  const ready = Promise.withResolvers<void>()
  const logger = createLogger('todo5', config.LOG_LEVEL, log)
  const life = runLocal({
    configuration: configurationOf(config),
    exposure: exposureOf(config),
    stop: ending.signal,
    log,
    report: (message) => {
      if (message.type === 'ready') ready.resolve()
    },
    startEmbedded,
    // A second signal ends this process at once, and PostgreSQL, which is in its container, with it.
    postgresPid: () => undefined,
  })
  await Promise.race([ready.promise, life.catch((error: unknown) => refuse(error))])
  const ended = life.catch((error: unknown) => {
    if (ending.signal.aborted) throw error
    logger.error({error}, 'todo5 cannot go on')
    process.nextTick(() => {
      throw error
    })
  })
  return {
    stop: async () => {
      ending.abort()
      await ended
    },
  }
}

/** What a person can do something about is said as such. */
function refuse(error: unknown): never {
  if (!(error instanceof LocalFailure || error instanceof PostgresError)) throw error
  const {code, message, hints} = toLocalFailure(error, 'the log')
  throw new DomainError('unavailable', code, message, {hint: hints.join('; '), cause: error})
}

function configurationOf(config: ContainerVariables): LocalConfiguration {
  const {MODEL_URL: url, MODEL_NAME: name} = config
  if ((url === undefined) !== (name === undefined)) {
    const message = 'MODEL_URL and MODEL_NAME are given together or not at all.'
    throw new DomainError('invalid', 'invalid_configuration', message)
  }
  return {
    state_dir: join(config.TODO5_HOME, 'state'),
    data_dir: join(config.TODO5_HOME, 'data'),
    port: config.PORT,
    database_url: config.DATABASE_URL ?? null,
    smtp_url: config.SMTP_URL ?? null,
    mail_to: config.MAIL_TO ?? null,
    notify_command: null,
    model:
      url === undefined || name === undefined
        ? null
        : {url, name, key: config.MODEL_KEY ?? null, timeout_seconds: config.MODEL_TIMEOUT_SECONDS ?? 60},
    sentry_dsn: config.SENTRY_DSN ?? null,
    time_zone: config.TZ,
    log_level: config.LOG_LEVEL,
    attached: false,
  }
}

const exposureOf = (config: ContainerVariables): Exposure => ({
  host: config.HOST,
  url: config.PUBLIC_URL,
  trustedOrigins: config.TRUSTED_ORIGINS ?? [],
  trustedProxyHops: config.TRUSTED_PROXY_HOPS ?? 0,
  allowSignUp: config.ALLOW_SIGN_UP ?? true,
  requestsPerMinute: config.REQUESTS_PER_MINUTE,
  from: config.MAIL_FROM,
})
