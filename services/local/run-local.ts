import {createHash} from 'node:crypto'
import {hostname, userInfo} from 'node:os'
import {join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import type {LocalConfiguration, LocalMessage, LocalState, LocalStep} from '../contracts/local.ts'
import {provisionLogins} from '../database/logins.ts'
import {migrate} from '../database/migrator.ts'
import {keepPassword} from '../database/server/password.ts'
import type {Embedded, EmbeddedOptions, Exposure} from '../embedded.ts'
import {APPLICATION_VERSION} from '../runtime/application-version.ts'
import {createLogger, type LogDestination, type Logger} from '../runtime/logger.ts'
import {buildStamp} from './build-stamp.ts'
import {startEmbeddedDatabase} from './embedded-database.ts'
import {type LocalErrorReports, openErrorReports} from './error-reporting.ts'
import {LocalFailure} from './failure.ts'
import {makeFolders} from './folders.ts'
import {takeLock} from './instance-lock.ts'
import {checkOwnDatabase} from './own-database.ts'
import {choosePort} from './ports.ts'
import {processStart} from './process-start.ts'
import {readApiKey, removeState, writeApiKey, writeState} from './state-file.ts'

export interface LocalRun {
  /** For others than this machine; with it the port is exactly the one of the configuration. */
  readonly exposure?: Exposure
  readonly configuration: LocalConfiguration
  /** Aborted when the process is asked to end; what is under way is then taken back in order. */
  readonly stop: AbortSignal
  /** Standard output when undefined. */
  readonly log: LogDestination | undefined
  /** To whoever started the process, if that is still there. */
  readonly report: (message: LocalMessage) => void
  readonly startEmbedded: (options: EmbeddedOptions) => Promise<Embedded>
  /** Told while a PostgreSQL of ours runs, so that a second signal can end it without waiting. */
  readonly postgresPid: (pid: number | undefined) => void
}

/** The account of whoever runs the local target: found again by this address at each start, so it never changes. */
const LOCAL_EMAIL = 'you@localhost'
/** The services finish what they are at; more than this is a hanging connection. */
const DRAIN_LIMIT_MS = 20_000

/**
 * The life of the local target: takes the lock of its state folder, starts the database and the services, says that it
 * is ready, and stops everything in reverse order when asked to. Resolves after a clean end; rejects when it could not
 * start, or lost its database for long.
 */
export async function runLocal(run: LocalRun): Promise<void> {
  const {configuration, stop} = run
  await makeFolders({stateDir: configuration.state_dir, dataDir: configuration.data_dir})
  const lock = await takeLock(configuration.state_dir)
  if (!lock) throw new LocalFailure('already_running', 'Another todo5 starts, runs or stops here.', ['todo5 status'])
  const life = new Life(run)
  try {
    stop.throwIfAborted()
    await life.start()
    await Promise.race([aborted(stop), life.lost])
  } catch (error) {
    if (!stop.aborted) throw error
  } finally {
    await life.end()
    lock.release()
  }
}

class Life {
  readonly #run: LocalRun
  readonly #logger: Logger
  /** In the order of starting. */
  readonly #cleanups: {name: string; work: () => Promise<void>}[] = []
  #state: LocalState | undefined
  #writing = Promise.resolve()
  lost: Promise<never> = new Promise(() => undefined)

  constructor(run: LocalRun) {
    this.#run = run
    this.#logger = createLogger('todo5', run.configuration.log_level, run.log)
  }

  async start(): Promise<void> {
    const {configuration, stop, report, startEmbedded} = this.#run
    this.#logger.info({pid: process.pid, version: APPLICATION_VERSION}, 'starting')
    await this.#update(await firstState(configuration))
    this.#atEnd('state file', async () => await removeState(configuration.state_dir))
    this.#step('postgresql')
    const databaseUrl = await this.#openDatabase()
    stop.throwIfAborted()
    const applied = await migrate(databaseUrl)
    if (applied.length > 0) this.#logger.info({migrations: applied}, 'migrated')
    stop.throwIfAborted()
    const databaseUrls = await provisionLogins(databaseUrl, loginPrefix(configuration))
    const authSecret = await keepPassword(join(configuration.data_dir, 'auth-secret'))
    const pushSecret = await keepPassword(join(configuration.data_dir, 'push-secret'))
    stop.throwIfAborted()
    await this.#update({database_url: databaseUrl})
    this.#step('services')
    const reports = await this.#reports()
    const embedded = await this.#onFreePort(async (port) =>
      startEmbedded({
        databaseUrls,
        exposure: this.#run.exposure,
        dataDir: configuration.data_dir,
        port,
        operationsPort: 0,
        smtpPort: 0,
        authSecret,
        pushSecret,
        ...(configuration.smtp_url !== null && {smtpUrl: configuration.smtp_url}),
        ...(configuration.mail_to !== null && {mailTo: configuration.mail_to}),
        ...(configuration.notify_command !== null && {notifyCommand: configuration.notify_command}),
        ...(configuration.model !== null && {model: configuration.model}),
        localUser: {
          email: LOCAL_EMAIL,
          name: this.#run.exposure ? 'you' : userInfo().username,
          timeZone: configuration.time_zone,
          currentKey: await readApiKey(configuration.state_dir, 'local'),
        },
        logger: (service) => createLogger(service, configuration.log_level, this.#run.log, reports?.of(service)),
      }),
    )
    this.#atEnd('services', async () => await within(embedded.stop(), DRAIN_LIMIT_MS))
    stop.throwIfAborted()
    this.#step('mailbox')
    await writeApiKey(configuration.state_dir, 'local', embedded.localApiKey)
    stop.throwIfAborted()
    await this.#update({
      phase: 'ready',
      ready_at: new Date().toISOString(),
      api_url: embedded.apiUrl,
      operations_url: embedded.operationsUrl,
      mailbox_url: embedded.mailboxUrl,
      smtp_port: embedded.smtpPort,
    })
    this.#logger.info({api_url: embedded.apiUrl}, 'ready')
    report({type: 'ready', state: this.#state!})
  }

  /** Everything is ended, whatever fails on the way; failures are in the log. */
  async end(): Promise<void> {
    this.#logger.info('stopping')
    if (this.#state) await this.#update({phase: 'stopping'})
    for (const {name, work} of this.#cleanups.toReversed()) {
      try {
        await work()
      } catch (error) {
        this.#logger.error({error}, `stopping failed: ${name}`)
      }
    }
    this.#logger.info('stopped')
  }

  async #reports(): Promise<LocalErrorReports | undefined> {
    const {sentry_dsn: dsn = null} = this.#run.configuration
    if (dsn === null) return undefined
    const reports = await openErrorReports(dsn, this.#logger)
    this.#atEnd('reports of errors', async () => await reports.close())
    return reports
  }

  async #openDatabase(): Promise<string> {
    const {configuration, stop, postgresPid} = this.#run
    if (configuration.database_url !== null) {
      await this.#update({postgres_version: await checkOwnDatabase(configuration.database_url)})
      return configuration.database_url
    }
    const changed = (): void => {
      postgresPid(server.pid())
      void this.#update({postgres: {pid: server.pid() ?? null, port: server.port}})
    }
    const {server, url, lost, version} = await startEmbeddedDatabase({
      dataDir: configuration.data_dir,
      logger: this.#logger,
      signal: stop,
      changed,
    })
    this.#atEnd('PostgreSQL', async () => {
      await server.stop()
      postgresPid(undefined)
    })
    // Looked at once everything is up; until then the step that needs the database fails by itself.
    lost.catch(() => undefined)
    this.lost = lost
    await this.#update({postgres_version: version})
    changed()
    return url
  }

  /** A port that was free a moment ago can be taken by now; then the next one is tried, unless it was insisted on. */
  async #onFreePort<T>(work: (port: number) => Promise<T>): Promise<T> {
    const wanted = this.#run.configuration.port
    for (let attempt = 0; ; attempt++) {
      const port = await choosePort(wanted)
      try {
        return await work(port)
      } catch (error) {
        if ((error as {code?: unknown}).code !== 'EADDRINUSE' || attempt === 5) throw error
      }
    }
  }

  #atEnd(name: string, work: () => Promise<void>): void {
    this.#cleanups.push({name, work})
  }

  #step(step: LocalStep): void {
    this.#run.report({type: 'step', step})
    void this.#update({step})
  }

  /** Writes follow each other, so that an older state never lands on a newer one. */
  async #update(change: Partial<LocalState>): Promise<void> {
    const state = {...this.#state, ...change} as LocalState
    this.#state = state
    const write = async () => await writeState(this.#run.configuration.state_dir, state)
    this.#writing = this.#writing.then(write)
    await this.#writing
  }
}

async function firstState(configuration: LocalConfiguration): Promise<LocalState> {
  const {port, database_url, smtp_url, mail_to, notify_command, model, sentry_dsn = null} = configuration
  const start = await processStart(process.pid)
  if (start === undefined) throw new Error(`the system does not show process ${process.pid}, which is this one`)
  return {
    pid: process.pid,
    process_start: start,
    phase: 'starting',
    step: 'postgresql',
    version: APPLICATION_VERSION,
    build: await buildStamp(),
    started_at: new Date().toISOString(),
    ready_at: null,
    api_url: null,
    operations_url: null,
    mailbox_url: null,
    smtp_port: null,
    postgres: null,
    postgres_version: null,
    database_url: null,
    options: {port, database_url, smtp_url, mail_to, notify_command, model, sentry_dsn},
  }
}

/** Roles belong to a whole server: two installations on one server must not change each other's passwords. */
function loginPrefix({database_url, data_dir}: LocalConfiguration): string {
  if (database_url === null) return 'todo5_local'
  const place = createHash('sha256')
    .update(`${hostname()}\0${data_dir}\0${new URL(database_url).pathname}`)
    .digest('hex')
  return `todo5_${place.slice(0, 8)}`
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), {once: true}))
}

async function within(work: Promise<void>, limitMs: number): Promise<void> {
  const timer = new AbortController()
  const late = delay(limitMs, undefined, {signal: timer.signal}).then(() => {
    throw new Error(`not finished after ${limitMs} ms`)
  })
  try {
    await Promise.race([work, late])
  } finally {
    timer.abort()
    late.catch(() => undefined)
  }
}
