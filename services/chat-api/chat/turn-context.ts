import type {DueContext} from '../../domain/dates/read-date.ts'
import type {ChatMemory} from './memory.ts'
import type {TaskLookup} from './task-lookup.ts'

/** What there is to know for whoever understands a message. */
export interface TurnContext {
  readonly context: DueContext
  readonly memory: ChatMemory
  readonly tasks: TaskLookup
}
