import type {UIMessage} from 'ai'
import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {cardsOf} from './message-blocks.ts'

/** A task as the conversation has it last. */
export interface SaidTask {
  readonly task: TaskResponse
  /** When that was said, ms; 0 when nobody knows. */
  readonly at: number
  /** It was said of late: its card shows it as it is now, and acts. */
  readonly isRecent: boolean
}

export type SaidTasks = ReadonlyMap<number, SaidTask>

/** Cards further up would each be a request when a long conversation is opened. */
const MOST_RECENT = 25

export function saidTasks(messages: readonly UIMessage[]): SaidTasks {
  const said = new Map<number, Omit<SaidTask, 'isRecent'>>()
  for (const {parts, metadata} of messages) {
    const at = Date.parse((metadata as {at?: string} | undefined)?.at ?? '') || 0
    for (const {task} of parts.flatMap(cardsOf)) {
      const known = said.get(task.id)
      // Said again: it is the last one now, in the order, too.
      said.delete(task.id)
      said.set(task.id, known && known.task.version > task.version ? known : {task, at})
    }
  }
  const recent = new Set([...said.keys()].slice(-MOST_RECENT))
  return new Map([...said].map(([id, one]) => [id, {...one, isRecent: recent.has(id)}]))
}
