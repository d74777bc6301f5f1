import type {UpdateTaskRequest} from '../contracts/tasks.ts'
import type {Series} from '../database/entities/series.ts'
import type {Task} from '../database/entities/task.ts'
import {invalidRequest} from '../domain/errors.ts'
import {defaultReminders, placeReminders} from '../domain/reminders/reminder-times.ts'
import type {Change} from './change.ts'
import {changeRecurrence, hasRecurrenceChange} from './change-recurrence.ts'
import {
  mirrorReminders,
  moveReminders,
  refuseChannels,
  remindersOf,
  removeReminders,
  scheduleReminders,
} from './task-reminders.ts'
import {addUpdated} from './updated-event.ts'
import {refusePastReminders, reminderTemplates} from './use-cases/create-task.ts'

const CONTENT = ['title', 'description', 'priority', 'tags'] as const

/** What a task says; it can change at any time. */
export const contentOf = (request: UpdateTaskRequest): Partial<Pick<Task, (typeof CONTENT)[number]>> =>
  Object.fromEntries(CONTENT.filter((field) => request[field] !== undefined).map((field) => [field, request[field]]))

export function applyContent(task: Task, request: UpdateTaskRequest): void {
  Object.assign(task, contentOf(request))
}

export interface Edit {
  /** Open, and locked with its series. */
  readonly task: Task
  readonly series: Series | null
  readonly request: UpdateTaskRequest
  /** `this`: the series stays as it is. */
  readonly reach: 'this' | 'following'
  readonly now: Date
}

/** Changes an open task and, unless it is meant alone, what follows it. A change that changes nothing raises no version. */
export async function editOccurrence(change: Change, edit: Edit): Promise<Task> {
  const {task, series, request, reach, now} = edit
  const dueBefore = task.due_at
  applyContent(task, request)
  if (request.due_at !== undefined) task.due_at = request.due_at
  if (request.due_has_time !== undefined) task.due_has_time = request.due_has_time
  refuseWithoutDue(task, series, request)
  const movesSeries = series !== null && reach === 'following' && movesPattern(task, request)
  const current =
    movesSeries || hasRecurrenceChange(request)
      ? await changeRecurrence(change, {task, series, request, movesSeries, now})
      : series
  if (current && reach === 'following') changeTemplate(current, request, now)
  const before = change.before(task)
  const also = request.reminders === undefined ? [] : ['reminders']
  if (Object.keys(before).length + also.length === 0) return task
  task.version++
  task.updated_at = now
  addUpdated(change, task, before, also)
  await updateReminders(change, edit, {series: reach === 'following' ? current : null, dueBefore: dueBefore ?? null})
  await mirrorReminders(change.tx, task)
  return task
}

/** A due date for the following ones too, that is not where this one stands already. */
const movesPattern = (task: Task, {due_at: dueAt}: UpdateTaskRequest): boolean =>
  dueAt != null && dueAt.getTime() !== task.occurrence_at!.getTime()

function changeTemplate(series: Series, request: UpdateTaskRequest, now: Date): void {
  const {due_has_time: hasTime} = request
  const changed = {...contentOf(request), ...(hasTime === undefined ? {} : {due_has_time: hasTime})}
  if (Object.keys(changed).length === 0) return
  series.template = {...series.template, ...changed}
  series.version++
  series.updated_at = now
}

/** The occurrences of a series need a date to stand at. */
function refuseWithoutDue(task: Task, series: Series | null, request: UpdateTaskRequest): void {
  if (task.due_at || !series || request.recurring_pattern === null) return
  // A new rule finds the first date by itself.
  if (request.recurring_pattern !== undefined) return
  throw invalidRequest([
    {
      field: 'due_at',
      code: 'recurring_needs_due_at',
      message: 'A task that repeats needs a due date.',
      hint: 'Remove recurring_pattern too, or give another due date.',
    },
  ])
}

async function updateReminders(
  change: Change,
  {task, request, now}: Edit,
  {series, dueBefore}: {series: Series | null; dueBefore: Date | null},
): Promise<void> {
  if (request.reminders === undefined) {
    if (dueBefore?.getTime() === task.due_at?.getTime()) return
    const present = await remindersOf(change.tx, task)
    if (dueBefore || present.length > 0) return moveReminders(change, task, present, now)
  }
  if (request.reminders && request.reminders.length > 0 && !task.due_at) {
    throw invalidRequest([
      {
        field: 'reminders',
        code: 'needs_due_at',
        message: 'reminders need a due_at.',
        hint: 'Give a due date too, or snooze the task to be reminded at a time.',
      },
    ])
  }
  if (task.series_id == null) refusePastReminders(request.reminders, task.due_at ?? null, now)
  await refuseChannels(change, request.reminders)
  // Without any, this is the first due date: it gets what a new task gets.
  const templates = request.reminders
    ? reminderTemplates(request.reminders, task.due_at != null, task.due_has_time)
    : defaultReminders(task.due_has_time)
  await removeReminders(change, task)
  await scheduleReminders(change, task, placeReminders(templates, task.due_at?.getTime() ?? null, now.getTime()))
  if (series) series.template = {...series.template, reminders: templates}
}
