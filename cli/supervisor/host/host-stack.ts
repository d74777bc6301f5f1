import {randomBytes} from 'node:crypto'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {certificates, rootCertificate, schedulerProgram, sentryProgram} from './control-plane.ts'
import {type HostFolders, hostLogFile, secretsFileOf} from './host-folders.ts'
import type {DatabaseUrls, HostParts, SidecarFiles} from './host-parts.ts'
import type {HostConfiguration, ProcessFacts} from './host-state.ts'
import {kafkaProgram} from './kafka.ts'
import {prometheusProgram, type ScrapeJob, writeTargets, zipkinProgram} from './observers.ts'
import {LOOPBACK} from './ports.ts'
import type {Program} from './program.ts'
import {healthOf, type HostService, serviceProgram} from './services.ts'
import {sidecarProgram} from './sidecar.ts'
import {onFreePorts, Supervision, type SuperviseOptions} from './supervise-program.ts'

/** Measured: 240 MB in all with a heap of 512 MB, most of which is never touched. */
const KAFKA_HEAP_MB = 512
/** A sidecar whose service runs and waits for it: seconds, more on a busy machine. */
const REPLACED_WITHIN_MS = 120_000
const LOCAL_EMAIL = 'you@localhost'

/** What a service and its sidecar are started with, besides what follows from its name. */
export interface ServicePlan {
  readonly name: HostService
  /** Kept in a file for the sidecar's secret store: by secret, then by key. */
  readonly secrets: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly env: Readonly<Record<string, string>>
}

/** Stops what was started, in order. Idempotent. */
type Stop = () => Promise<void>

/** A service and its sidecar. */
export interface RunningService {
  /** The service first. */
  stop(): Promise<void>
  /** Stops the sidecar and starts it on the same ports with other files; without it when it does not come up. */
  replaceSidecar(files: SidecarFiles, signal: AbortSignal): Promise<void>
  /** Of Dapr's HTTP API. */
  readonly daprPort: number
}

interface Known {
  readonly supervision: Supervision
  readonly port: number | null
  readonly healthUrl: string | null
}

/** The programs of the host target, each supervised from the moment it is started. */
export class HostStack {
  readonly #configuration: HostConfiguration
  readonly #parts: HostParts
  readonly #folders: HostFolders
  readonly #options: SuperviseOptions
  readonly #known: Known[] = []
  readonly #scrape = new Map<string, ScrapeJob>()
  #targetsChanged: (() => Promise<void>) | undefined
  #targetsWritten: Promise<void> = Promise.resolve()

  constructor(configuration: HostConfiguration, parts: HostParts, folders: HostFolders, options: SuperviseOptions) {
    this.#configuration = configuration
    this.#parts = parts
    this.#folders = folders
    this.#options = options
  }

  facts(): ProcessFacts[] {
    return this.#known.map(({supervision, port, healthUrl}) => ({
      ...supervision.facts(),
      port,
      health_url: healthUrl,
    }))
  }

  /** Of the certificates. */
  get authority(): string {
    return certificates(this.#place('sentry').folder)
  }

  killNow(): void {
    for (const {supervision} of this.#known) supervision.killNow()
  }

  async kafka(): Promise<{brokers: string; stop: Stop}> {
    const {java, kafkaLibs: libs} = this.#configuration.programs
    return await onFreePorts(2, async ([port, controllerPort]) => {
      const place = this.#place('kafka')
      const options = {java, libs, ...place, port: port!, controllerPort: controllerPort!, heapMb: KAFKA_HEAP_MB}
      const stop = await this.#supervise(kafkaProgram(options), port!, null)
      return {brokers: `${LOOPBACK}:${port}`, stop}
    })
  }

  async sentry(): Promise<{port: number; trustAnchors: string; stop: Stop}> {
    const {sentry} = this.#configuration.programs
    return await onFreePorts(2, async ([port, healthPort]) => {
      const place = this.#place('sentry')
      const program = sentryProgram({sentry, ...place, port: port!, healthPort: healthPort!})
      const stop = await this.#supervise(program, port!, healthOf(healthPort!))
      return {port: port!, trustAnchors: rootCertificate(place.folder), stop}
    })
  }

  async scheduler(sentry: {port: number; trustAnchors: string}): Promise<{port: number; stop: Stop}> {
    const {scheduler} = this.#configuration.programs
    return await onFreePorts(5, async ([grpc, health, metrics, etcdClient, etcdPeer]) => {
      const ports = {grpc: grpc!, health: health!, metrics: metrics!, etcdClient: etcdClient!, etcdPeer: etcdPeer!}
      const {port: sentryPort, trustAnchors} = sentry
      const program = schedulerProgram({scheduler, ...this.#place('scheduler'), ports, sentryPort, trustAnchors})
      const stop = await this.#supervise(program, grpc!, healthOf(health!))
      await this.#watch('dapr-scheduler', metrics!, 'scheduler')
      return {port: grpc!, stop}
    })
  }

  /** On a port that was chosen beforehand: whoever traces has to know it. */
  async zipkin(jar: string, port: number): Promise<Stop> {
    const {java} = this.#configuration.programs
    const program = zipkinProgram({java, jar, ...this.#place('zipkin'), port})
    return await this.#supervise(program, port, `http://${LOOPBACK}:${port}/health`)
  }

  /** Last, when it is known whom to ask. */
  async prometheus(prometheus: string, numbersPort: number): Promise<{url: string; stop: Stop}> {
    await this.#watch('todo5', numbersPort)
    return await onFreePorts(1, async ([port]) => {
      const place = this.#place('prometheus')
      const program = prometheusProgram({prometheus, ...place, port: port!, jobs: () => [...this.#scrape.values()]})
      const url = `http://${LOOPBACK}:${port}`
      const stop = await this.#supervise(program, port!, `${url}/-/healthy`)
      this.#targetsChanged = async () => await writeTargets(place.folder, [...this.#scrape.values()])
      return {url, stop}
    })
  }

  async mailbox(token: string): Promise<{url: string; smtpPort: number; stop: Stop}> {
    return await onFreePorts(2, async ([port, smtpPort]) => {
      const env = {
        APP_API_TOKEN: token,
        LOG_LEVEL: this.#configuration.log_level,
        MAILBOX_DIR: this.#folders.mailbox,
        SMTP_PORT: String(smtpPort),
      }
      const program = this.#serviceProgram('mailbox', port!, env)
      const stop = await this.#supervise(program, port!, healthOf(port!))
      return {url: `http://${LOOPBACK}:${port}`, smtpPort: smtpPort!, stop}
    })
  }

  /** A service and its sidecar, side by side: each waits for the other. The service is stopped first. */
  async service(
    plan: ServicePlan,
    around: {
      readonly sentry: {readonly port: number; readonly trustAnchors: string}
      readonly schedulerPort: number
      readonly zipkinEndpoint: string
      readonly files: SidecarFiles
      readonly appToken?: string
    },
    signal: AbortSignal,
  ): Promise<RunningService> {
    const {name} = plan
    const {trace_sampling: sampling, sentry_dsn: dsn} = this.#configuration
    return await onFreePorts(5, async ([appPort, http, grpc, internal, metrics]) => {
      const place = this.#place(`daprd-${name}`)
      await writeFile(secretsFileOf(this.#folders, name), JSON.stringify(plan.secrets), {mode: 0o600})
      const apiToken = newToken()
      const appToken = around.appToken ?? newToken()
      const sidecar = {
        daprd: this.#configuration.programs.daprd,
        appId: name,
        ...place,
        appPort: appPort!,
        ports: {http: http!, grpc: grpc!, internal: internal!, metrics: metrics!},
        sentryPort: around.sentry.port,
        trustAnchors: around.sentry.trustAnchors,
        schedulerPort: around.schedulerPort,
        apiToken,
        appToken,
      }
      const service = this.#serviceProgram(name, appPort!, {
        LOG_LEVEL: this.#configuration.log_level,
        DAPR_HTTP_ENDPOINT: `http://${LOOPBACK}:${http}`,
        DAPR_API_TOKEN: apiToken,
        APP_API_TOKEN: appToken,
        DAPR_SECRET_STORE: 'secretstore-local',
        ...(around.zipkinEndpoint !== '' && {ZIPKIN_ENDPOINT: around.zipkinEndpoint}),
        ...(typeof sampling === 'number' && {TRACE_SAMPLING: String(sampling)}),
        ...(typeof dsn === 'string' && {SENTRY_DSN: dsn}),
        ...plan.env,
      })
      const superviseSidecar = async (files: SidecarFiles, until: AbortSignal, readyWithinMs?: number) => {
        const program = sidecarProgram({...sidecar, ...files})
        const withLimit = {...program, readyWithinMs: readyWithinMs ?? program.readyWithinMs}
        return await this.#supervise(withLimit, http!, healthOfSidecar(http!), until)
      }
      const [stopService, firstSidecar] = await bothOrNone(
        this.#supervise(service, appPort!, healthOf(appPort!), signal),
        superviseSidecar(around.files, signal),
      )
      let stopSidecar = firstSidecar
      await this.#watch(name, appPort!)
      await this.#watch(`daprd-${name}`, metrics!)
      return {
        daprPort: http!,
        stop: async () => {
          await stopService()
          await stopSidecar()
        },
        replaceSidecar: async (files, until) => {
          await stopSidecar()
          stopSidecar = await superviseSidecar(files, until, REPLACED_WITHIN_MS)
        },
      }
    })
  }

  #serviceProgram(name: HostService | 'mailbox', port: number, env: Readonly<Record<string, string>>): Program {
    const {service_script: script} = this.#configuration
    const compileCache = join(this.#folders.run, 'compile-cache')
    return serviceProgram({name, node: this.#parts.node, script, ...this.#place(name), compileCache, port, env})
  }

  #place(name: string): {folder: string; logFile: string} {
    return {folder: join(this.#folders.run, name), logFile: hostLogFile(this.#folders, name)}
  }

  /** What is started again is on other ports; Prometheus reads the file anew when it changes. */
  async #watch(job: string, port: number, service = job): Promise<void> {
    this.#scrape.set(job, {name: job, service, port})
    // Services that start at the same time take turns: the last to write knows them all.
    const written = this.#targetsWritten.then(async () => await this.#targetsChanged?.())
    this.#targetsWritten = written.catch(() => undefined)
    await written
  }

  async #supervise(
    program: Program,
    port: number | null,
    healthUrl: string | null,
    until?: AbortSignal,
  ): Promise<Stop> {
    const {signal} = this.#options
    const supervision = new Supervision(program, {
      ...this.#options,
      signal: until === undefined ? signal : AbortSignal.any([signal, until]),
    })
    const known = {supervision, port, healthUrl}
    const before = this.#known.findIndex((other) => other.supervision.facts().name === program.name)
    if (before === -1) this.#known.push(known)
    else this.#known[before] = known
    try {
      await supervision.start()
    } catch (error) {
      this.#known.splice(this.#known.indexOf(known), 1)
      throw error
    }
    return async () => await supervision.stop()
  }
}

/** 192 bits. */
export const newToken = (): string => randomBytes(24).toString('base64url')

/** When one of them fails, the other is stopped again. */
async function bothOrNone(one: Promise<Stop>, other: Promise<Stop>): Promise<[Stop, Stop]> {
  const results = await Promise.allSettled([one, other])
  const [first, second] = results
  if (first.status === 'fulfilled' && second.status === 'fulfilled') return [first.value, second.value]
  for (const result of results) if (result.status === 'fulfilled') await result.value()
  throw first.status === 'rejected' ? first.reason : (second as PromiseRejectedResult).reason
}

const healthOfSidecar = (port: number): string => `http://${LOOPBACK}:${port}/v1.0/healthz`

export interface PlanSources {
  readonly configuration: HostConfiguration
  readonly parts: HostParts
  readonly folders: HostFolders
  readonly urls: DatabaseUrls
  readonly publicPort: number
  readonly authSecret: string
  readonly pushSecret: string
  readonly mailbox: {readonly url: string; readonly smtpPort: number}
}

/** What is different from service to service. */
export function servicePlans(sources: PlanSources): Readonly<Record<HostService, ServicePlan>> {
  const {configuration, parts, folders, urls, publicPort, authSecret, pushSecret, mailbox} = sources
  const {smtp_url: smtpUrl, mail_to: mailTo, model} = configuration
  const PUBLIC_URL = `http://${LOOPBACK}:${publicPort}`
  const plan = (name: HostService, secrets: Readonly<Record<string, string>>, env = {}, more = {}): ServicePlan => ({
    name,
    secrets: {[name]: secrets, ...more},
    env,
  })
  return {
    'task-service': plan('task-service', {DATABASE_URL: urls.task}),
    'recurring-task-service': plan('recurring-task-service', {DATABASE_URL: urls.recurring}),
    'notification-service': plan(
      'notification-service',
      {
        DATABASE_URL: urls.notification,
        SMTP_URL: smtpUrl ?? `smtp://${LOOPBACK}:${mailbox.smtpPort}`,
        PUSH_SECRET: pushSecret,
      },
      {PUBLIC_URL, MAIL_FROM: senderAddress(smtpUrl, mailTo), OUTBOUND_REACH: 'loopback'},
    ),
    'audit-service': plan('audit-service', {DATABASE_URL: urls.audit}),
    'chat-api': plan(
      'chat-api',
      {
        DATABASE_URL: urls.chat,
        BETTER_AUTH_SECRET: authSecret,
        ...(model?.key != null && {MODEL_KEY: model.key}),
      },
      {
        ...(model && {
          MODEL_URL: model.url,
          MODEL_NAME: model.name,
          MODEL_TIMEOUT_SECONDS: String(model.timeout_seconds),
        }),
        PUBLIC_URL,
        PUBLIC_PORT: String(publicPort),
        MAILBOX_URL: mailbox.url,
        LOCAL_USER_EMAIL: LOCAL_EMAIL,
        LOCAL_USER_NAME: parts.userName,
        LOCAL_USER_TIME_ZONE: configuration.time_zone,
        LOCAL_KEY_PATH: folders.localKey,
      },
      {'statestore-postgresql': {connectionString: urls.chat}},
    ),
  }
}

/** Real servers take mail only from an address that they know: the login, where it is one, else the receiver's own. */
function senderAddress(smtpUrl: string | null, mailTo: string | null): string {
  const login = smtpUrl === null ? '' : decodeURIComponent(new URL(smtpUrl).username)
  if (login.includes('@')) return login
  return mailTo ?? 'todo5@localhost'
}

export const localEmail = LOCAL_EMAIL
