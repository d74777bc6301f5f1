import type {UpdateTaskRequest} from '../../contracts/tasks.ts'
import type {Series} from '../../database/entities/series.ts'
import type {Task} from '../../database/entities/task.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {DomainError, invalidRequest} from '../../domain/errors.ts'
import {defaultReminders, placeReminders} from '../../domain/reminders/reminder-times.ts'
import type {Change} from '../change.ts'
import {changeRecurrence, hasRecurrenceChange} from '../change-recurrence.ts'
import {refuseOtherVersion} from '../if-match.ts'
import {mirrorReminders, moveReminders, remindersOf, removeReminders, scheduleReminders} from '../task-reminders.ts'
import {reminderTemplates} from './create-task.ts'

const CONTENT = ['title', 'description', 'priority', 'tags'] as const

/**
 * Changes a task. What it says (title, description, priority, tags, reminders) is also what the following occurrences
 * say; a new due date moves this occurrence only; a new rule or end begins a new series here.
 */
export async function updateTask(
  change: Change,
  id: number,
  request: UpdateTaskRequest,
  ifMatch: number | null,
): Promise<Task> {
  const {tx} = change
  const {task, series} = await change.lock(id)
  await refuseOtherVersion(tx, task, ifMatch)
  refuseWhenClosed(task, request)
  const now = await databaseNow(tx)
  const before = snapshot(task)
  applyContent(task, series, request)
  if (request.due_at !== undefined) task.due_at = request.due_at
  if (request.due_has_time !== undefined) task.due_has_time = request.due_has_time
  const hadDue = before['due_at'] !== null
  let current = series
  if (hasRecurrenceChange(request)) current = await changeRecurrence(change, task, series, request, now)
  refuseSeriesWithoutDue(task, current)
  const changed = differences(before, snapshot(task), request)
  if (changed.length === 0) return task
  task.version++
  task.updated_at = now
  const after = snapshot(task)
  const visible = changed.filter((field) => field in before)
  change.add('task.updated', task, {
    task_version: task.version,
    changed,
    before: Object.fromEntries(visible.map((field) => [field, before[field]])),
    after: Object.fromEntries(visible.map((field) => [field, after[field]])),
  })
  await updateReminders(change, {
    task,
    series: current,
    request,
    moved: before['due_at'] !== after['due_at'],
    hadDue,
    now,
  })
  await mirrorReminders(tx, task)
  return task
}

function refuseWhenClosed(task: Task, request: UpdateTaskRequest): void {
  if (!task.completed_at && !task.skipped_at) return
  const asked = Object.keys(request).filter((field) => !(CONTENT as readonly string[]).includes(field))
  if (asked.length === 0) return
  throw new DomainError(
    'conflict',
    'task_closed',
    `Task ${task.id} is ${task.completed_at ? 'done' : 'skipped'}: ${asked.join(', ')} cannot change any more.`,
    {
      hint: 'Reopen it first, or change the next occurrence.',
    },
  )
}

function applyContent(task: Task, series: Series | null, request: UpdateTaskRequest): void {
  const content = Object.fromEntries(
    CONTENT.filter((field) => request[field] !== undefined).map((field) => [field, request[field]]),
  )
  Object.assign(task, content)
  const open = !task.completed_at && !task.skipped_at
  if (!series || !open || Object.keys(content).length === 0) return
  series.template = {...series.template, ...content}
  series.version++
}

/** The occurrences of a series need a date to stand at. */
function refuseSeriesWithoutDue(task: Task, series: Series | null): void {
  if (!series || task.due_at || task.completed_at || task.skipped_at) return
  throw invalidRequest([
    {
      field: 'due_at',
      code: 'recurring_needs_due_at',
      message: 'A task that repeats needs a due date.',
      hint: 'Remove recurring_pattern too, or give another due date.',
    },
  ])
}

interface ReminderChange {
  readonly task: Task
  readonly series: Series | null
  readonly request: UpdateTaskRequest
  readonly moved: boolean
  readonly hadDue: boolean
  readonly now: Date
}

async function updateReminders(
  change: Change,
  {task, series, request, moved, hadDue, now}: ReminderChange,
): Promise<void> {
  if (request.reminders === undefined) {
    if (!moved) return
    const present = await remindersOf(change.tx, task)
    if (hadDue || present.length > 0) return moveReminders(change, task, present, now)
  }
  if (request.reminders && request.reminders.length > 0 && !task.due_at) {
    throw invalidRequest([{field: 'reminders', code: 'needs_due_at', message: 'reminders need a due_at.'}])
  }
  // Without any, this is the first due date: it gets what a new task gets.
  const templates = request.reminders
    ? reminderTemplates(request.reminders, task.due_at != null, task.due_has_time)
    : defaultReminders(task.due_has_time)
  await removeReminders(change, task)
  await scheduleReminders(change, task, placeReminders(templates, task.due_at?.getTime() ?? null, now.getTime()))
  if (series) {
    series.template = {...series.template, reminders: templates}
  }
}

/** Values that may stand in an event; texts stay in the database. */
const snapshot = (task: Task): Record<string, unknown> => ({
  priority: task.priority,
  tags: [...task.tags],
  due_at: task.due_at?.toISOString() ?? null,
  due_has_time: task.due_has_time,
  recurring_pattern: task.recurring_pattern ?? null,
  recurring_end_date: task.recurring_end_date?.toISOString() ?? null,
  series_id: task.series_id ?? null,
})

function differences(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  request: UpdateTaskRequest,
): string[] {
  const values = Object.keys(before).filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
  const texts = (['title', 'description', 'reminders'] as const).filter((field) => request[field] !== undefined)
  return [...texts, ...values]
}
