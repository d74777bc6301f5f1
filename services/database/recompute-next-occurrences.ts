import type {Client} from 'pg'
import {nextOccurrence} from '../domain/tasks/next-occurrence.ts'

const PAGE = 1000

interface Row {
  readonly task_id: string
  readonly rule: string
  readonly start_at: Date
  readonly end_at: Date | null
  readonly anchor: 'due' | 'completion'
  readonly catch_up: 'once' | 'each'
  readonly excluded_at: Date[]
  readonly count_left: number | null
  readonly occurrence_at: Date
  readonly closed_at: Date | null
  readonly next_occurrence: Date | null
}

/**
 * Computes next_occurrence of every open occurrence anew, after 006 was taken back and applied again: what was made in
 * between has none. A series whose rule cannot be computed keeps what it has; `recurrence check` names it.
 */
export async function recomputeNextOccurrences(client: Client): Promise<void> {
  await client.query('set role todo5_owner')
  try {
    for (let after = '0'; ;) {
      const {rows} = await client.query<Row>('select * from todo.series_occurrences($1, $2)', [after, PAGE])
      const changed = rows.filter((row) => row.closed_at === null).map((row) => ({row, next: compute(row)}))
      const wrong = changed.filter(
        ({row, next}) => next !== undefined && next?.getTime() !== row.next_occurrence?.getTime(),
      )
      await client.query(
        `update todo.tasks t set next_occurrence = i.next_occurrence
         from unnest($1::bigint[], $2::timestamptz[]) as i (id, next_occurrence) where t.id = i.id`,
        [wrong.map(({row}) => row.task_id), wrong.map(({next}) => next?.toISOString() ?? null)],
      )
      if (rows.length < PAGE) return
      after = rows.at(-1)!.task_id
    }
  } finally {
    await client.query('reset role')
  }
}

/** Undefined when the rule cannot be computed. */
function compute(row: Row): Date | null | undefined {
  const series = {
    rule: row.rule,
    startAt: row.start_at.getTime(),
    endAt: row.end_at?.getTime() ?? null,
    anchor: row.anchor,
    catchUp: row.catch_up,
    excludedAt: row.excluded_at.map((at) => at.getTime()),
    countLeft: row.count_left,
  }
  try {
    const next = nextOccurrence(series, row.occurrence_at.getTime(), row.occurrence_at.getTime())
    return next === null ? null : new Date(next)
  } catch {
    return undefined
  }
}
