import {setTimeout as delay} from 'node:timers/promises'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {TargetMachine, TargetState} from './machine.ts'

/** Draining takes up to 20 s, PostgreSQL up to 20 s more. */
export const STOP_LIMIT_MS = 45_000
/** Services finish what they are at, then Kafka writes down what it has. */
export const HOST_STOP_LIMIT_MS = 180_000

/** Asks the background process to end, and waits until it has; one that does not is killed. */
export async function stopProcess<State extends TargetState>(
  machine: Pick<TargetMachine<State>, 'isAlive'>,
  state: State,
  signal?: AbortSignal,
  graceMs = STOP_LIMIT_MS,
): Promise<'drained' | 'killed'> {
  // One that stops already would take a second signal as: at once, whatever is under way.
  if (state.phase !== 'stopping') send(state.pid, 'SIGTERM')
  const deadline = performance.now() + graceMs
  let killed = false
  while (await machine.isAlive(state)) {
    if (!killed && performance.now() > deadline) {
      send(state.pid, 'SIGKILL')
      killed = true
    }
    await delay(25, undefined, {signal})
  }
  return killed ? 'killed' : 'drained'
}

function send(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ESRCH') return
    if (code !== 'EPERM') throw error
    throw new CliError(`todo5 (pid ${pid}) belongs to another user.`, {
      code: 'not_yours',
      exit: EXIT.refused,
      hints: ['run todo5 as the user who started it'],
      cause: error,
    })
  }
}
