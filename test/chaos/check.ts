import {checkEvents} from './check-events.ts'
import {checkMails} from './check-mails.ts'
import {checkTasks} from './check-tasks.ts'
import type {Evidence} from './evidence.ts'
import {expectations} from './expected.ts'
import type {Entry} from './ledger.ts'
import {type Violation, violation} from './violation.ts'

export interface Verdict {
  readonly violations: readonly Violation[]
  readonly operations: number
  readonly refused: number
  readonly reminders: number
  /** How late each of the reminders came, ms. */
  readonly lateMs: readonly number[]
  readonly mailCopies: number
  readonly events: number
  /** Copies of events in the topics. */
  readonly eventCopies: number
}

/** Compares what clients were told with what there is. Pure: it reads nothing. */
export function check(entries: readonly Entry[], evidence: Evidence): Verdict {
  const expected = expectations(entries)
  const unresolved = expected.unresolved.map(({n, operation}) =>
    violation('unresolved', `operation ${n}`, `nobody knows what became of ${JSON.stringify(operation)}`),
  )
  const mails = checkMails(expected, evidence.mails, entries)
  const events = new Set(evidence.topics.map(({eventId}) => eventId)).size
  return {
    violations: [...unresolved, ...checkTasks(expected, evidence), ...checkEvents(evidence), ...mails.violations],
    operations: expected.answered,
    refused: expected.refused,
    reminders: mails.came,
    lateMs: mails.lateMs,
    mailCopies: mails.copies,
    events,
    eventCopies: evidence.topics.length - events,
  }
}
