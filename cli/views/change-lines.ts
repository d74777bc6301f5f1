import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {type Update, reachOf} from '../operations/edit-task.ts'
import type {Output} from '../output.ts'
import {clock, dayAndTime, plainDue} from '../time/show-time.ts'
import {whenDue} from './completion.ts'
import {printDetails, stateOf, taskDetails, type TimeView, titleOf} from './task-lines.ts'

interface Edited {
  /** As it was before. */
  readonly task: TaskResponse
  readonly write: Update
  /** As it is now; the open occurrence when that was changed in place of a closed one. */
  readonly value: TaskResponse
}

/** `Changed 3 …`, how the task is now, and how far the change reaches in its series. */
export function printEdit(out: Output, edited: Edited, view: TimeView): void {
  const {value} = edited
  out.data(`${out.style.good('Changed')} ${value.id}  ${titleOf(value)}`)
  printDetails(out, [...taskDetails(value, view, 3), ...reachLine(edited, view)])
}

function reachLine({task, write, value}: Edited, {zone, now}: TimeView): [string, string][] {
  const reach = reachOf(task, write)
  if (reach === undefined) return []
  if (value.series_id === null) return [['series', 'it does not repeat any more; what is done stays']]
  if (value.series_id !== task.series_id) {
    const from =
      value.due_at === null ? '' : ` from ${dayAndTime({at: Date.parse(value.due_at), hasTime: false}, now, zone)}`
    return [['series', `a new one${from} on; what is done stays`]]
  }
  const texts = {
    this: 'this one only; the others are as before',
    following: 'this one and all to come; what is done stays as it was',
    all: 'all of them, also what is done',
  }
  return [['series', texts[reach]]]
}

/** `Moved 3 … to Fri 27 Nov 09:00`; the series goes on as before. */
export function printMove(out: Output, {task, value}: Edited, view: TimeView): void {
  const from = whenDue(task, view, out.isTTY)
  const was = from === '' ? '' : `  ${out.style.dim(`(was ${from})`)}`
  out.data(`${out.style.good('Moved')}  ${value.id}  ${titleOf(value)}  to ${whenDue(value, view, out.isTTY)}${was}`)
  if (value.series_id !== null) out.note('Only this one: the next comes as before.')
}

/** `Snoozed 3 …  reminder today 10:10`; the due date stays. */
export function printSnooze(out: Output, value: TaskResponse, view: TimeView): void {
  const snooze = value.reminders.find(({offset_seconds, state}) => offset_seconds === null && state === 'scheduled')
  const at = snooze?.reminder_at ?? value.reminder_at
  const when = at === null ? '' : `  reminder ${instantText(Date.parse(at), view, out.isTTY)}`
  out.data(`${out.style.good('Snoozed')}  ${value.id}  ${titleOf(value)}${when}`)
  const due = whenDue(value, view, out.isTTY)
  if (due !== '') out.note(`Still due ${due}.`)
}

function instantText(at: number, {zone, now}: TimeView, relative: boolean): string {
  if (!relative) return plainDue({at, hasTime: true}, zone)
  const day = dayAndTime({at, hasTime: false}, now, zone)
  const today = dayAndTime({at: now, hasTime: false}, now, zone)
  return `${day === today ? 'today' : day} ${clock(at, zone)}`
}

/** `Deleted 3 …`, and what becomes of its series. */
export function printDeletion(out: Output, task: TaskResponse, scope: string | undefined): void {
  const skipped = stateOf(task) === 'skipped' || (scope === 'this' && task.deleted_at === null)
  out.data(`${skipped ? 'Skipped' : 'Deleted'}  ${task.id}  ${titleOf(task)}`)
  if (task.series_id === null) return
  if (skipped) out.data('The next one follows.')
  else if (scope === 'following') out.data('The series ends here; what is done stays.')
  else if (scope === 'all') out.data('The whole series is gone, also what was done.')
}

/** `Open again 2 …  Fri 20 Nov 17:00` */
export function printReopened(out: Output, task: TaskResponse, view: TimeView): void {
  const due = whenDue(task, view, out.isTTY)
  out.data(`Open again  ${task.id}  ${titleOf(task)}${due === '' ? '' : `  ${due}`}`)
  if (task.series_id !== null) out.note('It is the open one of its series again; an untouched one after it is gone.')
}
