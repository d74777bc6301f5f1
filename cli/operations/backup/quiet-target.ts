import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import type {TargetData} from '../../supervisor/target-data.ts'
import type {TargetMachine, TargetState} from '../../supervisor/machine.ts'

const LOCK_PATIENCE_MS = 30_000

/** Does what can only be done while nothing of the target runs, and while nobody starts it. */
export async function whileQuiet<State extends TargetState, T>(
  machine: TargetMachine<State>,
  signal: AbortSignal,
  work: (data: TargetData) => Promise<T>,
): Promise<T> {
  await machine.makeFolders()
  const lock = await machine.takeLock({waitMs: LOCK_PATIENCE_MS, signal})
  if (!lock) {
    throw new CliError('Another todo5 command is at work on this machine and does not finish.', {
      code: 'busy',
      exit: EXIT.refused,
      hints: ['todo5 status', 'todo5 down'],
    })
  }
  try {
    if (await machine.hasRemains()) await machine.endRemains()
    await machine.removeState()
    return await work(machine.data)
  } finally {
    lock.release()
  }
}
