import {lookFor, type TargetMachine, type TargetState} from './machine.ts'
import {stopProcess} from './stop-process.ts'
import {lockTarget} from './target-lock.ts'

export interface Stopped {
  /** What was found: everything, programs whose todo5 was killed, or nothing. */
  readonly found: 'running' | 'leftovers' | 'nothing'
  /** It did not end by itself in time. */
  readonly killed: boolean
  /** The folders that were deleted. */
  readonly deleted: readonly string[]
}

/** Ends a target and whatever is left of one; with `deleteData` also what it keeps. Safe to repeat. */
export async function stopTarget<State extends TargetState>(
  machine: TargetMachine<State>,
  options: {deleteData: boolean; signal?: AbortSignal; stopLimitMs?: number},
): Promise<Stopped> {
  const {deleteData, signal, stopLimitMs} = options
  let found: Stopped['found'] = 'nothing'
  let killed = false
  for (let presence = await lookFor(machine); presence.kind !== 'none'; presence = await lookFor(machine)) {
    found = 'running'
    killed = (await stopProcess(machine, presence.state, signal, stopLimitMs)) === 'killed'
  }
  const left = (await machine.hasRemains()) || (await machine.hasState())
  if (!left && !deleteData) return {found, killed, deleted: []}
  await machine.makeFolders()
  const lock = await lockTarget(machine, signal)
  try {
    if (await machine.hasRemains()) {
      if (found === 'nothing') found = 'leftovers'
      await machine.endRemains()
    }
    await machine.removeState()
    return {found, killed, deleted: deleteData ? await machine.deleteData() : []}
  } finally {
    lock.release()
  }
}
