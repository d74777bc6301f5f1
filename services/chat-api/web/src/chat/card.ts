import type {TaskResponse} from '../../../../contracts/tasks.ts'

/** A task of an answer, as it was then. */
export interface Card {
  /** What was done to it: `Added`, `Next`; empty when it is only shown. */
  readonly verb: string
  readonly task: TaskResponse
  /** Its place in the list that was asked for. */
  readonly place?: number
}
