import type {TargetData} from '../../supervisor/target-data.ts'
import type {TargetMachine, TargetState} from '../../supervisor/machine.ts'
import {lockTarget} from '../../supervisor/target-lock.ts'

/** Does what can only be done while nothing of the target runs, and while nobody starts it. */
export async function whileQuiet<State extends TargetState, T>(
  machine: TargetMachine<State>,
  signal: AbortSignal,
  work: (data: TargetData) => Promise<T>,
): Promise<T> {
  await machine.makeFolders()
  const lock = await lockTarget(machine, signal)
  try {
    if (await machine.hasRemains()) await machine.endRemains()
    await machine.removeState()
    return await work(machine.data)
  } finally {
    lock.release()
  }
}
