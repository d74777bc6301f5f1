import {hiddenPassword} from '../supervisor/hidden-password.ts'
import {lookFor, type Machine, type ProcessEntry} from '../supervisor/machine.ts'
import {type Stopped, stopTarget} from '../supervisor/stop-target.ts'

export type DownResult =
  | {readonly dry_run: true; readonly steps: readonly string[]}
  | {
      readonly target: 'local'
      readonly found: Stopped['found']
      readonly killed: boolean
      readonly deleted: readonly string[]
    }

export interface TakeDownRequest {
  readonly machine: Machine
  readonly entry: ProcessEntry
  readonly deleteData: boolean
  readonly dryRun: boolean
  readonly signal: AbortSignal
  /** Resolves when the person agrees to lose what the lines name; rejects when not. */
  readonly confirm: (lines: readonly string[]) => Promise<void>
}

/** `todo5 down`: stops the local target, and with `deleteData` also removes what it keeps. */
export async function takeDown(request: TakeDownRequest): Promise<DownResult> {
  const {machine, entry, deleteData, dryRun, signal, confirm} = request
  const loss = [
    `${entry.dataDir}  (database with all tasks, mailbox, keys)`,
    `${entry.stateDir}/logs, and the API key of this machine`,
  ]
  const kept = await ownDatabase(machine)
  if (dryRun) return {dry_run: true, steps: await plan(request, loss, kept)}
  if (deleteData) await confirm([...loss.map((line) => `deletes ${line}`), ...(kept ? [`keeps   ${kept}`] : [])])
  const stopped = await stopTarget(machine, {deleteData, signal})
  return {target: 'local', ...stopped}
}

/** A database that is not ours is never deleted. */
async function ownDatabase(machine: Machine): Promise<string | undefined> {
  const url = (await machine.readState())?.options.database_url
  return url ? `${hiddenPassword(url)}  (your own database; its schemas todo, auth and jobs are left)` : undefined
}

async function plan({machine, deleteData}: TakeDownRequest, loss: readonly string[], kept: string | undefined) {
  const found = await lookFor(machine)
  const server = await machine.findServer()
  const steps: string[] = []
  if (found.kind !== 'none') steps.push(`send SIGTERM to todo5 (pid ${found.state.pid}) and wait until it has drained`)
  if (server.processes.length > 0) {
    steps.push(found.kind === 'none' ? 'stop the PostgreSQL that a killed todo5 left' : 'it stops PostgreSQL')
  }
  if (deleteData) steps.push(...loss.map((line) => `delete ${line}`), ...(kept ? [`keep ${kept}`] : []))
  return steps.length === 0 ? ['nothing: nothing runs'] : steps
}
