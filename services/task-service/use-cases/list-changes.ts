import {formatInstant} from '../../contracts/instant.ts'
import type {ChangeName, ChangeResponse} from '../../contracts/undo.ts'
import type {Transaction} from '../../database/database.ts'
import {type Task, TaskEntity} from '../../database/entities/task.ts'
import {type UndoEntry, listUndoEntries} from '../../database/statements/undo-log.ts'

const MAX_LISTED = 50

type Listed = Pick<UndoEntry, 'id' | 'change' | 'batchId' | 'taskIds' | 'madeAt'>

/** What the user changed in the last 24 hours, of one task or of all, and has not undone, newest first; a batch is one change. */
export async function listChanges(tx: Transaction, taskId: number | null = null): Promise<ChangeResponse[]> {
  return presentChanges(tx, await listUndoEntries(tx, MAX_LISTED, taskId))
}

/** `entries` newest first. A batch has the id of its last change. */
export async function presentChanges(tx: Transaction, entries: readonly Listed[]): Promise<ChangeResponse[]> {
  const groups = new Map<string, Listed[]>()
  for (const entry of entries) {
    const key = entry.batchId ?? String(entry.id)
    const group = groups.get(key)
    if (group) group.push(entry)
    else groups.set(key, [entry])
  }
  const changes = [...groups.values()].map((group) => {
    const [newest] = group as [Listed]
    return {
      id: newest.id,
      change: (newest.batchId === null ? newest.change : 'batch') as ChangeName,
      task_ids: [...new Set(group.toReversed().flatMap(({taskIds}) => taskIds))],
      made_at: formatInstant(newest.madeAt),
    }
  })
  const titles = await titlesOf(
    tx,
    changes.map((change) => change.task_ids[0]!),
  )
  return changes.map((change) => ({...change, title: titles.get(change.task_ids[0]!)?.title ?? ''}))
}

async function titlesOf(tx: Transaction, ids: readonly number[]): Promise<Map<number, Task>> {
  const tasks = await tx.find(TaskEntity, {id: {$in: [...ids]}})
  return new Map(tasks.map((task) => [task.id, task]))
}
