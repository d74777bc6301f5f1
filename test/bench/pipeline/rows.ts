import {randomUUID} from 'node:crypto'
import type {Client} from 'pg'
import {PARTITIONS} from '../../../services/domain/events/event-types.ts'
import {partitionOf} from '../../../services/domain/events/partition.ts'

/** Users of each partition that is used. */
const USERS_OF_PARTITION = 4
const DUE = '2031-05-05T09:00:00Z'

/** What one completion makes: task.completed, reminder.cancelled, task.created, reminder.scheduled. */
export const EVENTS_OF_COMPLETION = 4

/** The table of what was completed: the commit of its row is the commit of the completion. */
export async function prepare(client: Client): Promise<void> {
  await client.query(`
    create schema bench;
    create table bench.completions (event_id uuid primary key, task_id bigint not null, run uuid not null);
    create index on bench.completions (run)`)
}

/** Daily tasks with a reminder, open, of users in so many partitions; answers with the ids of their series. */
export async function makeSeries(client: Client, count: number, partitions: number): Promise<string[]> {
  const users = usersOf(partitions)
  const template = {
    title: 'Water the plants on the balcony',
    description: 'Not the cactus.',
    priority: 1,
    tags: ['home'],
    due_has_time: true,
    reminders: [{offset_seconds: 3600, channels: null, nag_every_seconds: null}],
  }
  const {rows} = await client.query<{id: string}>(
    `with made as (
       insert into todo.series (user_id, rule, start_at, template)
       select ($1::uuid[])[1 + n % $2::int], 'FREQ=DAILY', $3::timestamptz, $4::jsonb from generate_series(0, $5::int - 1) n returning *
     ), tasks as (
       insert into todo.tasks (user_id, title, description, priority, tags, due_at, series_id, occurrence_at,
         recurring_pattern, next_occurrence, reminder_at)
       select user_id, template ->> 'title', template ->> 'description', 1, '{home}', start_at, id, start_at, rule,
         start_at + interval '1 day', start_at - interval '1 hour' from made returning *
     ), reminders as (
       insert into todo.reminders (user_id, task_id, offset_seconds, reminder_at)
       select user_id, id, 3600, reminder_at from tasks
     ) select id from made`,
    [users, users.length, DUE, JSON.stringify(template), count],
  )
  await client.query('analyze todo.series, todo.tasks, todo.reminders')
  return rows.map(({id}) => id)
}

function usersOf(partitions: number): string[] {
  const chosen = Array.from({length: partitions}, (_, n) => Math.floor((n * PARTITIONS) / partitions))
  return Array.from({length: USERS_OF_PARTITION}, () => chosen.map(userIn)).flat()
}

function userIn(partition: number): string {
  for (;;) {
    const user = randomUUID()
    if (partitionOf(user) === partition) return user
  }
}

const iso = (instant: string): string => `to_char(${instant} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/**
 * Completes what is open of these series ($1) in one statement: the rows and events that the Task Service writes, but not
 * its undo log and idempotency key, which the pipeline does not read. $2 is the run.
 */
export const COMPLETE = `
  with done as (
    update todo.tasks t set completed_at = date_trunc('second', clock_timestamp()), updated_at = clock_timestamp(),
      version = t.version + 1, touched = true, reminder_at = null, next_occurrence = occurrence_at + interval '1 day'
    where t.series_id = any ($1::bigint[]) and t.completed_at is null and t.skipped_at is null and t.deleted_at is null
      and t.retracted_at is null returning t.*
  ), cancelled as (
    update todo.reminders r set state = 'cancelled', revision = r.revision + 1, updated_at = clock_timestamp()
    from done where r.task_id = done.id and r.state = 'scheduled' returning r.*, done.version
  ), events as (
    select 1 as place, uuidv7() as event_id, 'task-events' as topic, 'task.completed' as type, user_id, id as task_id,
      jsonb_build_object('task_version', version, 'series_id', series_id, 'occurrence_at', ${iso('occurrence_at')},
        'completed_at', ${iso('completed_at')}) as payload from done
    union all
    select 2, uuidv7(), 'reminders', 'reminder.cancelled', user_id, task_id,
      jsonb_build_object('task_version', version, 'reminder_id', id, 'revision', revision) from cancelled
  ), noted as (
    insert into bench.completions (event_id, task_id, run) select event_id, task_id, $2::uuid from events where place = 1
  )
  insert into todo.outbox (topic, event_id, user_id, task_id, event, traceparent)
  select topic, event_id, user_id, task_id, jsonb_build_object('event_id', event_id, 'event_type', type,
      'event_version', '1.0', 'timestamp', ${iso('clock_timestamp()')}, 'user_id', user_id, 'task_id', task_id,
      'payload', payload),
    '00-' || replace(gen_random_uuid()::text, '-', '') || '-' || left(replace(gen_random_uuid()::text, '-', ''), 16) || '-00'
  from events order by task_id, place`

/** How many completions of a run have come through: in the audit with all their events, as far as they can be found. */
export async function arrived(client: Client, since: string): Promise<number> {
  const {rows} = await client.query<{n: number}>('select count(*)::int as n from todo.audit_logs where id > $1', [
    since,
  ])
  return rows[0]!.n
}

export async function lastAudit(client: Client): Promise<string> {
  const {rows} = await client.query<{id: string}>('select coalesce(max(id), 0)::text as id from todo.audit_logs')
  return rows[0]!.id
}

export interface Times {
  readonly completions: number
  /** Completions without a successor, and successors beyond the first. */
  readonly lost: number
  readonly double: number
  readonly dead_letters: number
  /** From the first commit of a completion to the last commit of a consumer, s. */
  readonly seconds: number
  /** Committed completion to committed successor, by the commit times of the database, ms. */
  readonly successor_ms: {readonly p50: number; readonly p99: number; readonly max: number}
  /** From the time in an event to the commit of its audit entry, all four events, ms. */
  readonly audit_ms: {readonly p50: number; readonly p99: number; readonly max: number}
}

/** What became of a run, from the commit times that PostgreSQL keeps (track_commit_timestamp). */
export async function timesOf(client: Client, run: string, since: string): Promise<Times> {
  const {rows} = await client.query<Times>(
    `with done as (
       select c.*, pg_xact_commit_timestamp(c.xmin) as at from bench.completions c where c.run = $1
     ), followed as (
       select d.at, pg_xact_commit_timestamp(i.xmin) as next_at from done d
         join todo.inbox i on i.consumer = 'recurring-task-service' and i.event_id = d.event_id
     ), waits as (select extract(epoch from next_at - at)::float8 * 1000 as ms from followed),
     audit as (
       select pg_xact_commit_timestamp(a.xmin) as at, a.occurred_at from todo.audit_logs a where a.id > $2
     ), audit_waits as (select extract(epoch from at - occurred_at)::float8 * 1000 as ms from audit)
     select (select count(*)::int from done) as completions,
       (select count(*)::int from done d where not exists
         (select 1 from todo.tasks t where t.predecessor_id = d.task_id)) as lost,
       (select coalesce(sum(n - 1), 0)::int from (select count(*) as n from done d
         join todo.tasks t on t.predecessor_id = d.task_id group by d.task_id) s) as double,
       (select count(*)::int from todo.inbox where consumer like '%dead letters') as dead_letters,
       extract(epoch from (select greatest(max(a.at), (select max(next_at) from followed)) from audit a)
         - (select min(at) from done))::float8 as seconds,
       (select json_build_object('p50', percentile_cont(0.5) within group (order by ms),
         'p99', percentile_cont(0.99) within group (order by ms), 'max', max(ms)) from waits) as successor_ms,
       (select json_build_object('p50', percentile_cont(0.5) within group (order by ms),
         'p99', percentile_cont(0.99) within group (order by ms), 'max', max(ms)) from audit_waits) as audit_ms`,
    [run, since],
  )
  return rows[0]!
}
