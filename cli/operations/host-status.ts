import {CliError} from '../errors.ts'
import {answersOk} from '../supervisor/host/answers.ts'
import type {HostMachine} from '../supervisor/host/host-machine.ts'
import type {HostState, ProcessFacts} from '../supervisor/host/host-state.ts'
import {lookFor} from '../supervisor/machine.ts'
import {memoryOf} from '../supervisor/process-memory.ts'
import type {ConsumerLag} from './consumer-lag.ts'
import {type ModelPlace, modelPlace} from './model-place.ts'

export interface HostProcessStatus {
  readonly name: string
  /** `ill`: it runs, but does not say that it is well. */
  readonly state: ProcessFacts['state'] | 'ill' | 'left_behind'
  readonly pid: number | null
  readonly port: number | null
  readonly restarts: number
  readonly memory_bytes: number | null
}

export interface HostStatus {
  readonly target: 'host'
  /** `left_behind`: programs without the todo5 that watched them. */
  readonly state: 'running' | 'degraded' | 'starting' | 'stopping' | 'stopped' | 'left_behind'
  readonly version: string | null
  readonly pid: number | null
  readonly started_at: string | null
  readonly api_url: string | null
  readonly mailbox_url: string | null
  readonly zipkin_url: string | null
  readonly prometheus_url: string | null
  readonly kafka_brokers: string | null
  readonly smtp_port: number | null
  /** Who answers in the chat; null: the offline model. */
  readonly model: ModelPlace | null
  readonly processes: readonly HostProcessStatus[]
  /** Events that a consumer has not handled yet; null when Kafka does not say. */
  readonly lag: readonly ConsumerLag[] | null
  readonly memory_bytes: number | null
  readonly data_dir: string
  readonly log_dir: string
}

/** What runs of the host target, also when nothing does, or only half of it. Looks, changes nothing. */
export async function hostStatus(
  machine: HostMachine,
  dataDir: string,
  lagOf: (brokers: string) => Promise<readonly ConsumerLag[]>,
): Promise<HostStatus> {
  const [found, remains] = await Promise.all([lookFor(machine), machine.remains()])
  const state = found.kind === 'none' ? undefined : found.state
  const processes = state ? await Promise.all(watched(state, remains)) : await leftBehind(remains)
  const brokers = state?.phase === 'ready' ? state.kafka_brokers : null
  const own = state ? await memoryOf([state.pid]) : null
  const sizes = [own, ...processes.map(({memory_bytes: size}) => size)].filter((size) => size !== null)
  return {
    target: 'host',
    state: overall(found.kind, processes),
    version: state?.version ?? null,
    pid: state?.pid ?? null,
    started_at: state?.started_at ?? null,
    api_url: state?.api_url ?? null,
    mailbox_url: state?.mailbox_url ?? null,
    zipkin_url: state?.zipkin_url ?? null,
    prometheus_url: state?.prometheus_url ?? null,
    kafka_brokers: state?.kafka_brokers ?? null,
    smtp_port: state?.smtp_port ?? null,
    model: modelPlace(state?.options.model),
    processes,
    lag: brokers === null ? null : await orNull(lagOf(brokers)),
    memory_bytes: sizes.length === 0 ? null : sizes.reduce((sum, size) => sum + size, 0),
    data_dir: dataDir,
    log_dir: machine.logsFolder,
  }
}

/** A Kafka that does not answer is seen as such in its own line. */
async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work
  } catch (error) {
    if (error instanceof CliError) return null
    throw error
  }
}

type Remains = Awaited<ReturnType<HostMachine['remains']>>

const watched = (state: HostState, remains: Remains): Promise<HostProcessStatus>[] =>
  state.processes.map(async ({health_url: health, ...facts}) => {
    const ill = facts.state === 'running' && health !== null && !(await answersOk(health))
    // PostgreSQL is many processes.
    const pids =
      facts.name === 'postgresql'
        ? remains.filter(isPostgres).map(({pid}) => pid)
        : facts.pid === null
          ? []
          : [facts.pid]
    return {...facts, state: ill ? ('ill' as const) : facts.state, memory_bytes: await memoryOf(pids)}
  })

const leftBehind = async (remains: Remains): Promise<HostProcessStatus[]> => {
  const others = remains.filter((process) => !isPostgres(process))
  const database = remains.filter(isPostgres).map(({pid}) => pid)
  const groups = [
    ...(database.length > 0 ? [{name: 'postgresql', pids: database}] : []),
    ...others.map(({pid, folder}) => ({name: folder.split('/').at(-1)!, pids: [pid]})),
  ]
  return await Promise.all(
    groups.map(async ({name, pids}) => ({
      name,
      state: 'left_behind' as const,
      pid: pids[0]!,
      port: null,
      restarts: 0,
      memory_bytes: await memoryOf(pids),
    })),
  )
}

const isPostgres = ({folder}: {folder: string}): boolean => folder.endsWith('/postgres')

function overall(kind: 'none' | HostState['phase'], processes: readonly HostProcessStatus[]): HostStatus['state'] {
  if (kind === 'ready') return processes.every(({state}) => state === 'running') ? 'running' : 'degraded'
  if (kind !== 'none') return kind
  return processes.length > 0 ? 'left_behind' : 'stopped'
}
