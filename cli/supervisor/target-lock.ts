import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {TargetMachine, TargetState} from './machine.ts'

/** Somebody else holds the lock without showing a state: a `down` that clears up, or an `up` that has just begun. */
export const LOCK_PATIENCE_MS = 30_000

/** The lock of a target, so that nobody starts it meanwhile; waits for whoever holds it, and throws when that takes too long. */
export async function lockTarget<State extends TargetState>(
  machine: TargetMachine<State>,
  signal?: AbortSignal,
): Promise<{release(): void}> {
  const lock = await machine.takeLock({waitMs: LOCK_PATIENCE_MS, ...(signal && {signal})})
  if (!lock) throw busy('todo5 up')
  return lock
}

/** `command`: what starts the target, such as `todo5 up host`. */
export const busy = (command: string): CliError =>
  new CliError('Another todo5 command is at work on this machine and does not finish.', {
    code: 'busy',
    exit: EXIT.refused,
    hints: [command.replace(' up', ' status'), command.replace(' up', ' down')],
  })
