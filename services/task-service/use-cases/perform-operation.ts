import {createHash, randomUUID} from 'node:crypto'
import type {BatchOperation, BatchResult} from '../../contracts/batch.ts'
import {MAX_SKIPPED} from '../../contracts/skip-task.ts'
import type {Transaction} from '../../database/database.ts'
import type {Task} from '../../database/entities/task.ts'
import {lockWithReminders} from '../../database/statements/lock-task.ts'
import type {TaskReminder} from '../../database/statements/task-rows.ts'
import type {Change, Recorder} from '../change.ts'
import type {KeyedWrite} from '../idempotent.ts'
import {presentChanged, presentTask, presentTasks} from '../present-task.ts'
import {completeTask} from './complete-task.ts'
import {createTask} from './create-task.ts'
import {deleteTask} from './delete-task.ts'
import {reopenTask} from './reopen-task.ts'
import {skipTask} from './skip-task.ts'
import {snoozeTask} from './snooze-task.ts'
import {updateTask} from './update-task.ts'

interface Performed {
  readonly task: Task
  /** Where the change knows them. */
  readonly reminders?: readonly TaskReminder[]
  readonly skipped?: readonly Task[]
  readonly next?: Task | null
  /** Whether an occurrence follows that is not there yet. */
  readonly follows?: boolean
}

/** What the operations of one batch have in common. */
export interface BatchScope {
  readonly userId: string
  readonly batchId: string
  /** How many occurrences they may still skip: a hundred of them could otherwise make 36,600 rows. */
  skipsLeft: number
}

export const newBatchScope = (write: KeyedWrite): BatchScope => ({
  userId: write.userId,
  batchId: batchIdOf(write),
  skipsLeft: MAX_SKIPPED,
})

/** Makes one change of a batch inside of a transaction, and says what the single request would have answered. */
export async function performOperation(
  tx: Transaction,
  record: Recorder,
  scope: BatchScope,
  operation: BatchOperation,
): Promise<BatchResult> {
  const {userId, batchId} = scope
  const {
    task,
    reminders,
    skipped = [],
    next = null,
    follows = false,
  } = await record(tx, {userId, name: operation.op, batchId}, async (change) =>
    perform(change, operation, scope.skipsLeft),
  )
  scope.skipsLeft -= skipped.length
  return {
    op: operation.op,
    id: task.id,
    status: operation.op === 'create' ? 201 : 200,
    task: await presentChanged(tx, reminders ? {task, reminders} : task),
    skipped: await presentTasks(tx, skipped),
    next: next && (await presentTask(tx, next)),
    next_pending: follows,
    error: null,
    replayed: false,
  }
}

async function perform(change: Change, operation: BatchOperation, skipsLeft: number): Promise<Performed> {
  if (operation.op === 'create') return createTask(change, operation.task)
  const {id, if_match: ifMatch = null} = operation
  switch (operation.op) {
    case 'complete': {
      const completed = await completeTask(change, await lockWithReminders(change.tx, id), {
        ifMatch,
        endSeries: operation.end_series,
      })
      return {...completed, follows: completed.task.next_occurrence != null}
    }
    case 'reopen':
      return {task: await reopenTask(change, id, ifMatch)}
    case 'skip': {
      const {skipped, next, follows} = await skipTask(change, id, {
        until: operation.skip?.until,
        ifMatch,
        atMost: skipsLeft,
      })
      return {task: skipped[0]!, skipped, next, follows}
    }
    case 'update':
      return {task: await updateTask(change, id, operation.changes, {scope: operation.scope, ifMatch})}
    case 'delete':
      return {task: await deleteTask(change, id, {scope: operation.scope, ifMatch})}
    case 'snooze':
      return {task: await snoozeTask(change, id, operation.snooze, ifMatch)}
  }
}

/** The same for each repetition of a request, so that one undo takes back what several tries have done. */
function batchIdOf({userId, key}: KeyedWrite): string {
  if (key === undefined) return randomUUID()
  const hash = createHash('sha256').update(`${userId} ${key}`).digest('hex')
  return [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-')
}
