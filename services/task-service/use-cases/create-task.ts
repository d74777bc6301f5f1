import type {CreateTaskRequest, ReminderInput} from '../../contracts/tasks.ts'
import {SeriesEntity} from '../../database/entities/series.ts'
import type {Transaction} from '../../database/database.ts'
import {type NewIds, drawIds, insertTask} from '../../database/statements/insert-task.ts'
import type {TaskWithReminders} from '../../database/statements/task-rows.ts'
import {type Fault, invalidRequest} from '../../domain/errors.ts'
import {type PlacedReminder, defaultReminders, placeReminders} from '../../domain/reminders/reminder-times.ts'
import {type NewSeries, newSeries} from '../../domain/tasks/new-series.ts'
import {nextOccurrence} from '../../domain/tasks/next-occurrence.ts'
import type {ReminderTemplate, SeriesTemplate} from '../../domain/tasks/series-template.ts'
import type {Change} from '../change.ts'
import {announceReminders, refuseChannels} from '../task-reminders.ts'

/** What a task that is about to be created needs first of the database. */
export const idsFor = async (tx: Transaction, request: CreateTaskRequest): Promise<NewIds> =>
  drawIds(tx, templatesOf(request).length)

/**
 * Creates a task; with a recurring_pattern also its series, whose first occurrence it is. `given` are its `idsFor`, where
 * they have been asked for.
 */
export async function createTask(
  change: Change,
  request: CreateTaskRequest,
  given?: NewIds,
): Promise<TaskWithReminders> {
  refuseLonelyFields(request)
  await refuseChannels(change, request.reminders)
  const {tx, userId} = change
  const now = await change.now()
  const pattern = request.recurring_pattern ?? null
  const series =
    pattern === null
      ? null
      : newSeries({
          pattern,
          dueAt: request.due_at?.getTime() ?? null,
          endDate: request.recurring_end_date?.getTime() ?? null,
          anchor: request.anchor ?? 'due',
          catchUp: request.catch_up ?? 'once',
          now: now.getTime(),
        })
  const dueAt = series ? new Date(series.firstAt) : (request.due_at ?? null)
  if (!series) refusePastReminders(request.reminders, dueAt, now)
  const templates = templatesOf(request)
  const placed = placeReminders(templates, dueAt?.getTime() ?? null, now.getTime())
  const fields = contentOf(request)
  const recurrence = series ? await insertSeries(change, series, {...fields, reminders: templates}, now) : {}
  const {task, reminders} = insertTask(
    tx,
    given ?? (await idsFor(tx, request)),
    {...fields, ...recurrence, user_id: userId, due_at: dueAt, reminder_at: earliest(placed), created_at: now},
    placed,
  )
  change.madeTask(task)
  change.add('task.created', task, {
    task_version: task.version,
    series_id: task.series_id ?? null,
    occurrence_at: task.occurrence_at?.toISOString() ?? null,
    predecessor_id: null,
    due_at: dueAt?.toISOString() ?? null,
    recurring_pattern: task.recurring_pattern ?? null,
  })
  announceReminders(change, task, reminders)
  return {task, reminders}
}

/** Writes the series first, so that its first task is written once; answers with the task's place in it. */
async function insertSeries(change: Change, series: NewSeries, template: SeriesTemplate, now: Date) {
  const {tx, userId} = change
  const row = tx.create(SeriesEntity, {
    user_id: userId,
    rule: series.rule,
    start_at: new Date(series.startAt),
    end_at: series.endAt === null ? null : new Date(series.endAt),
    anchor: series.anchor,
    catch_up: series.catchUp,
    count_left: series.countLeft,
    template,
    created_at: now,
    updated_at: now,
  })
  await tx.flush()
  change.madeSeries(row)
  const following = nextOccurrence(series, series.firstAt, series.firstAt)
  return {
    series_id: row.id,
    occurrence_at: new Date(series.firstAt),
    recurring_pattern: series.rule,
    recurring_end_date: row.end_at ?? null,
    next_occurrence: following === null ? null : new Date(following),
  }
}

const contentOf = (request: CreateTaskRequest) => ({
  title: request.title,
  description: request.description ?? '',
  priority: request.priority ?? 0,
  tags: request.tags ?? [],
  due_has_time: request.due_has_time ?? true,
})

/** A series without a due date gets one by its rule. */
const templatesOf = ({
  reminders,
  due_at: dueAt,
  due_has_time: hasTime,
  recurring_pattern: pattern,
}: CreateTaskRequest) => reminderTemplates(reminders, (dueAt ?? pattern ?? null) !== null, hasTime ?? true)

export function reminderTemplates(
  reminders: readonly ReminderInput[] | undefined,
  hasDue: boolean,
  dueHasTime: boolean,
): ReminderTemplate[] {
  if (reminders === undefined) return hasDue ? defaultReminders(dueHasTime) : []
  const templates = reminders.map((reminder) => ({
    offset_seconds: reminder.offset_seconds,
    channels: reminder.channels ?? null,
    nag_every_seconds: reminder.nag_every_seconds ?? null,
  }))
  return [...new Map(templates.map((template) => [JSON.stringify(template), template])).values()]
}

/** Before a due date that has passed there is nothing left to remind of. One of a series is for the following ones too. */
export function refusePastReminders(
  reminders: readonly ReminderInput[] | undefined,
  dueAt: Date | null,
  now: Date,
): void {
  if (!reminders || reminders.length === 0 || !dueAt || dueAt.getTime() > now.getTime()) return
  throw invalidRequest([
    {
      field: 'reminders',
      code: 'due_at_passed',
      message: 'The due date has passed: a reminder before it would never come.',
      hint: 'Snooze the task to be reminded of it, or give it a later due date.',
    },
  ])
}

/** Fields that say something only beside a recurring_pattern. */
export const faultsWithoutPattern = (
  request: Pick<CreateTaskRequest, 'recurring_end_date' | 'anchor' | 'catch_up'>,
): Fault[] =>
  (['recurring_end_date', 'anchor', 'catch_up'] as const)
    .filter((field) => request[field] != null)
    .map((field) => ({field, code: 'needs_recurring_pattern', message: `${field} needs a recurring_pattern.`}))

function refuseLonelyFields(request: CreateTaskRequest): void {
  const recurring = request.recurring_pattern != null
  const faults = recurring ? [] : faultsWithoutPattern(request)
  if (request.reminders && request.reminders.length > 0 && request.due_at == null && !recurring) {
    faults.push({
      field: 'reminders',
      code: 'needs_due_at',
      message: 'reminders need a due_at.',
      hint: 'A reminder is so long before the due date.',
    })
  }
  if (faults.length > 0) throw invalidRequest(faults)
}

function earliest(reminders: readonly PlacedReminder[]): Date | null {
  const times = reminders.filter(({pending}) => pending).map(({at}) => at)
  return times.length === 0 ? null : new Date(Math.min(...times))
}
