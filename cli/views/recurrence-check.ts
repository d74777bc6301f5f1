import type {RecurrenceDifference} from '../../services/contracts/recurrence-check.ts'
import type {RecurrenceCheck} from '../operations/check-recurrence.ts'
import type {Output} from '../output.ts'
import {plainDue} from '../time/show-time.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'

/** One line for each series whose stored next occurrence is not what the engine says. */
export function printRecurrenceCheck(out: Output, {checked, differences}: RecurrenceCheck, zone: Zone): void {
  if (differences.length === 0) {
    out.note(`${checked} series checked, all right.`)
    return
  }
  const at = (instant: string | null): string =>
    instant === null ? 'none' : plainDue({at: Date.parse(instant), hasTime: true}, zone)
  out.table<RecurrenceDifference>(
    [
      {title: 'TASK', text: (entry) => String(entry.task_id), align: 'right'},
      {title: 'WHAT', text: (entry) => entry.kind.replaceAll('_', ' ')},
      {title: 'STORED', text: (entry) => at(entry.stored)},
      {title: 'COMPUTED', text: (entry) => entry.reason ?? at(entry.computed), atLeast: 10},
      {title: 'REPAIRED', text: (entry) => (entry.repaired ? 'yes' : 'no'), spare: 1},
    ],
    differences,
  )
  out.note(`${checked} series checked, ${differences.length} differ.`)
}
