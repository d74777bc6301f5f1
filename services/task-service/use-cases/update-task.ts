import type {Scope} from '../../contracts/scope.ts'
import type {UpdateTaskRequest} from '../../contracts/tasks.ts'
import type {Task} from '../../database/entities/task.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {DomainError, invalidRequest} from '../../domain/errors.ts'
import type {Change} from '../change.ts'
import {hasRecurrenceChange} from '../change-recurrence.ts'
import {applyContent, contentOf, editOccurrence} from '../edit-occurrence.ts'
import {refuseOtherVersion} from '../if-match.ts'
import {isOpen, lockReach, occurrences, openOccurrence} from '../series-reach.ts'
import {addUpdated} from '../updated-event.ts'

export interface UpdateOptions {
  readonly scope?: Scope | undefined
  readonly ifMatch: number | null
}

/**
 * Changes a task. Of one that repeats `this` changes the occurrence alone; `following` also what comes after it, with a new
 * series for a new rule or time; `all` also says of what is done what the change says. Answers with the task that was
 * changed: for a closed occurrence with a wider scope that is the open one of its series.
 */
export async function updateTask(
  change: Change,
  id: number,
  request: UpdateTaskRequest,
  {scope, ifMatch}: UpdateOptions,
): Promise<Task> {
  if (scope === 'following' || scope === 'all') return updateSeries(change, id, request, {scope, ifMatch})
  const {task, series} = await change.lock(id)
  await refuseOtherVersion(change.tx, task, ifMatch)
  if (series && scope === 'this' && hasRecurrenceChange(request)) throw ruleNeedsScope()
  if (!isOpen(task)) return updateClosed(change, task, request)
  const now = await databaseNow(change.tx)
  const alone = scope === 'this' || isMove(request)
  return editOccurrence(change, {task, series, request, now, reach: series && alone ? 'this' : 'following'})
}

async function updateSeries(
  change: Change,
  id: number,
  request: UpdateTaskRequest,
  {scope, ifMatch}: {scope: 'following' | 'all'; ifMatch: number | null},
): Promise<Task> {
  const reach = await lockReach(change, id)
  const past = scope === 'all' ? await occurrences(change, reach, 'start') : []
  await refuseOtherVersion(change.tx, reach.task, ifMatch)
  if (!reach.tip && !isOpen(reach.task)) return updateClosed(change, reach.task, request)
  const open = await openOccurrence(change, reach)
  const now = await databaseNow(change.tx)
  const edited = await editOccurrence(change, {task: open, series: reach.tip, request, now, reach: 'following'})
  for (const task of past) if (!isOpen(task)) writeContent(change, task, request, now)
  return edited
}

/** What is done or skipped can still say something else, and nothing more. */
async function updateClosed(change: Change, task: Task, request: UpdateTaskRequest): Promise<Task> {
  const content = contentOf(request)
  const asked = Object.keys(request).filter((field) => !(field in content))
  if (asked.length > 0) throw taskClosed(task, asked)
  writeContent(change, task, request, await databaseNow(change.tx))
  return task
}

function writeContent(change: Change, task: Task, request: UpdateTaskRequest, now: Date): void {
  applyContent(task, request)
  const before = change.before(task)
  if (Object.keys(before).length === 0) return
  task.version++
  task.updated_at = now
  addUpdated(change, task, before)
}

/** Another date for an occurrence is no change of what it is. */
const isMove = (request: UpdateTaskRequest): boolean =>
  Object.entries(request).every(
    ([field, value]) => value === undefined || field === 'due_at' || field === 'due_has_time',
  )

const taskClosed = (task: Task, asked: readonly string[]): DomainError =>
  new DomainError(
    'conflict',
    'task_closed',
    `Task ${task.id} is ${task.completed_at ? 'done' : 'skipped'}: ${asked.join(', ')} cannot change any more.`,
    {
      hint: 'Reopen it first, or change the next occurrence.',
    },
  )

const ruleNeedsScope = (): DomainError =>
  invalidRequest([
    {
      field: 'scope',
      code: 'rule_needs_scope',
      message: 'One occurrence has no rule of its own.',
      hint: 'Use scope=following, or for another date of this one alone due_at.',
    },
  ])
