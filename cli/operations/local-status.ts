import type {LocalState} from '../../services/contracts/local.ts'
import type {HealthResponse} from '../../services/contracts/status.ts'
import {outboxLag, type OutboxLag, serviceHealth} from '../supervisor/health.ts'
import {hiddenPassword} from '../supervisor/hidden-password.ts'
import {type FoundServer, lookFor, type Machine, type ProcessEntry} from '../supervisor/machine.ts'
import {memoryOf} from '../supervisor/process-memory.ts'
import {type ModelPlace, modelPlace} from './model-place.ts'
import {countWaiting, type WaitingCount} from './sync-changes.ts'

export interface ProcessStatus {
  readonly name: 'todo5' | 'postgresql'
  readonly state: 'running' | 'starting' | 'stopping' | 'down' | 'left_behind' | 'not_ours'
  readonly pid: number | null
  readonly port: number | null
  readonly memory_bytes: number | null
}

export interface LocalStatus {
  readonly target: 'local'
  /** `degraded`: it runs, but a part of it does not answer. `left_behind`: a PostgreSQL without its todo5. */
  readonly state: 'running' | 'degraded' | 'starting' | 'stopping' | 'stopped' | 'left_behind'
  readonly version: string | null
  readonly started_at: string | null
  readonly api_url: string | null
  readonly mailbox_url: string | null
  readonly operations_url: string | null
  readonly smtp_port: number | null
  /** Of a database that is not ours, without its password. */
  readonly database_url: string | null
  /** Who answers in the chat; null: the offline model. */
  readonly model: ModelPlace | null
  readonly processes: readonly ProcessStatus[]
  readonly services: readonly HealthResponse[]
  readonly outbox: OutboxLag | null
  /** What was added or done for a todo5 elsewhere that was away. */
  readonly waiting: readonly WaitingCount[]
  readonly data_dir: string
  readonly log_file: string
}

/** What runs of the local target, also when nothing does, or only half of it. Looks, changes nothing. */
export async function localStatus(machine: Machine, entry: ProcessEntry): Promise<LocalStatus> {
  const [found, server] = await Promise.all([lookFor(machine), machine.findServer()])
  const state = found.kind === 'none' ? undefined : found.state
  const operations = state?.operations_url
  const [services, outbox] = operations
    ? await Promise.all([serviceHealth(operations), outboxLag(operations)])
    : [undefined, undefined]
  const healthy = services !== undefined && services.every((service) => service.status === 'ok')
  const processes = await Promise.all([
    ...(state ? [ourProcess(state)] : []),
    ...(server.state === 'none' && !state?.postgres ? [] : [serverProcess(server, state)]),
  ])
  return {
    target: 'local',
    state: overall(found.kind, healthy, server),
    version: state?.version ?? null,
    started_at: state?.started_at ?? null,
    api_url: state?.api_url ?? null,
    mailbox_url: state?.mailbox_url ?? null,
    operations_url: operations ?? null,
    smtp_port: state?.smtp_port ?? null,
    database_url: state?.options.database_url == null ? null : hiddenPassword(state.options.database_url),
    model: modelPlace(state?.options.model),
    processes,
    services: services ?? [],
    outbox: outbox ?? null,
    waiting: await countWaiting(entry.stateDir),
    data_dir: entry.dataDir,
    log_file: machine.logFiles()[0]!,
  }
}

function overall(kind: 'none' | LocalState['phase'], healthy: boolean, server: FoundServer): LocalStatus['state'] {
  if (kind === 'ready') return healthy ? 'running' : 'degraded'
  if (kind !== 'none') return kind
  return server.processes.length > 0 ? 'left_behind' : 'stopped'
}

async function ourProcess(state: LocalState): Promise<ProcessStatus> {
  return {
    name: 'todo5',
    state: state.phase === 'ready' ? 'running' : state.phase,
    pid: state.pid,
    port: state.api_url === null ? null : Number(new URL(state.api_url).port),
    memory_bytes: await memoryOf([state.pid]),
  }
}

async function serverProcess(server: FoundServer, state: LocalState | undefined): Promise<ProcessStatus> {
  const {processes, pid, port} = server
  return {
    name: 'postgresql',
    state: serverState(server, state),
    pid: pid ?? null,
    port: port ?? state?.postgres?.port ?? null,
    memory_bytes: await memoryOf(processes),
  }
}

function serverState({state, processes}: FoundServer, todo5: LocalState | undefined): ProcessStatus['state'] {
  if (state === 'foreign') return 'not_ours'
  if (processes.length === 0) return 'down'
  if (!todo5) return 'left_behind'
  return state === 'ours' ? 'running' : todo5.phase === 'stopping' ? 'stopping' : 'starting'
}
