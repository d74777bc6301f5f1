import type {HostMachine} from '../supervisor/host/host-machine.ts'
import {lookFor} from '../supervisor/machine.ts'
import {HOST_STOP_LIMIT_MS} from '../supervisor/stop-process.ts'
import {type Stopped, stopTarget} from '../supervisor/stop-target.ts'

export type HostDownResult =
  | {readonly dry_run: true; readonly steps: readonly string[]}
  | ({readonly target: 'host'} & Stopped)

export interface TakeDownHostRequest {
  readonly machine: HostMachine
  readonly dataDir: string
  readonly deleteData: boolean
  readonly dryRun: boolean
  readonly signal: AbortSignal
  /** Resolves when the person agrees to lose what the lines name; rejects when not. */
  readonly confirm: (lines: readonly string[]) => Promise<void>
}

/** `todo5 down host`: services first, then what they stand on; with `deleteData` also what it keeps. */
export async function takeDownHost(request: TakeDownHostRequest): Promise<HostDownResult> {
  const {machine, dataDir, deleteData, dryRun, signal, confirm} = request
  const loss = `${dataDir}  (database with all tasks, Kafka's topics, jobs, mailbox, keys, logs)`
  if (dryRun) return {dry_run: true, steps: await plan(request, loss)}
  if (deleteData) await confirm([`deletes ${loss}`])
  return {target: 'host', ...(await stopTarget(machine, {deleteData, signal, stopLimitMs: HOST_STOP_LIMIT_MS}))}
}

async function plan({machine, deleteData}: TakeDownHostRequest, loss: string): Promise<string[]> {
  const found = await lookFor(machine)
  const remains = await machine.remains()
  const steps: string[] = []
  if (found.kind !== 'none') {
    const names = found.state.processes.map(({name}) => name).toReversed()
    steps.push(`send SIGTERM to todo5 (pid ${found.state.pid}); it drains and stops ${names.join(', ')}`)
  } else if (remains.length > 0) {
    steps.push(`stop what a killed todo5 left (pid ${remains.map(({pid}) => pid).join(', ')})`)
  }
  if (deleteData) steps.push(`delete ${loss}`)
  return steps.length === 0 ? ['nothing: nothing runs'] : steps
}
