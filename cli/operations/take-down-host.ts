import type {HostMachine} from '../supervisor/host/host-machine.ts'
import {lookFor} from '../supervisor/machine.ts'
import {HOST_STOP_LIMIT_MS} from '../supervisor/stop-process.ts'
import {type DownRequest, takeDownTarget, type TargetDown} from './take-down-target.ts'

export type HostDownResult = TargetDown<'host'>

export interface TakeDownHostRequest extends DownRequest {
  readonly machine: HostMachine
  readonly dataDir: string
}

/** `todo5 down host`: services first, then what they stand on; with `deleteData` also what it keeps. */
export const takeDownHost = async (request: TakeDownHostRequest): Promise<HostDownResult> =>
  await takeDownTarget(request, {
    target: 'host',
    machine: request.machine,
    loss: [`${request.dataDir}  (database with all tasks, Kafka's topics, jobs, mailbox, keys, logs)`],
    stopSteps: async () => await stopSteps(request.machine),
    stopLimitMs: HOST_STOP_LIMIT_MS,
  })

async function stopSteps(machine: HostMachine): Promise<string[]> {
  const [found, remains] = await Promise.all([lookFor(machine), machine.remains()])
  if (found.kind !== 'none') {
    const names = found.state.processes.map(({name}) => name).toReversed()
    return [`send SIGTERM to todo5 (pid ${found.state.pid}); it drains and stops ${names.join(', ')}`]
  }
  return remains.length === 0 ? [] : [`stop what a killed todo5 left (pid ${remains.map(({pid}) => pid).join(', ')})`]
}
