import {mkdir} from 'node:fs/promises'
import {setTimeout as delay} from 'node:timers/promises'
import {DaprRollout} from './dapr-rollout.ts'
import {endRemains} from './end-remains.ts'
import {firstState} from './first-state.ts'
import {daprValuesOf, type HostFolders, hostFolders} from './host-folders.ts'
import type {DaprValues, DatabaseUrls, HostDatabase, HostParts} from './host-parts.ts'
import {HostStack, localEmail, newToken, type RunningService, servicePlans} from './host-stack.ts'
import type {HostConfiguration, HostMessage, HostState, HostStep} from './host-state.ts'
import {freePorts, LOOPBACK} from './ports.ts'
import {rotateLogs} from './rotate-logs.ts'
import {ServiceKeeper} from './service-keeper.ts'
import type {HostService} from './services.ts'

export interface HostRun {
  readonly configuration: HostConfiguration
  /** Aborted when the process is asked to end; what is under way is then taken back in order. */
  readonly stop: AbortSignal
  readonly parts: HostParts
  /** To whoever started the process, if that is still there. */
  readonly report: (message: HostMessage) => void
}

const ROTATE_EVERY_MS = 60_000
/** What is wanted of single services, and of Dapr. */
const LOOK_EVERY_MS = 250
/** Those that chat-api stands in front of. */
const BEHIND = ['task-service', 'recurring-task-service', 'notification-service', 'audit-service'] as const

/** Another supervisor holds the lock. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning'
}

/**
 * The life of the host target: takes the lock, ends what a killed one left, starts everything in the order in which it is
 * needed, keeps it running, and stops it in reverse when asked to. `killNow` is for a second signal. Resolves after a
 * clean end; rejects when it could not start, or lost its database for long.
 */
export function runHost(run: HostRun): {done: Promise<void>; killNow: () => void} {
  const life = new HostLife(run)
  return {done: life.live(), killNow: () => life.killNow()}
}

class HostLife {
  readonly #run: HostRun
  readonly #folders: HostFolders
  readonly #stack: HostStack
  readonly #keeper: ServiceKeeper
  readonly #rollout: DaprRollout
  #reach: {readonly brokers: string; readonly zipkinUrl: string | null; readonly sampling: number | null} | undefined
  /** In the order of starting. */
  readonly #cleanups: {name: string; work: () => Promise<void>}[] = []
  #database: HostDatabase | undefined
  #state: HostState
  #writing: Promise<void> = Promise.resolve()
  #dirty = false
  #ended = false

  constructor(run: HostRun) {
    const {configuration, parts, stop} = run
    this.#run = run
    this.#folders = hostFolders(configuration.host_dir)
    this.#state = firstState(configuration, parts)
    this.#stack = new HostStack(configuration, parts, this.#folders, {
      signal: stop,
      changed: () => this.#changed(),
      ended: (name, exit) => parts.logger.error({program: name, ...exit}, `${name} ended; starting it again`),
      failed: (error, retryInMs) => {
        const reason = error instanceof Error ? error.message : String(error)
        parts.logger.error({reason, retry_in_ms: retryInMs}, 'a program does not start')
      },
    })
    this.#keeper = new ServiceKeeper({
      readWanted: async () => await parts.readWanted(),
      changed: () => this.#changed(),
      failed: (service, error) => {
        const reason = error instanceof Error ? error.message : String(error)
        parts.logger.error({reason}, `${service} does not start; it is tried again`)
      },
    })
    this.#rollout = new DaprRollout({
      versions: parts.daprVersions,
      packageSources: async () => await parts.daprSources(),
      filesOf: async (app, version) => await parts.sidecarFiles(app, version, this.#valuesOf(app)),
      replaceSidecar: async (app, files, signal) =>
        await this.#keeper.use(app, async (service) => await service?.replaceSidecar(files, signal)),
      missing: async (app) => await this.#missing(app),
      startAgain: (app) => this.#keeper.startAgain(app),
      changed: () => this.#changed(),
      logger: parts.logger,
    })
  }

  async live(): Promise<void> {
    const {parts, stop} = this.#run
    await parts.makeFolders()
    const lock = await parts.takeLock()
    if (!lock) throw new AlreadyRunning('Another todo5 starts, runs or stops here.')
    const rotating = setInterval(() => void this.#rotate(), ROTATE_EVERY_MS)
    try {
      stop.throwIfAborted()
      await this.#start()
      await this.#keepUntil(Promise.race([aborted(stop), this.#database!.lost]))
    } catch (error) {
      if (!stop.aborted) throw error
    } finally {
      clearInterval(rotating)
      await this.#end()
      lock.release()
    }
  }

  /** Does what is wanted of single services, until the end; then nothing is under way any more. */
  async #keepUntil(end: Promise<unknown>): Promise<void> {
    const ending = new AbortController()
    const keeping = this.#keep(ending.signal)
    try {
      await Promise.race([end, keeping])
    } finally {
      ending.abort()
      await keeping
      await Promise.all([this.#keeper.settle(), this.#rollout.settled()])
    }
  }

  async #keep(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const wanted = await this.#run.parts.readWanted()
      this.#keeper.bring(wanted)
      this.#rollout.bring(wanted.dapr_version, signal)
      try {
        await delay(LOOK_EVERY_MS, undefined, {signal})
      } catch (error) {
        if (!signal.aborted) throw error
      }
    }
  }

  killNow(): void {
    this.#stack.killNow()
    const pid = this.#database?.pid()
    // PostgreSQL recovers from its log at the next start.
    if (pid !== undefined) process.kill(pid, 'SIGQUIT')
  }

  async #start(): Promise<void> {
    const {configuration, parts, stop} = this.#run
    const {run, logs} = this.#folders
    parts.logger.info({pid: process.pid, version: parts.version}, 'starting')
    await this.#update({})
    await mkdir(run, {recursive: true, mode: 0o700})
    await endRemains(run)
    await rotateLogs(logs)
    this.#step('platform')
    const {urls, kafka, control, zipkinUrl} = await this.#startPlatform()
    stop.throwIfAborted()
    this.#step('topics')
    await parts.applyTopics(kafka.brokers, stop)
    stop.throwIfAborted()
    await this.#update({kafka_brokers: kafka.brokers, zipkin_url: zipkinUrl})
    this.#step('services')
    const publicPort = await parts.choosePort(configuration.port)
    const chatToken = newToken()
    const mailbox = await this.#stack.mailbox(chatToken)
    this.#atEnd('mailbox', mailbox.stop)
    const folders = this.#folders
    const authSecret = await parts.keepSecret(folders.authSecret)
    const pushSecret = await parts.keepSecret(folders.pushSecret)
    const secrets = {authSecret, pushSecret}
    const plans = servicePlans({configuration, parts, folders, urls, publicPort, ...secrets, mailbox})
    this.#reach = {brokers: kafka.brokers, zipkinUrl, sampling: configuration.trace_sampling ?? null}
    const startOf =
      (name: HostService, appToken?: string) =>
      async (signal: AbortSignal): Promise<RunningService> => {
        const {zipkinEndpoint} = this.#valuesOf(name)
        const around = {...control, zipkinEndpoint, files: await this.#rollout.filesOf(name)}
        return await this.#stack.service(plans[name], {...around, ...(appToken !== undefined && {appToken})}, signal)
      }
    await this.#startServices(startOf, chatToken)
    await this.#observe()
    stop.throwIfAborted()
    await parts.storeApiKey()
    if (configuration.mail_to !== null) {
      await parts.setMailTo(this.#database!.url, localEmail, configuration.mail_to)
    }
    stop.throwIfAborted()
    await this.#ready(publicPort, mailbox)
  }

  async #startServices(
    startOf: (name: HostService, appToken?: string) => (signal: AbortSignal) => Promise<RunningService>,
    chatToken: string,
  ): Promise<void> {
    const {parts, stop} = this.#run
    await this.#rollout.begin((await parts.readWanted()).dapr_version)
    try {
      this.#atEnd('services', async () => await this.#stopBehind())
      await this.#keeper.begin(Object.fromEntries(BEHIND.map((name) => [name, startOf(name)])), stop)
      this.#atEnd('chat-api', async () => await this.#keeper.stop('chat-api'))
      await this.#keeper.begin({'chat-api': startOf('chat-api', chatToken)}, stop)
    } catch (error) {
      throw await this.#rollout.startFailed(error)
    }
    await this.#rollout.started()
  }

  /** A sidecar that is stopped misses nothing. */
  async #missing(app: HostService): Promise<readonly string[]> {
    let missing: readonly string[] = []
    await this.#keeper.use(app, async (service) => {
      if (service) missing = await this.#run.parts.missingComponents(app, service.daprPort)
    })
    return missing
  }

  #valuesOf(app: HostService): DaprValues {
    return daprValuesOf(this.#folders, app, this.#reach!)
  }

  async #ready(publicPort: number, mailbox: {url: string; smtpPort: number}): Promise<void> {
    const {parts, report} = this.#run
    const apiUrl = `http://${LOOPBACK}:${publicPort}/api/v1`
    await this.#update({
      phase: 'ready',
      ready_at: new Date().toISOString(),
      api_url: apiUrl,
      mailbox_url: `${mailbox.url}/mailbox`,
      smtp_port: mailbox.smtpPort,
    })
    parts.logger.info({api_url: apiUrl}, 'ready')
    report({type: 'ready', state: this.#state})
  }

  /** What everything else stands on; its parts do not need each other, so the slowest of them (Kafka) is the time. */
  async #startPlatform() {
    const {zipkinJar} = this.#run.configuration.programs
    const [zipkinPort] = await freePorts(1)
    const found: {
      urls?: DatabaseUrls
      kafka?: {brokers: string}
      control?: {sentry: {port: number; trustAnchors: string}; schedulerPort: number}
    } = {}
    const lanes = [
      async () => (found.urls = await this.#openDatabase()),
      async () => (found.control = await this.#startControlPlane()),
      async () => {
        const kafka = await this.#stack.kafka()
        this.#atEnd('Kafka', kafka.stop)
        found.kafka = kafka
      },
      async () => {
        if (zipkinJar !== null) this.#atEnd('Zipkin', await this.#stack.zipkin(zipkinJar, zipkinPort!))
      },
    ]
    // All have to settle, so that whatever was started is known to be stopped.
    const results = await Promise.allSettled(lanes.map(async (lane) => await lane()))
    for (const result of results) if (result.status === 'rejected') throw result.reason
    return {
      urls: found.urls!,
      kafka: found.kafka!,
      control: found.control!,
      zipkinUrl: zipkinJar === null ? null : `http://${LOOPBACK}:${zipkinPort!}`,
    }
  }

  async #startControlPlane() {
    const sentry = await this.#stack.sentry()
    this.#atEnd('sentry', sentry.stop)
    const scheduler = await this.#stack.scheduler(sentry)
    this.#atEnd('scheduler', scheduler.stop)
    return {sentry, schedulerPort: scheduler.port}
  }

  async #openDatabase(): Promise<DatabaseUrls> {
    const {parts, stop} = this.#run
    const database = await parts.openDatabase(stop, () => this.#changed())
    this.#database = database
    this.#atEnd('PostgreSQL', async () => await database.stop())
    // Looked at once everything is up; until then the step that needs the database fails by itself.
    database.lost.catch(() => undefined)
    stop.throwIfAborted()
    await this.#update({database_url: database.url, postgres_version: database.version})
    return await parts.prepareDatabase(database.url)
  }

  async #observe(): Promise<void> {
    const {prometheus} = this.#run.configuration.programs
    if (prometheus === null) return
    const numbers = await this.#run.parts.serveNumbers(this.#reach!.brokers, this.#stack.authority)
    this.#atEnd('numbers for Prometheus', async () => await numbers.stop())
    const {url, stop} = await this.#stack.prometheus(prometheus, numbers.port)
    this.#atEnd('Prometheus', stop)
    await this.#update({prometheus_url: url})
  }

  /** Everything is ended, whatever fails on the way; failures are in the log. */
  async #end(): Promise<void> {
    const {parts} = this.#run
    const {logger} = parts
    logger.info({}, 'stopping')
    await this.#update({phase: 'stopping'})
    for (const {name, work} of this.#cleanups.toReversed()) {
      try {
        await work()
      } catch (error) {
        logger.error({error}, `stopping failed: ${name}`)
      }
    }
    // A late change must not bring it back.
    this.#ended = true
    await this.#writing
    await parts.removeState()
    logger.info({}, 'stopped')
  }

  /** Consumers first: task-service publishes what they have left in the outbox. */
  async #stopBehind(): Promise<void> {
    const [taskService, ...consumers] = BEHIND
    await this.#keeper.stop(...consumers)
    await this.#keeper.stop(taskService)
  }

  #atEnd(name: string, work: () => Promise<void>): void {
    this.#cleanups.push({name, work})
  }

  #step(step: HostStep): void {
    this.#run.report({type: 'step', step})
    void this.#update({step})
  }

  async #update(change: Partial<HostState>): Promise<void> {
    this.#state = {...this.#state, ...change}
    this.#changed()
    await this.#writing
  }

  /** Writes follow each other, and several changes that come together are written once. */
  #changed(): void {
    if (this.#dirty) return
    this.#dirty = true
    this.#writing = this.#writing.then(async () => await this.#write())
  }

  async #write(): Promise<void> {
    this.#dirty = false
    if (this.#ended) return
    this.#state = {
      ...this.#state,
      processes: this.#keeper.complete(this.#processes()),
      services: this.#keeper.facts(),
      dapr: this.#rollout.facts(),
    }
    await this.#run.parts.writeState(this.#state)
  }

  #processes(): HostState['processes'] {
    const database = this.#database
    if (!database) return this.#stack.facts()
    const pid = database.pid() ?? null
    const state = pid === null ? ('restarting' as const) : ('running' as const)
    return [
      {name: 'postgresql', state, pid, port: database.port, restarts: 0, health_url: null},
      ...this.#stack.facts(),
    ]
  }

  async #rotate(): Promise<void> {
    try {
      await rotateLogs(this.#folders.logs)
    } catch (error) {
      this.#run.parts.logger.warn({error}, 'the logs could not be rotated')
    }
  }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), {once: true}))
}
