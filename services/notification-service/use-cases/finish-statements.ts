import type {Transaction} from '../../database/database.ts'
import {query, toDate, toNumber} from '../../database/query.ts'
import type {Outcome} from './outcome.ts'
import type {PackedDelivery} from './pack-parcels.ts'

export interface LockedTask {
  readonly version: number
  readonly open: boolean
}

export async function lockTasks(tx: Transaction, ids: readonly number[]): Promise<Map<number, LockedTask>> {
  const rows = await query<{id: string; version: number; open: boolean}>(
    tx,
    `select id, version, completed_at is null and skipped_at is null and deleted_at is null and retracted_at is null as open
     from todo.tasks where id = any ($1::bigint[]) order by id for update`,
    [ids],
  )
  return new Map(rows.map(({id, version, open}) => [toNumber(id), {version, open}]))
}

export interface LockedReminder {
  readonly taskId: number
  readonly revision: number
  readonly state: string
  readonly nagEverySeconds: number | null
  readonly nagLeft: number
  readonly lateSeconds: number
}

export async function lockReminders(tx: Transaction, ids: readonly number[]): Promise<Map<number, LockedReminder>> {
  const rows = await query<{
    id: string
    task_id: string
    revision: number
    state: string
    nag_every_seconds: number | null
    nag_left: number
    late_seconds: number
  }>(
    tx,
    `select id, task_id, revision, state, nag_every_seconds, nag_left,
       extract(epoch from clock_timestamp() - greatest(reminder_at, revised_at))::double precision as late_seconds
     from todo.reminders where id = any ($1::bigint[]) order by id for update`,
    [ids],
  )
  const locked = (row: (typeof rows)[number]): LockedReminder => ({
    taskId: toNumber(row.task_id),
    revision: row.revision,
    state: row.state,
    nagEverySeconds: row.nag_every_seconds,
    nagLeft: row.nag_left,
    lateSeconds: row.late_seconds,
  })
  return new Map(rows.map((row) => [toNumber(row.id), locked(row)]))
}

interface Written {
  readonly delivery: PackedDelivery
  readonly attempts: number
  readonly at: Date
}

/**
 * Writes the outcome and adds it to the log of tries. Answers with those whose lease was still ours. What was sent is noted
 * even when it was cancelled meanwhile.
 */
export async function writeDeliveries(
  tx: Transaction,
  deliveries: readonly PackedDelivery[],
  outcome: Outcome,
): Promise<Written[]> {
  const byId = new Map(deliveries.map((delivery) => [delivery.id, delivery]))
  const state = outcome.kind === 'retry' ? 'scheduled' : outcome.kind
  const tried = outcome.kind === 'sent' || outcome.kind === 'retry' || (outcome.kind === 'failed' && outcome.tried)
  const error = 'reason' in outcome ? `${outcome.code}: ${outcome.reason}`.slice(0, 1000) : null
  const logged = (id: number): string =>
    JSON.stringify({
      outcome: outcome.kind,
      code: 'code' in outcome ? outcome.code : null,
      answer: answerOf(outcome, id),
    })
  const rows = await query<{id: string; attempts: number; at: string}>(
    tx,
    `update todo.reminder_deliveries d set state = $3::text, attempts = d.attempts + $4::int, error = $5,
       sent_at = case when $3::text = 'sent' then clock_timestamp() end,
       next_attempt_at = clock_timestamp() + make_interval(secs => $6::double precision),
       attempt_log = d.attempt_log || jsonb_build_array(
         jsonb_build_object('at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) || mine.logged),
       lease_token = null, lease_until = null
     from unnest($1::bigint[], $2::uuid[], $7::jsonb[]) as mine (id, token, logged)
     where d.id = mine.id and d.lease_token = mine.token and (d.state = 'sending' or $3::text = 'sent')
     returning d.id, d.attempts, clock_timestamp() as at`,
    [
      deliveries.map((delivery) => delivery.id),
      deliveries.map((delivery) => delivery.token),
      state,
      tried ? 1 : 0,
      error,
      outcome.kind === 'retry' ? outcome.delaySeconds : 0,
      deliveries.map((delivery) => logged(delivery.id)),
    ],
  )
  return rows.map((row) => ({
    delivery: byId.get(toNumber(row.id))!,
    attempts: row.attempts,
    at: toDate(row.at),
  }))
}

function answerOf(outcome: Outcome, deliveryId: number): string {
  if (outcome.kind === 'sent') return outcome.answers.get(deliveryId) ?? ''
  return outcome.kind === 'cancelled' ? 'Its task was not open any more, or it had been moved.' : outcome.reason
}

export async function markSent(tx: Transaction, reminderIds: readonly number[]): Promise<void> {
  await query(
    tx,
    `update todo.reminders set state = 'sent', updated_at = clock_timestamp() where id = any ($1::bigint[])`,
    [reminderIds],
  )
}

/** The next one after the interval; instants are whole seconds, so up to one later. */
export async function scheduleNag(tx: Transaction, reminderId: number): Promise<{revision: number; reminderAt: Date}> {
  const rows = await query<{revision: number; reminder_at: string}>(
    tx,
    `update todo.reminders set state = 'scheduled', revision = revision + 1, nag_left = nag_left - 1,
       reminder_at = date_trunc('second', clock_timestamp() + interval '0.999999 second') + make_interval(secs => nag_every_seconds),
       updated_at = clock_timestamp()
     where id = $1 returning revision, reminder_at`,
    [reminderId],
  )
  const row = rows[0]!
  return {revision: row.revision, reminderAt: toDate(row.reminder_at)}
}

/** Ends reminders none of whose channels is open or was sent; answers with their ids. */
export async function closeReminders(
  tx: Transaction,
  reminderIds: readonly number[],
  state: 'failed' | 'cancelled',
): Promise<Set<number>> {
  const rows = await query<{id: string}>(
    tx,
    `update todo.reminders r set state = $2, updated_at = clock_timestamp()
     where r.id = any ($1::bigint[]) and not exists (
       select 1 from todo.reminder_deliveries d
       where d.reminder_id = r.id and d.revision = r.revision and d.state in ('scheduled', 'sending', 'sent'))
     returning r.id`,
    [reminderIds, state],
  )
  return new Set(rows.map((row) => toNumber(row.id)))
}
