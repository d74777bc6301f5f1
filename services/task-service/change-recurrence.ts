import type {UpdateTaskRequest} from '../contracts/tasks.ts'
import type {Transaction} from '../database/database.ts'
import {ReminderEntity} from '../database/entities/reminder.ts'
import {type Series, SeriesEntity} from '../database/entities/series.ts'
import type {Task} from '../database/entities/task.ts'
import {seriesRule} from '../database/series-rule.ts'
import {invalidRequest} from '../domain/errors.ts'
import {InvalidRecurrence} from '../domain/recurrence/invalid-recurrence.ts'
import {movePattern} from '../domain/tasks/move-pattern.ts'
import {goingOn, newSeries} from '../domain/tasks/new-series.ts'
import type {Change} from './change.ts'
import {templateOf} from './task-reminders.ts'
import {faultsWithoutPattern} from './use-cases/create-task.ts'

const DAY = 86_400_000

export const hasRecurrenceChange = (request: UpdateTaskRequest): boolean =>
  request.recurring_pattern !== undefined ||
  request.recurring_end_date !== undefined ||
  request.anchor !== undefined ||
  request.catch_up !== undefined

export interface RecurrenceChange {
  /** Open, with its new content and due date. */
  readonly task: Task
  readonly series: Series | null
  readonly request: UpdateTaskRequest
  /** The new due date is one for the following occurrences too. */
  readonly movesSeries: boolean
  readonly now: Date
}

/**
 * Ends the series of the open occurrence, and begins a new one at it when there still is a rule. What is done keeps its
 * old series; `continued_by` leads from the old to the new, also for events that are still on their way.
 */
export async function changeRecurrence(change: Change, wanted: RecurrenceChange): Promise<Series | null> {
  const {task, series, request, now} = wanted
  const {pattern, endDate} = patternOf(wanted)
  if (pattern === null && !series) {
    const faults = faultsWithoutPattern(request)
    if (faults.length > 0) throw invalidRequest(faults)
  }
  if (pattern === null) return endSeries(task, series, now)
  // Neither rule nor date are new: the dates stay where they are, also when this one alone was moved away from its own.
  const keepsDates = series !== null && request.recurring_pattern === undefined && request.due_at === undefined
  const start = keepsDates ? task.occurrence_at : task.due_at
  const next = newSeries({
    pattern,
    dueAt: start?.getTime() ?? null,
    endDate: request.recurring_end_date === undefined ? endDate : (request.recurring_end_date?.getTime() ?? null),
    anchor: request.anchor ?? series?.anchor ?? 'due',
    catchUp: request.catch_up ?? series?.catch_up ?? 'once',
    now: now.getTime(),
  })
  const row = change.tx.create(SeriesEntity, {
    user_id: task.user_id,
    rule: next.rule,
    start_at: new Date(next.startAt),
    end_at: next.endAt === null ? null : new Date(next.endAt),
    anchor: next.anchor,
    catch_up: next.catchUp,
    count_left: next.countLeft,
    excluded_at: series ? excludedAhead(series, task.occurrence_at!.getTime(), next.firstAt) : [],
    // Not from this occurrence, which can say something else: what the request changes of it comes after this.
    template: series ? series.template : await templateFrom(change.tx, task),
    created_at: now,
    updated_at: now,
  })
  await change.tx.flush()
  change.madeSeries(row)
  if (series) {
    series.continued_by = row.id
    series.version++
    series.updated_at = now
  }
  const firstAt = new Date(next.firstAt)
  if (!keepsDates) task.due_at = firstAt
  task.series_id = row.id
  task.occurrence_at = firstAt
  task.recurring_pattern = next.rule
  task.recurring_end_date = row.end_at ?? null
  change.foresee(task, row)
  return row
}

/** The rule from here on, and the end that was given beside it; no rule: the task repeats no more. */
function patternOf({task, series, request, movesSeries}: RecurrenceChange): {
  pattern: string | null
  endDate: number | null
} {
  // A new pattern brings its own end with it; the old end belongs to the old pattern.
  if (request.recurring_pattern !== undefined) return {pattern: request.recurring_pattern, endDate: null}
  if (!series) return {pattern: null, endDate: null}
  const occurrenceAt = task.occurrence_at!.getTime()
  const present = readable(() => goingOn(seriesRule(series), occurrenceAt))
  if (!movesSeries) return present
  const moved = movePattern(present.pattern, occurrenceAt, task.due_at!.getTime())
  if (moved === null) throw dueNotInRule(series)
  return {...present, pattern: moved}
}

/** Dates that are left out and lie ahead are left out of the new series too, at its time of day. */
function excludedAhead(series: Series, from: number, to: number): string[] {
  const sameDay = Math.floor(from / DAY) === Math.floor(to / DAY)
  return series.excluded_at
    .map((at) => new Date(at).getTime())
    .map((at) => (sameDay ? at + to - from : at))
    .filter((at) => at > to)
    .map((at) => new Date(at).toISOString())
}

function endSeries(task: Task, series: Series | null, now: Date): null {
  if (!series) return null
  series.deleted_at = now
  series.version++
  series.updated_at = now
  task.series_id = null
  task.occurrence_at = null
  task.recurring_pattern = null
  task.recurring_end_date = null
  task.next_occurrence = null
  return null
}

/** What the occurrences of a task say that begins to repeat. */
async function templateFrom(tx: Transaction, task: Task): Promise<Series['template']> {
  const reminders = await tx.find(ReminderEntity, {task_id: task.id, offset_seconds: {$ne: null}, removed_at: null})
  return {
    title: task.title,
    description: task.description,
    priority: task.priority,
    tags: task.tags,
    due_has_time: task.due_has_time,
    reminders: reminders.map(templateOf),
  }
}

/** A stored rule that no longer parses can be replaced, and nothing else can be made of it. */
function readable<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof InvalidRecurrence)) throw error
    throw invalidRequest([
      {
        field: 'recurring_pattern',
        code: 'stored_rule_unreadable',
        message: `The rule of this task cannot be read any more: ${error.message}.`,
        hint: 'Give a new recurring_pattern.',
      },
    ])
  }
}

const dueNotInRule = (series: Series) =>
  invalidRequest([
    {
      field: 'due_at',
      code: 'due_at_not_in_rule',
      message: `The new due date is no date of ${series.rule}.`,
      hint: 'Give recurring_pattern too, or scope=this to move this occurrence alone.',
    },
  ])
