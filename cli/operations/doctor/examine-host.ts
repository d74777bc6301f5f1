import {join} from 'node:path'
import {healthResponse} from '../../../services/contracts/status.ts'
import {SERVICE_NAMES} from '../../../services/contracts/service-names.ts'
import {ask, jsonOf, outboxLag} from '../../supervisor/health.ts'
import {certificates as authorityFolder} from '../../supervisor/host/control-plane.ts'
import {readCertificates, type SecurePort} from '../../supervisor/host/certificates.ts'
import {hostFolders} from '../../supervisor/host/host-folders.ts'
import type {HostMachine} from '../../supervisor/host/host-machine.ts'
import type {HostState} from '../../supervisor/host/host-state.ts'
import {type SidecarFacts, sidecarFacts} from '../../supervisor/host/sidecar-facts.ts'
import {listenersOf} from '../../supervisor/listening-sockets.ts'
import type {ClockSample} from '../../tools/database-clock.ts'
import {READERS} from '../consumer-lag.ts'
import type {HostStatus} from '../host-status.ts'
import {checkCertificates} from './certificates.ts'
import {type Check, judge, judgeAll} from './check.ts'
import {checkComponents} from './components.ts'
import {checkDatabase} from './database.ts'
import {examineKafka, type StreamSources} from './examine-stream.ts'
import {checkListeners, type ProgramListener} from './listeners.ts'
import {checkOutbox} from './outbox.ts'
import {checkProcesses} from './processes.ts'
import {checkScheduler} from './scheduler.ts'
import {checkServices, type ServiceAnswer} from './services.ts'
import {checkSubscriptions} from './subscriptions.ts'

export interface HostRequest extends StreamSources {
  readonly status: HostStatus
  readonly machine: HostMachine
  /** Undefined when it does not run. */
  readonly state: HostState | undefined
  readonly databaseClock: (url: string) => Promise<ClockSample>
}

/** The host target: programs, Dapr, Kafka. What does not run cannot be asked more. */
export async function examineHost(request: HostRequest): Promise<Check[]> {
  const {status, state} = request
  const processes = {area: 'host' as const, check: 'processes', ...(await judge(() => checkProcesses(status)))}
  if (state?.phase !== 'ready') return [processes]
  const [sidecars, listeners] = await Promise.all([sidecarsOf(request, state), listenersOfHost(request.machine, state)])
  const {database_url: databaseUrl, kafka_brokers: brokers} = state
  const looks = judgeAll('host', {
    services: async () => checkServices(await serviceAnswers(state), 'host'),
    ...(databaseUrl !== null && {
      database: async () => await checkDatabase(databaseUrl, request.databaseClock),
    }),
    components: () => checkComponents(sidecars),
    subscriptions: () => checkSubscriptions(sidecars, READERS),
    scheduler: () => checkScheduler(sidecars),
    certificates: async () =>
      checkCertificates(
        await readCertificates(authorityFolder(join(runFolder(status), 'sentry')), securePorts(state, listeners)),
        request.now,
      ),
    listeners: () =>
      checkListeners(listeners, {
        sentry: healthPortOf(state, 'sentry'),
        scheduler: healthPortOf(state, 'scheduler'),
      }),
    outbox: async () => checkOutbox(await outboxOf(state)),
  })
  const [looked, stream] = await Promise.all([looks, brokers === null ? [] : examineKafka(brokers, request)])
  return [processes, ...looked, ...stream]
}

const runFolder = ({data_dir: root}: HostStatus): string => hostFolders(root).run
const factsOf = (state: HostState, name: string): HostState['processes'][number] | undefined =>
  state.processes.find((process) => process.name === name)

/** What somebody stopped on purpose is told of once, among the processes. */
function isWanted(state: HostState, name: string): boolean {
  const facts = factsOf(state, name)
  return facts !== undefined && facts.state !== 'stopped_by_hand'
}

const healthPortOf = (state: HostState, name: string): number | undefined => {
  const url = factsOf(state, name)?.health_url
  return url == null ? undefined : Number(new URL(url).port)
}

async function sidecarsOf({status}: HostRequest, state: HostState): Promise<SidecarFacts[]> {
  const apps = SERVICE_NAMES.filter((app) => isWanted(state, `daprd-${app}`))
  return await Promise.all(
    apps.map(async (app) => {
      const facts = factsOf(state, `daprd-${app}`)!
      return await sidecarFacts(app, join(runFolder(status), `daprd-${app}`), facts.port)
    }),
  )
}

async function serviceAnswers(state: HostState): Promise<ServiceAnswer[]> {
  const services = SERVICE_NAMES.filter((name) => isWanted(state, name))
  return await Promise.all(
    services.map(async (service) => {
      const url = factsOf(state, service)!.health_url
      const answer = url === null ? undefined : await ask(url)
      return {service, health: healthResponse.safeParse(answer && jsonOf(answer)).data}
    }),
  )
}

async function listenersOfHost(machine: HostMachine, state: HostState): Promise<ProgramListener[] | undefined> {
  const places = (await machine.remains()).map(({pid, folder}) => ({pid, program: folder.split('/').at(-1)!}))
  const programs = new Map([...places, {pid: state.pid, program: 'todo5'}].map(({pid, program}) => [pid, program]))
  const found = await listenersOf([...programs.keys()])
  return found?.map(({pid, port, loopback}) => ({program: programs.get(pid)!, port, loopback}))
}

/** Every port of Dapr's programs: those that do not speak TLS are sorted out by asking. */
function securePorts(state: HostState, listeners: readonly ProgramListener[] | undefined): SecurePort[] {
  const scheduler = factsOf(state, 'scheduler')?.port
  const internal = (listeners ?? []).filter(({program}) => program.startsWith('daprd-'))
  return [...(scheduler == null ? [] : [{program: 'scheduler', port: scheduler}]), ...internal]
}

async function outboxOf(state: HostState) {
  const url = factsOf(state, 'task-service')?.health_url
  return url == null ? undefined : await outboxLag(new URL('.', url).href.replace(/\/$/u, ''))
}
