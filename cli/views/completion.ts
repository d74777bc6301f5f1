import type {CompleteTaskResponse, TaskResponse} from '../../services/contracts/tasks.ts'
import type {Output} from '../output.ts'
import {clock, dayAndTime, earlyOrLate, plainDue, shortDate} from '../time/show-time.ts'
import {dueOf, type TimeView, titleOf} from './task-lines.ts'

/** `Done 1 …`, and `Next 2 …` when another occurrence appeared. */
export function printCompletion(
  out: Output,
  {completed, next, next_pending}: CompleteTaskResponse,
  view: TimeView,
): void {
  const {good, dim, bold} = out.style
  const due = dueOf(completed)
  const timing =
    due && completed.completed_at !== null ? earlyOrLate(due, Date.parse(completed.completed_at), view.zone) : ''
  out.data(`${good('Done')}  ${completed.id}  ${titleOf(completed)}${timing === '' ? '' : `  ${dim(`(${timing})`)}`}`)
  if (next) {
    const nextDue = dueOf(next)
    const when =
      nextDue === null ? '' : out.isTTY ? dayAndTime(nextDue, view.now, view.zone) : plainDue(nextDue, view.zone)
    out.data(`${bold('Next')}  ${next.id}  ${when}${reminderOf(next, view, out.isTTY)}`)
  } else if (next_pending) {
    out.warning('The next occurrence is on its way: todo5 task list')
  } else if (completed.series_id !== null) {
    out.data('That was the last of its series.')
  }
  if (out.isTTY) out.note(dim(`undo: todo5 task reopen ${completed.id}`))
}

function reminderOf(
  {reminder_at: reminderAt, due_at: dueAt, due_has_time: hasTime}: TaskResponse,
  {zone, now}: TimeView,
  relative: boolean,
): string {
  if (reminderAt === null || dueAt === null) return ''
  const at = Date.parse(reminderAt)
  if (!relative) return `, reminder ${plainDue({at, hasTime: true}, zone)}`
  const sameDay = shortDate(at, now, zone) === shortDate({at: Date.parse(dueAt), hasTime}, now, zone)
  return `, reminder ${sameDay ? '' : `${shortDate(at, now, zone)} `}${clock(at, zone)}`
}
