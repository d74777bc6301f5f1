import type {CompleteTaskResponse, TaskResponse} from '../../services/contracts/tasks.ts'
import type {SkipTaskResponse} from '../../services/contracts/skip-task.ts'
import type {Output} from '../output.ts'
import {clock, dayAndTime, earlyOrLate, plainDue, shortDate} from '../time/show-time.ts'
import {dueOf, type TimeView, titleOf} from './task-lines.ts'

/** `Done 1 …`, and `Next 2 …` when another occurrence appeared. */
export function printCompletion(out: Output, completion: CompleteTaskResponse, view: TimeView): void {
  const {good, dim} = out.style
  const {completed} = completion
  const due = dueOf(completed)
  const timing =
    due && completed.completed_at !== null ? earlyOrLate(due, Date.parse(completed.completed_at), view.zone) : ''
  out.data(`${good('Done')}  ${completed.id}  ${titleOf(completed)}${timing === '' ? '' : `  ${dim(`(${timing})`)}`}`)
  printNext(out, completion, completed.series_id !== null, view)
}

/** More dates than this are a range. */
const MOST_DATES = 6

/** `Skipped 3 …  (26 Nov, 30 Nov)`, and what is open now. */
export function printSkip(out: Output, answer: SkipTaskResponse, view: TimeView): void {
  const {skipped} = answer
  const [first] = skipped
  if (first) {
    const times = skipped.length === 1 ? '' : ` ${skipped.length} times`
    const dates = datesOf(skipped, view, out.isTTY)
    const when = dates === '' ? '' : `  ${out.style.dim(`(${dates})`)}`
    out.data(`Skipped${times}  ${first.id}  ${titleOf(first)}${when}`)
  }
  printNext(out, answer, true, view)
}

function datesOf(tasks: readonly TaskResponse[], view: TimeView, relative: boolean): string {
  if (tasks.length < 2) return tasks.map((task) => whenDue(task, view, relative)).join('')
  const dates = tasks.flatMap((task) => {
    const due = dueOf(task)
    return due === null ? [] : [relative ? shortDate(due, view.now, view.zone) : plainDue(due, view.zone)]
  })
  return dates.length > MOST_DATES ? `${dates[0]!} to ${dates.at(-1)!}` : dates.join(', ')
}

interface Following {
  readonly next: TaskResponse | null
  readonly next_pending: boolean
}

function printNext(out: Output, {next, next_pending}: Following, repeats: boolean, view: TimeView): void {
  if (next)
    out.data(
      `${out.style.bold('Next')}  ${next.id}  ${whenDue(next, view, out.isTTY)}${reminderOf(next, view, out.isTTY)}`,
    )
  else if (next_pending) out.warning('The next occurrence is on its way: todo5 task list')
  else if (repeats) out.data('That was the last of its series.')
}

/** `Thu 26 Nov 09:00`; in a pipe as programs want it; empty without a due date. */
export function whenDue(task: TaskResponse, {now, zone}: TimeView, relative: boolean): string {
  const due = dueOf(task)
  if (due === null) return ''
  return relative ? dayAndTime(due, now, zone) : plainDue(due, zone)
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
