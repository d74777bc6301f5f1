import type {SeriesTemplate} from '../../domain/tasks/series-template.ts'
import type {Transaction} from '../database.ts'
import {query, toNumber} from '../query.ts'
import {prepared} from '../session.ts'

export interface NewSuccessor {
  readonly userId: string
  readonly predecessorId: number
  readonly seriesId: number
  readonly occurrenceAt: Date
  readonly template: SeriesTemplate
  readonly rule: string
  readonly endAt: Date | null
  readonly nextOccurrence: Date | null
  readonly reminderAt: Date | null
}

const INSERT = prepared(`
  insert into todo.tasks (user_id, title, description, priority, tags, due_at, due_has_time, series_id, predecessor_id,
    occurrence_at, recurring_pattern, recurring_end_date, next_occurrence, reminder_at, reminder_sent)
  select i.user_id, t.template ->> 'title', t.template ->> 'description', (t.template ->> 'priority')::smallint,
    array(select jsonb_array_elements_text(t.template -> 'tags')), i.occurrence_at, (t.template ->> 'due_has_time')::boolean,
    i.series_id, i.predecessor_id, i.occurrence_at, i.rule, i.end_at, i.next_occurrence, i.reminder_at, false
  from unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[])
      as i (user_id, predecessor_id, series_id, occurrence_at, rule, end_at, next_occurrence, reminder_at)
    join todo.series t on t.id = i.series_id and t.user_id = i.user_id
  order by i.predecessor_id
  on conflict do nothing
  returning id, predecessor_id`)

/**
 * Inserts the next occurrences; the unique keys decide, so a successor that is there already is left alone. Answers with
 * the ids of the new rows by their predecessor.
 */
export async function insertSuccessors(
  tx: Transaction,
  successors: readonly NewSuccessor[],
): Promise<Map<number, number>> {
  if (successors.length === 0) return new Map()
  const iso = (at: Date | null): string | null => at?.toISOString() ?? null
  const rows = await query<{id: string; predecessor_id: string}>(tx, INSERT, [
    successors.map((entry) => entry.userId),
    successors.map((entry) => entry.predecessorId),
    successors.map((entry) => entry.seriesId),
    successors.map((entry) => iso(entry.occurrenceAt)),
    successors.map((entry) => entry.rule),
    successors.map((entry) => iso(entry.endAt)),
    successors.map((entry) => iso(entry.nextOccurrence)),
    successors.map((entry) => iso(entry.reminderAt)),
  ])
  return new Map(rows.map((row) => [toNumber(row.predecessor_id), toNumber(row.id)]))
}
