import type {ChangeName, UndoResponse} from '../../services/contracts/undo.ts'
import type {Change} from '../operations/undo-change.ts'
import type {Output} from '../output.ts'
import type {Column} from '../table.ts'
import {clock, plainDue, shortDate} from '../time/show-time.ts'
import {whenDue} from './completion.ts'
import {stateOf, type TimeView, titleOf} from './task-lines.ts'

const WORDS: Readonly<Record<ChangeName, string>> = {
  create: 'added',
  complete: 'done',
  reopen: 'opened again',
  skip: 'skipped',
  update: 'changed',
  delete: 'deleted',
  snooze: 'snoozed',
  batch: 'several changes',
}

const STATES = {open: 'Open', done: 'Done', skipped: 'Skipped', deleted: 'Deleted'} as const

/** `Taken back: done  3  Water the plants`, then each task as it is again, and what is gone. */
export function printUndone(
  out: Output,
  {undone, tasks, removed_task_ids: removed}: UndoResponse,
  view: TimeView,
): void {
  out.data(`${out.style.good('Taken back')}: ${WORDS[undone.change]}  ${whatChanged(undone)}`)
  for (const task of tasks) {
    const when = whenDue(task, view, out.isTTY)
    out.data(`${STATES[stateOf(task)]}  ${task.id}  ${titleOf(task)}${when === '' ? '' : `  ${when}`}`)
  }
  if (removed.length > 0) out.data(`Gone  ${removed.join(', ')}`)
}

function whatChanged({task_ids: ids, title}: Change): string {
  const more = ids.length > 1 ? ` and ${ids.length - 1} more` : ''
  return `${ids[0] ?? ''}  ${title}${more}`.trim()
}

/** Changes that can be taken back, newest first, one a line. */
export function printChanges(out: Output, changes: readonly Change[], {zone, now}: TimeView): void {
  const columns: Column<Change>[] = [
    {title: 'ID', text: ({id}) => String(id), align: 'right', paint: (cell) => out.style.dim(cell)},
    {
      title: 'WHEN',
      text: ({made_at: madeAt}) => {
        const at = Date.parse(madeAt)
        return out.isTTY ? `${shortDate(at, now, zone)} ${clock(at, zone)}` : plainDue({at, hasTime: true}, zone)
      },
    },
    {title: 'WHAT', text: ({change}) => WORDS[change]},
    {title: 'TASK', text: whatChanged, atLeast: 10},
  ]
  out.table(columns, changes)
}
