import {confirmChange} from './confirm-change.ts'
import {countWaiting} from './operations/sync-changes.ts'
import type {Ask} from './question.ts'

export interface Leaving {
  readonly context: string
  readonly stateDir: string
  /** --yes */
  readonly yes: boolean
  readonly ask: Ask | undefined
}

/** Asks before the key of a context goes while changes wait here that only it can send. */
export async function confirmLeaving({context, stateDir, yes, ask}: Leaving): Promise<void> {
  const what = await leftBehind(context, stateDir)
  if (what !== undefined) await confirmChange({yes, ask, what, question: 'Go on?'})
}

/** As a sentence; undefined when nothing waits. */
export async function leftBehind(context: string, stateDir: string): Promise<string | undefined> {
  const waiting = (await countWaiting(stateDir)).find((one) => one.context === context)?.changes ?? 0
  if (waiting === 0) return undefined
  const changes = waiting === 1 ? '1 change waits' : `${waiting} changes wait`
  return `${changes} for ${context} and will not be sent without its key: todo5 sync --context ${context} sends ${waiting === 1 ? 'it' : 'them'} first.`
}
