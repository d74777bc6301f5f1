import type {ChangeName, UndoResponse} from '../../contracts/undo.ts'
import type {Transaction} from '../../database/database.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {lockRows} from '../../database/statements/lock-rows.ts'
import {
  type UndoEntry,
  findUndoEntry,
  laterChange,
  lockUndoEntries,
  markUndone,
} from '../../database/statements/undo-log.ts'
import {DomainError} from '../../domain/errors.ts'
import type {Recorder} from '../change.ts'
import {presentTasks} from '../present-task.ts'
import {applyUndo} from '../undo/apply-undo.ts'
import {presentChanges} from './list-changes.ts'

/** Undoes a change of the user, or the last one; changes of one batch all together, or none. */
export async function undoChange(
  tx: Transaction,
  record: Recorder,
  userId: string,
  id: number | null,
): Promise<UndoResponse> {
  const entries = await takeEntries(tx, id)
  const rows = await lockRows(
    tx,
    [...new Set(entries.flatMap(({taskIds}) => taskIds))],
    [...new Set(entries.flatMap((entry) => [...entry.seriesIds, ...formerSeries(entry)]))],
  )
  const ids = entries.map((entry) => entry.id)
  // Only now: whoever held one of the rows has committed, and is in the log.
  const later = await laterChange(tx, ids)
  if (later) throw changedSince(later)
  const now = await databaseNow(tx)
  const tasks = new Set<number>()
  const removed = new Set<number>()
  await record(tx, {userId, name: null}, async (change) => {
    for (const entry of entries) {
      const undone = await applyUndo(change, entry, rows, now)
      for (const task of undone.tasks) tasks.add(task.id)
      for (const gone of undone.removed) removed.add(gone)
    }
  })
  await markUndone(tx, ids)
  const [undone] = await presentChanges(tx, entries)
  return {
    undone: undone!,
    tasks: await presentTasks(
      tx,
      [...tasks].filter((task) => !removed.has(task)).map((task) => rows.tasks.get(task)!),
    ),
    removed_task_ids: [...removed],
  }
}

/** Newest first, and locked: of two who undo the same change at once the second finds it undone. */
async function takeEntries(tx: Transaction, id: number | null): Promise<UndoEntry[]> {
  for (;;) {
    const found = await findUndoEntry(tx, id)
    if (!found && id === null) throw refusal('nothing_to_undo', 'There is nothing to undo.')
    if (!found) {
      throw new DomainError('not_found', 'change_not_found', `There is no change ${id} of the last 24 hours.`, {
        hint: 'List your changes to see their ids.',
      })
    }
    if (found.undone) throw refusal('already_undone', `Change ${found.id} is undone already.`)
    const entries = await lockUndoEntries(tx, found)
    if (entries.length > 0) return entries
  }
}

/** The series that its tasks go back to. */
const formerSeries = ({before}: UndoEntry): number[] =>
  Object.values(before.tasks)
    .map((image) => image['series_id'])
    .filter((id) => typeof id === 'number')

const refusal = (code: string, message: string): DomainError =>
  new DomainError('conflict', code, message, {hint: 'Changes can be undone for 24 hours.'})

const changedSince = ({id, change, taskIds}: {id: number; change: string; taskIds: number[]}): DomainError =>
  new DomainError(
    'conflict',
    'changed_since',
    `${taskIds.length === 1 ? `Task ${taskIds[0]}` : `Tasks ${taskIds.join(', ')}`} changed after that: change ${id}, ${WORDS[change as ChangeName]}.`,
    {hint: `Undo change ${id} first.`},
  )

const WORDS: Readonly<Record<ChangeName, string>> = {
  create: 'made',
  complete: 'done',
  reopen: 'reopened',
  skip: 'skipped',
  update: 'edited',
  delete: 'deleted',
  snooze: 'snoozed',
  batch: 'several at once',
}
