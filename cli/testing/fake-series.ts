import type {SeriesResponse, TaskHistoryResponse} from '../../services/contracts/history.ts'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {compileRecurrence} from '../../services/domain/recurrence/index.ts'
import {DomainError} from '../../services/domain/errors.ts'
import type {FakeTasks} from './fake-tasks.ts'

type Occurrence = SeriesResponse['occurrences'][number]

/** The life of a series, from the fake's tasks. */
export function fakeSeries(store: FakeTasks, id: number, query: URLSearchParams): SeriesResponse {
  const task = store.find(id)
  if (task.series_id === null) throw new DomainError('not_found', 'not_recurring', `Task ${id} does not repeat.`)
  const chain = store.chain(task)
  const occurrences = chain.map((row) => occurrenceOf(row, store.now)).reverse()
  const last = chain.at(-1)!
  const open = occurrences.find(({state}) => state === 'open')
  const plan = compileRecurrence({rule: last.recurring_pattern!, start: Date.parse(last.occurrence_at!)})
  const end = last.recurring_end_date === null ? Infinity : Date.parse(last.recurring_end_date)
  const coming = plan.between(Date.parse(last.occurrence_at!) + 1, end, Number(query.get('next') ?? 5))
  const done = occurrences.filter(({state}) => state === 'done')
  return {
    series_id: last.series_id!,
    rule: last.recurring_pattern!,
    anchor: 'due',
    catch_up: 'once',
    ends_at: last.recurring_end_date,
    live: open !== undefined,
    occurrences: occurrences.slice(0, Number(query.get('limit') ?? 20)),
    coming: open ? coming.map((at) => new Date(at).toISOString()) : [],
    statistics: {
      done: done.length,
      skipped: occurrences.filter(({state}) => state === 'skipped').length,
      late: done.filter(({late_seconds: late}) => late !== 0).length,
      missed: 0,
      current_streak: done.length,
      longest_streak: done.length,
      completion_rate: done.length === 0 ? null : 1,
    },
  }
}

function occurrenceOf(row: TaskResponse, now: number): Occurrence {
  const due = row.due_at === null ? NaN : Date.parse(row.due_at)
  const until = row.completed_at === null ? now : Date.parse(row.completed_at)
  const state = row.completed_at !== null ? 'done' : row.skipped_at !== null ? 'skipped' : 'open'
  return {
    task_id: row.id,
    occurrence_at: row.occurrence_at!,
    due_at: row.due_at,
    state,
    closed_at: row.completed_at ?? row.skipped_at,
    late_seconds: state === 'skipped' ? null : Math.max(0, Math.round((until - due) / 1000) || 0),
  }
}

const TEXTS: Readonly<Record<string, string>> = {
  'task.created': 'Added.',
  'task.updated': 'Changed.',
  'task.completed': 'Done.',
  'task.skipped': 'Skipped.',
}

/** What was recorded of a task, oldest first; the verdicts are the test's. */
export function fakeHistory(store: FakeTasks, id: number): TaskHistoryResponse {
  const task = store.find(id)
  const entries = store.audit
    .filter((row) => row.task_id === task.id)
    .map((row) => ({
      at: new Date(row.at).toISOString(),
      kind: row.event_type,
      text: TEXTS[row.event_type] ?? '',
      reminder_id: null,
      details: row.payload,
    }))
  return {task_id: id, verdicts: store.verdicts, entries: [...entries.reverse(), ...store.deliveries]}
}
