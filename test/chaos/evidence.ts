import type {CaughtMail} from '../support/faults/mails.ts'

/** A row of todo.tasks; instants in ms since 1970. */
export interface TaskRow {
  readonly id: number
  readonly userId: string
  readonly seriesId: number | null
  readonly predecessorId: number | null
  readonly occurrenceAt: number | null
  readonly title: string
  readonly description: string
  readonly version: number
  readonly completed: boolean
  readonly skipped: boolean
  readonly deleted: boolean
  readonly retracted: boolean
}

/** An event as it is on record, or in a topic. */
export interface EventFacts {
  readonly eventId: string
  readonly type: string
  readonly topic: string
  readonly taskId: number
  readonly version: number
  /** Of the reminder that it is about. */
  readonly reminderId: number | null
  readonly revision: number | null
}

/** A delivery that was made: the reminder's revision, and the mail by its Message-ID. */
export interface DeliveryRow {
  readonly reminderId: number
  readonly revision: number
  readonly taskId: number
  readonly messageId: string
}

/** What there is when a run is over and everything is quiet. */
export interface Evidence {
  readonly tasks: readonly TaskRow[]
  /** In the order in which it was recorded. */
  readonly audit: readonly EventFacts[]
  /** All that lies in the topics, of each partition in its order, with what came twice. */
  readonly topics: readonly EventFacts[]
  readonly deliveries: readonly DeliveryRow[]
  readonly mails: readonly CaughtMail[]
  readonly outbox: number
  readonly deadLetters: number
  /** Tasks whose events may be missing: topics were deleted with what nobody had read. */
  readonly unrecorded: ReadonlySet<number>
}
