import {formatInstant, formatInstantOrNull} from '../../contracts/instant.ts'
import type {SeriesQuery, SeriesResponse} from '../../contracts/history.ts'
import type {Transaction} from '../../database/database.ts'
import {type Series, SeriesEntity} from '../../database/entities/series.ts'
import {TaskEntity} from '../../database/entities/task.ts'
import {query, toDate, toDateOrNull, toNumber} from '../../database/query.ts'
import {seriesRule} from '../../database/series-rule.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {seriesChain} from '../../database/statements/series-chain.ts'
import {DomainError, taskNotFound} from '../../domain/errors.ts'
import {InvalidRecurrence} from '../../domain/recurrence/index.ts'
import {comingOccurrences} from '../../domain/tasks/coming-occurrences.ts'
import {type OccurrenceRecord, lateSeconds, seriesStatistics} from '../../domain/tasks/series-statistics.ts'

/** The statistics look at so many occurrences, the newest ones: ten years of a daily task. */
const MOST_OCCURRENCES = 4000

interface Occurrence extends OccurrenceRecord {
  readonly taskId: number
}

/** What became of a series, also before its rule was changed, and what comes next. */
export async function getSeries(
  tx: Transaction,
  id: number,
  {limit, next}: SeriesQuery,
  onBrokenRule: (error: InvalidRecurrence, seriesId: number) => void,
): Promise<SeriesResponse> {
  const task = await tx.findOne(TaskEntity, {id, deleted_at: null, retracted_at: null})
  if (!task) throw taskNotFound(id)
  if (task.series_id == null) {
    throw new DomainError('not_found', 'no_series', `Task ${id} does not repeat.`, {
      hint: 'Give it a recurring_pattern to make it repeat.',
    })
  }
  const chain = await seriesChain(tx, task.series_id)
  const rows = await tx.find(SeriesEntity, {id: {$in: chain.ids}})
  const series = new Map(rows.map((row) => [row.id, row]))
  const living = series.get(chain.newest)!
  const now = (await databaseNow(tx)).getTime()
  const newestFirst = await readOccurrences(tx, series)
  const open = newestFirst.filter((occurrence) => stateOf(occurrence) === 'open')
  const past = newestFirst.filter((occurrence) => stateOf(occurrence) !== 'open')
  const calculated = calculate(living, newestFirst, {now, next, onBrokenRule})
  return {
    series_id: living.id,
    rule: living.rule,
    anchor: living.anchor,
    catch_up: living.catch_up,
    ends_at: formatInstantOrNull(living.end_at),
    live: !living.deleted_at && (open.length > 0 || calculated.follows),
    occurrences: [...open, ...past.slice(0, limit)].map((occurrence) => present(occurrence, now)),
    coming: calculated.coming.map((at) => formatInstant(new Date(at))),
    statistics: calculated.statistics,
  }
}

const NOTHING = {done: 0, skipped: 0, late: 0, missed: 0, currentStreak: 0, longestStreak: 0, completionRate: null}

function calculate(
  living: Series,
  newestFirst: readonly Occurrence[],
  {
    now,
    next,
    onBrokenRule,
  }: {now: number; next: number; onBrokenRule: (error: InvalidRecurrence, seriesId: number) => void},
) {
  const [newest] = newestFirst
  try {
    const from = newest && {occurrenceAt: newest.occurrenceAt, closedAt: newest.doneAt ?? newest.skippedAt}
    const coming = living.deleted_at || !from ? [] : comingOccurrences(seriesRule(living), from, now, Math.max(1, next))
    const statistics = snakeCase(seriesStatistics(newestFirst.toReversed(), now))
    return {coming: coming.slice(0, next), follows: coming.length > 0, statistics}
  } catch (error) {
    // A rule that was stored once and is no rule any more must not hide what was done.
    if (!(error instanceof InvalidRecurrence)) throw error
    onBrokenRule(error, living.id)
    const done = newestFirst.filter((occurrence) => stateOf(occurrence) === 'done').length
    const skipped = newestFirst.filter((occurrence) => stateOf(occurrence) === 'skipped').length
    return {coming: [], follows: false, statistics: snakeCase({...NOTHING, done, skipped})}
  }
}

const snakeCase = (statistics: ReturnType<typeof seriesStatistics>): SeriesResponse['statistics'] => ({
  done: statistics.done,
  skipped: statistics.skipped,
  late: statistics.late,
  missed: statistics.missed,
  current_streak: statistics.currentStreak,
  longest_streak: statistics.longestStreak,
  completion_rate: statistics.completionRate,
})

async function readOccurrences(tx: Transaction, series: ReadonlyMap<number, Series>): Promise<Occurrence[]> {
  const rows = await query<{
    id: string
    series_id: string
    occurrence_at: string
    due_at: string | null
    completed_at: string | null
    skipped_at: string | null
  }>(
    tx,
    `select id, series_id, occurrence_at, due_at, completed_at, skipped_at from todo.tasks
     where series_id = any ($1::bigint[]) and deleted_at is null and retracted_at is null
     order by occurrence_at desc, id desc limit $2`,
    [[...series.keys()], MOST_OCCURRENCES],
  )
  const rules = new Map([...series].map(([id, row]) => [id, seriesRule(row)]))
  const milliseconds = (at: string | null): number | null => toDateOrNull(at)?.getTime() ?? null
  return rows.map((row) => ({
    taskId: toNumber(row.id),
    occurrenceAt: toDate(row.occurrence_at).getTime(),
    dueAt: milliseconds(row.due_at),
    doneAt: milliseconds(row.completed_at),
    skippedAt: milliseconds(row.skipped_at),
    series: rules.get(toNumber(row.series_id))!,
  }))
}

const stateOf = ({doneAt, skippedAt}: Occurrence): 'open' | 'done' | 'skipped' =>
  doneAt !== null ? 'done' : skippedAt !== null ? 'skipped' : 'open'

function present(occurrence: Occurrence, now: number): SeriesResponse['occurrences'][number] {
  const at = (instant: number | null): string | null => (instant === null ? null : formatInstant(new Date(instant)))
  return {
    task_id: occurrence.taskId,
    occurrence_at: formatInstant(new Date(occurrence.occurrenceAt)),
    due_at: at(occurrence.dueAt),
    state: stateOf(occurrence),
    closed_at: at(occurrence.doneAt ?? occurrence.skippedAt),
    late_seconds: lateSeconds(occurrence, now),
  }
}
