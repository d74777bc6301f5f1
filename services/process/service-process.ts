import {hostname} from 'node:os'
import {readFile} from 'node:fs/promises'
import type {RequestListener} from 'node:http'
import {setTimeout as delay} from 'node:timers/promises'
import type {z} from 'zod'
import {DaprAppChannel} from '../adapters/dapr/app-channel.ts'
import {createDaprEventPublisher} from '../adapters/dapr/event-publisher.ts'
import {DaprEventSubscriptions} from '../adapters/dapr/event-subscriptions.ts'
import {DaprJobScheduler} from '../adapters/dapr/job-scheduler.ts'
import {DaprLiveEvents} from '../adapters/dapr/live-events.ts'
import {type Sidecar, openSidecar} from '../adapters/dapr/sidecar.ts'
import {type SidecarDesk, openSidecarDesk} from '../adapters/dapr/sidecar-facts.ts'
import {type Listener, listen} from '../adapters/embedded/listener.ts'
import {type Database, openDatabase} from '../database/database.ts'
import {rememberInstallation} from '../database/installation.ts'
import {isDatabaseOutage} from '../database/outage.ts'
import type {EventPublisher} from '../ports/event-publisher.ts'
import type {LiveEvents} from '../ports/live-events.ts'
import {APPLICATION_VERSION} from '../runtime/application-version.ts'
import {type Environment, readEnvironment} from '../runtime/environment.ts'
import {ErrorReports} from '../runtime/error-reports.ts'
import {formatOf} from '../runtime/log-format.ts'
import {type LogDestination, type Logger, createLogger} from '../runtime/logger.ts'
import {type Periodic, periodic} from '../runtime/periodic.ts'
import type {ServiceName} from '../contracts/service-names.ts'
import type {Service} from '../runtime/service.ts'
import {registerServices} from '../runtime/service-registration.ts'
import {tracedDatabase} from '../runtime/traced-database.ts'
import {recordSpans} from '../runtime/tracing.ts'
import {Undo} from '../runtime/undo.ts'
import {LIVE_COMPONENT, PUBLISHING_COMPONENT, subscribingComponent} from './component-names.ts'
import {SECRET_VARIABLES, SERVICE_VARIABLES, type ServiceVariables} from './variables.ts'

const DRAIN_MS = 5000
const SEND_REPORTS_MS = 2000

export interface ProcessRun {
  readonly environment: Environment
  /** Aborted when the process is asked to end while it still starts. */
  readonly stop: AbortSignal
  /** Standard output unless given. */
  readonly log?: LogDestination
}

export interface RunningProcess {
  /** No new work, then what is under way, then everything is closed. */
  stop(): Promise<void>
}

/** What a service is built of; everything that it opens is closed with the process. */
export interface ServiceParts<Variables> {
  readonly config: ServiceVariables & Variables
  readonly logger: Logger
  /** Which process of several of a service this is, for people. */
  readonly replica: string
  readonly sidecar: Sidecar
  readonly publisher: EventPublisher
  readonly jobs: DaprJobScheduler
  readonly live: LiveEvents
  readonly undo: Undo
  readonly open: (poolSize: number, url?: string) => Promise<Database>
}

export interface BuiltService {
  readonly service: Service
  /** What the sidecar may ask for besides events and jobs; the whole application unless given. */
  readonly behind?: RequestListener
  /** Called when the service is started, and before it stops. */
  readonly front?: {open(): void; close(graceMs: number): Promise<void>}
}

export interface ServiceDefinition<Shape extends z.ZodRawShape> {
  readonly name: ServiceName
  /** Its own variables. */
  readonly variables: Shape
  /** The components that its sidecar must have. */
  readonly components: readonly string[]
  build(parts: ServiceParts<z.infer<z.ZodObject<Shape>>>): Promise<BuiltService>
}

/** Runs one service next to its Dapr sidecar. Resolves when it is ready; throws when it cannot start. */
export async function startServiceProcess<Shape extends z.ZodRawShape>(
  definition: ServiceDefinition<Shape>,
  run: ProcessRun,
): Promise<RunningProcess> {
  const undo = new Undo()
  try {
    await assemble(definition, run, undo)
  } catch (error) {
    await undo.run().catch((cause: unknown) => {
      createLogger(definition.name, 'warn', run.log).warn({error: cause}, 'the failed start was not undone cleanly')
    })
    throw error
  }
  return {stop: async () => undo.run()}
}

async function assemble<Shape extends z.ZodRawShape>(
  definition: ServiceDefinition<Shape>,
  run: ProcessRun,
  undo: Undo,
): Promise<void> {
  const {name} = definition
  const shape = {...SERVICE_VARIABLES, ...definition.variables}
  const read = async (secrets?: Readonly<Record<string, string>>) =>
    (await readEnvironment(shape, run.environment, {
      readFile: async (path) => readFile(path, 'utf8'),
      ...(secrets
        ? {secrets}
        : {mayFollow: run.environment['DAPR_SECRET_STORE'] === undefined ? [] : SECRET_VARIABLES}),
    })) as ServiceVariables & z.infer<z.ZodObject<Shape>>
  let config = await read()
  const errors = new ErrorReports()
  const logger = createLogger(name, config.LOG_LEVEL, run.log, errors, formatOf(config))
  await reportErrors(name, config, {errors, logger, undo})
  const traced = await recordTraces(name, config, logger, undo)
  const sidecar = openSidecar({endpoint: config.DAPR_HTTP_ENDPOINT, token: config.DAPR_API_TOKEN})
  undo.add(() => sidecar.close())
  const desk = openSidecarDesk(sidecar, config.DAPR_SECRET_STORE)
  const channel = new DaprAppChannel({token: config.APP_API_TOKEN, trustedCaller: 'chat-api', logger})
  // Before anything else: the sidecar waits for this port before it answers for its components.
  const listener = await listen(config.HOST, config.PORT)
  undo.add(async () => listener.close(0))
  listener.serve(channel.handler)
  if (config.DAPR_SECRET_STORE !== undefined) {
    await desk.ready(run.stop)
    config = await read(await desk.read(config.DAPR_SECRET_NAME ?? name))
  }
  const replica = config.REPLICA ?? `${hostname()} ${process.pid}`
  const open = async (poolSize: number, url: string = config.DATABASE_URL): Promise<Database> => {
    const database = await openDatabase({url, poolSize, applicationName: `todo5 ${name}`})
    undo.add(async () => database.close())
    return traced ? tracedDatabase(database) : database
  }
  const own = await open(2)
  const installation = rememberInstallation(own)
  const jobs = new DaprJobScheduler({sidecar})
  const publisher = createDaprEventPublisher({sidecar, pubsub: PUBLISHING_COMPONENT, installation})
  const subscriptions = new DaprEventSubscriptions({pubsubOf: subscribingComponent, installation, logger})
  const live = new DaprLiveEvents({pubsub: LIVE_COMPONENT, subscriptions})
  undo.add(() => live.close())
  const built = await definition.build({config, logger, replica, sidecar, publisher, jobs, live, undo, open})
  const {service, front} = built
  service.metrics.watchProcess()
  for (const subscription of service.subscriptions) subscriptions.subscribe(subscription)
  if (service.jobHandler) jobs.handle(service.jobHandler)
  await startWhenDatabaseAnswers(own, name, {logger, stop: run.stop, undo})
  await service.start()
  undo.add(async () => service.stop())
  channel.open({subscriptions, jobs, app: built.behind ?? handlerOf(service.app.callback())})
  front?.open()
  const check = checkSidecar(desk, definition, channel, logger)
  check.start()
  undo.add(async () => drain({channel, check, front, listener, logger}))
  logger.info({port: config.PORT, replica}, 'ready')
}

/** Whether spans are recorded. What does it is loaded only then. */
async function recordTraces(name: ServiceName, config: ServiceVariables, logger: Logger, undo: Undo): Promise<boolean> {
  const {ZIPKIN_ENDPOINT: endpoint, TRACE_SAMPLING: sampling = 1} = config
  if (endpoint === undefined) return false
  const {openZipkinRecorder} = await import('../adapters/zipkin/recorder.ts')
  const recorder = openZipkinRecorder({service: name, endpoint, sampling, clients: name === 'chat-api', logger})
  recordSpans(recorder.tracer)
  undo.add(async () => {
    recordSpans(undefined)
    await recorder.close()
  })
  return true
}

/** Reports of errors go to the Sentry of the configuration; the first thing that is opened, so that it hears of all the rest. */
async function reportErrors(
  name: ServiceName,
  {SENTRY_DSN: dsn, SENTRY_ENVIRONMENT: environment}: ServiceVariables,
  {errors, logger, undo}: {errors: ErrorReports; logger: Logger; undo: Undo},
): Promise<void> {
  if (dsn === undefined) return
  const {createSentryErrorReporter} = await import('../adapters/sentry/error-reporter.ts')
  const reporter = createSentryErrorReporter({
    dsn,
    service: name,
    release: APPLICATION_VERSION,
    environment,
    onFailure: (error) => logger.warn({error}, 'Sentry did not take a report'),
  })
  errors.connect(reporter)
  undo.add(async () => reporter.close(SEND_REPORTS_MS))
}

/** Migrations and a database that is still starting are waited for; one of another version is a failure. */
async function startWhenDatabaseAnswers(
  database: Database,
  name: ServiceName,
  {logger, stop, undo}: {logger: Logger; stop: AbortSignal; undo: Undo},
): Promise<void> {
  const registration = registerServices({database, services: [name], logger})
  for (let tries = 0; ; tries++) {
    stop.throwIfAborted()
    try {
      await registration.start()
      break
    } catch (error) {
      if (!isDatabaseOutage(error)) throw error
      if (tries === 0) logger.warn({error}, 'the database does not answer yet, waiting')
      await delay(500, undefined, {signal: stop})
    }
  }
  undo.add(async () => registration.stop())
}

/** Once per process: is the sidecar ours, and does it have what we need? A foreign one would read in another's group. */
function checkSidecar(
  desk: SidecarDesk,
  {name, components}: {name: ServiceName; components: readonly string[]},
  channel: DaprAppChannel,
  logger: Logger,
): Periodic {
  let known = false
  return periodic({
    name: 'look at the sidecar',
    logger,
    idleMs: 60_000,
    failureMs: 1000,
    work: async () => {
      if (known) return 'idle'
      const facts = await desk.facts()
      known = true
      if (facts.appId !== name) {
        const reason = `The sidecar is started for ${facts.appId}, this is ${name}.`
        channel.refuse(reason)
        logger.error({app_id: facts.appId}, `${reason} Start daprd with --app-id ${name}.`)
      }
      const missing = components.filter((component) => !facts.components.has(component))
      if (missing.length > 0) logger.error({missing}, 'the sidecar lacks components that this service needs')
      return 'idle'
    },
  })
}

interface Draining {
  readonly channel: DaprAppChannel
  readonly check: Periodic
  readonly front: BuiltService['front']
  readonly listener: Listener
  readonly logger: Logger
}

async function drain({channel, check, front, listener, logger}: Draining): Promise<void> {
  logger.info('stopping')
  channel.refuse('The service is stopping.')
  await check.stop()
  await Promise.all([channel.idle(), front?.close(DRAIN_MS)])
  await listener.close(DRAIN_MS)
}

/** Koa's handler answers with a promise that never rejects; the listener has no use for it. */
export const handlerOf =
  (callback: (request: never, response: never) => Promise<void>): RequestListener =>
  (request, response) =>
    void callback(request as never, response as never)
