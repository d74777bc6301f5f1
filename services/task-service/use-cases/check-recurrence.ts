import {formatInstantOrNull} from '../../contracts/instant.ts'
import type {
  RecurrenceCheckQuery,
  RecurrenceCheckResponse,
  RecurrenceDifference,
} from '../../contracts/recurrence-check.ts'
import type {Database} from '../../database/database.ts'
import {ensureSuccessor} from '../../database/ensure-successor.ts'
import {seriesRule} from '../../database/series-rule.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {type SeriesOccurrence, seriesOccurrences} from '../../database/statements/series-occurrences.ts'
import {type SeriesRule, nextOccurrence} from '../../domain/tasks/next-occurrence.ts'
import {currentTraceparent} from '../../runtime/tracing.ts'
import type {Change, Recorder} from '../change.ts'

/** Younger closed occurrences may still be on their way to a successor. */
const GRACE_MS = 60_000

/**
 * Compares what is stored of each live series with what the engine says. A series that cannot be computed is listed with
 * its reason, and the others go on.
 */
export async function checkRecurrence(
  database: Database,
  page: RecurrenceCheckQuery,
  now: Date,
): Promise<RecurrenceCheckResponse> {
  const occurrences = await database.acrossUsers(async (tx) => seriesOccurrences(tx, page.after, page.limit))
  const differences = occurrences
    .map((occurrence) => compare(occurrence, now))
    .filter((difference) => difference !== null)
  const last = occurrences.at(-1)
  return {
    checked: occurrences.length,
    differences,
    next_after: occurrences.length === page.limit && last ? last.taskId : null,
  }
}

/** Checks a page and puts right what differs, each in a transaction of its own, with an event for the audit log. */
export async function repairRecurrence(
  database: Database,
  record: Recorder,
  page: RecurrenceCheckQuery,
  now: Date,
): Promise<RecurrenceCheckResponse> {
  const found = await checkRecurrence(database, page, now)
  const differences: RecurrenceDifference[] = []
  for (const difference of found.differences) {
    const repaired = await database.asUser(difference.user_id, async (tx) =>
      // Not the user's own doing, so there is nothing to undo.
      record(tx, {userId: difference.user_id, name: null}, async (change) => repair(change, difference)),
    )
    differences.push({...difference, repaired})
  }
  return {...found, differences}
}

function compare(occurrence: SeriesOccurrence, now: Date): RecurrenceDifference | null {
  const {series, occurrenceAt, closedAt, nextOccurrence: stored} = occurrence
  const difference = {
    task_id: occurrence.taskId,
    series_id: occurrence.seriesId,
    user_id: occurrence.userId,
    rule: series.rule,
    stored: formatInstantOrNull(stored),
    repaired: false,
  }
  try {
    const computed = compute(series, occurrenceAt, closedAt)
    const entry = {...difference, computed: formatInstantOrNull(computed), reason: null}
    if (closedAt) {
      const overdue = computed !== null && now.getTime() - closedAt.getTime() > GRACE_MS
      return overdue ? {...entry, kind: 'missing_successor'} : null
    }
    return stored?.getTime() === computed?.getTime() ? null : {...entry, kind: 'next_occurrence'}
  } catch (error) {
    return {
      ...difference,
      kind: 'failed',
      computed: null,
      reason: error instanceof Error ? error.message : String(error),
    }
  }
}

function compute(series: SeriesRule, occurrenceAt: Date, closedAt: Date | null): Date | null {
  const next = nextOccurrence(series, occurrenceAt.getTime(), (closedAt ?? occurrenceAt).getTime())
  return next === null ? null : new Date(next)
}

/** With the rows as they are under the lock: somebody may have been faster. */
async function repair(change: Change, difference: RecurrenceDifference): Promise<boolean> {
  if (difference.kind === 'failed') return false
  const {tx} = change
  if (difference.kind === 'missing_successor') {
    const made = await ensureSuccessor(tx, [{id: difference.task_id, userId: difference.user_id}], {
      traceparent: currentTraceparent(),
    })
    return made.length > 0
  }
  const {task, series} = await change.lock(difference.task_id)
  if (!series || series.deleted_at || task.completed_at || task.skipped_at) return false
  const computed = compute(seriesRule(series), task.occurrence_at!, null)
  const before = task.next_occurrence
  if (before?.getTime() === computed?.getTime()) return false
  task.next_occurrence = computed
  task.version++
  task.updated_at = await databaseNow(tx)
  change.add('task.updated', task, {
    task_version: task.version,
    changed: ['next_occurrence'],
    before: {next_occurrence: before?.toISOString() ?? null},
    after: {next_occurrence: computed?.toISOString() ?? null},
  })
  return true
}
