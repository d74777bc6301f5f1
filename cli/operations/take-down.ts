import {hiddenPassword} from '../supervisor/hidden-password.ts'
import {lookFor, type Machine, type ProcessEntry} from '../supervisor/machine.ts'
import {type DownRequest, takeDownTarget, type TargetDown} from './take-down-target.ts'

export type DownResult = TargetDown<'local'>

export interface TakeDownRequest extends DownRequest {
  readonly machine: Machine
  readonly entry: ProcessEntry
}

/** `todo5 down`: stops the local target, and with `deleteData` also removes what it keeps. */
export async function takeDown(request: TakeDownRequest): Promise<DownResult> {
  const {machine, entry} = request
  return await takeDownTarget(request, {
    target: 'local',
    machine,
    loss: [
      `${entry.dataDir}  (database with all tasks, mailbox, keys)`,
      `${entry.stateDir}/logs, and the API key of this machine`,
    ],
    kept: await ownDatabase(machine),
    stopSteps: async () => await stopSteps(machine),
  })
}

/** A database that is not ours is never deleted. */
async function ownDatabase(machine: Machine): Promise<string | undefined> {
  const url = (await machine.readState())?.options.database_url
  return url ? `${hiddenPassword(url)}  (your own database; its schemas todo, auth and jobs are left)` : undefined
}

async function stopSteps(machine: Machine): Promise<string[]> {
  const [found, server] = await Promise.all([lookFor(machine), machine.findServer()])
  const steps: string[] = []
  if (found.kind !== 'none') steps.push(`send SIGTERM to todo5 (pid ${found.state.pid}) and wait until it has drained`)
  if (server.processes.length > 0) {
    steps.push(found.kind === 'none' ? 'stop the PostgreSQL that a killed todo5 left' : 'it stops PostgreSQL')
  }
  return steps
}
