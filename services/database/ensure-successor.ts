import {v7 as uuidv7} from 'uuid'
import {type NewEvent, newEvent} from '../domain/events/new-event.ts'
import {type Measure, nextOccurrence} from '../domain/tasks/next-occurrence.ts'
import {type PlacedReminder, placeReminders} from '../domain/reminders/reminder-times.ts'
import type {Transaction} from './database.ts'
import {enqueueEvents} from './statements/enqueue-events.ts'
import {insertReminders} from './statements/insert-reminders.ts'
import {type NewSuccessor, insertSuccessors} from './statements/insert-successors.ts'
import {type ClosedOccurrence, lockClosedOccurrences} from './statements/lock-closed-occurrences.ts'
import {query, toDate, toNumber} from './query.ts'

export interface BrokenOccurrence {
  readonly userId: string
  readonly taskId: number
  readonly seriesId: number
  /** As it is stored. */
  readonly rule: string
}

export interface EnsureSuccessorOptions {
  readonly measure?: Measure
  readonly traceparent: string | null
  /** A series whose next occurrence cannot be computed; the others go on. */
  readonly onCalculationError?: (error: unknown, occurrence: BrokenOccurrence) => void
}

export interface EnsuredSuccessor {
  readonly predecessorId: number
  readonly taskId: number
}

interface Planned {
  readonly successor: NewSuccessor
  readonly reminders: readonly PlacedReminder[]
  readonly series: ClosedOccurrence['series']
}

/**
 * The only maker of occurrences. For each given task that is closed and that nothing follows it creates what its series
 * says comes next, with reminders and events, in the caller's transaction. The events that lead here are only wake-ups:
 * what is done depends on the rows alone, so it may be called as often as one likes.
 */
export async function ensureSuccessor(
  tx: Transaction,
  tasks: readonly {id: number; userId: string}[],
  options: EnsureSuccessorOptions,
): Promise<EnsuredSuccessor[]> {
  // What the caller has changed through entities must be in the rows.
  await tx.flush()
  const closed = await lockClosedOccurrences(tx, tasks)
  if (!closed || closed.occurrences.length === 0) return []
  const {occurrences, now} = closed
  const taken = await takenOccurrences(tx, occurrences)
  const planned = occurrences
    .map((occurrence) => plan(occurrence, taken.get(occurrence.series.id) ?? [], now, options))
    .filter((entry) => entry !== null)
  const ids = await insertSuccessors(
    tx,
    planned.map((entry) => entry.successor),
  )
  const made = planned.filter((entry) => ids.has(entry.successor.predecessorId))
  await countDown(tx, made)
  const events = await withReminders(tx, made, ids)
  enqueueEvents(tx, events, options.traceparent)
  return made.map(({successor}) => ({
    predecessorId: successor.predecessorId,
    taskId: ids.get(successor.predecessorId)!,
  }))
}

/** Where occurrences of series that count from their completion stand already: several done on one day lead to one date. */
async function takenOccurrences(
  tx: Transaction,
  occurrences: readonly ClosedOccurrence[],
): Promise<Map<number, number[]>> {
  const ids = occurrences.filter(({series}) => series.rule.anchor === 'completion').map(({series}) => series.id)
  const taken = new Map<number, number[]>(ids.map((id) => [id, []]))
  if (ids.length === 0) return taken
  const rows = await query<{series_id: string; occurrence_at: string}>(
    tx,
    'select series_id, occurrence_at from todo.tasks where series_id = any ($1::bigint[]) and retracted_at is null',
    [ids],
  )
  for (const row of rows) taken.get(toNumber(row.series_id))!.push(toDate(row.occurrence_at).getTime())
  return taken
}

function plan(
  {taskId, userId, occurrenceAt, closedAt, series}: ClosedOccurrence,
  taken: readonly number[],
  now: Date,
  options: EnsureSuccessorOptions,
): Planned | null {
  try {
    const rule = {...series.rule, excludedAt: [...series.rule.excludedAt, ...taken]}
    const next = nextOccurrence(rule, occurrenceAt.getTime(), closedAt.getTime(), options.measure)
    if (next === null) return null
    const following = nextOccurrence(
      {...rule, countLeft: rule.countLeft === null ? null : rule.countLeft - 1},
      next,
      next,
      options.measure,
    )
    const reminders = placeReminders(series.template.reminders, next, now.getTime())
    const earliest = Math.min(...reminders.filter(({pending}) => pending).map(({at}) => at))
    return {
      series,
      reminders,
      successor: {
        userId,
        predecessorId: taskId,
        seriesId: series.id,
        occurrenceAt: new Date(next),
        template: series.template,
        rule: rule.rule,
        endAt: rule.endAt === null ? null : new Date(rule.endAt),
        nextOccurrence: following === null ? null : new Date(following),
        reminderAt: Number.isFinite(earliest) ? new Date(earliest) : null,
      },
    }
  } catch (error) {
    if (!options.onCalculationError) throw error
    options.onCalculationError(error, {userId, taskId, seriesId: series.id, rule: series.rule.rule})
    return null
  }
}

/** A series that counts from its completions has a counter, because no end can be computed for it. */
async function countDown(tx: Transaction, made: readonly Planned[]): Promise<void> {
  const counting = made.filter(({series}) => series.rule.countLeft !== null).map(({series}) => series.id)
  if (counting.length > 0)
    await query(tx, 'update todo.series set count_left = count_left - 1 where id = any ($1::bigint[])', [counting])
}

async function withReminders(
  tx: Transaction,
  made: readonly Planned[],
  ids: ReadonlyMap<number, number>,
): Promise<NewEvent[]> {
  const created = made.map(({successor}) =>
    newEvent('task.created', {
      eventId: uuidv7(),
      at: new Date(),
      userId: successor.userId,
      taskId: ids.get(successor.predecessorId)!,
      payload: {
        task_version: 1,
        series_id: successor.seriesId,
        occurrence_at: successor.occurrenceAt.toISOString(),
        predecessor_id: successor.predecessorId,
        due_at: successor.occurrenceAt.toISOString(),
        recurring_pattern: successor.rule,
      },
    }),
  )
  const rows = made.flatMap(({successor, reminders}) =>
    reminders.map((reminder) => ({...reminder, userId: successor.userId, taskId: ids.get(successor.predecessorId)!})),
  )
  const scheduled = (await insertReminders(tx, rows))
    .filter(({pending}) => pending)
    .map((reminder) =>
      newEvent('reminder.scheduled', {
        eventId: uuidv7(),
        at: new Date(),
        userId: reminder.userId,
        taskId: reminder.taskId,
        payload: {
          task_version: 1,
          reminder_id: reminder.id,
          revision: reminder.revision,
          reminder_at: reminder.reminderAt.toISOString(),
        },
      }),
    )
  return [...created, ...scheduled]
}
