import {formatInstant, formatInstantOrNull} from '../../contracts/instant.ts'
import type {ListRemindersQuery, ReminderDetails, ReminderListResponse} from '../../contracts/reminders.ts'
import type {Transaction} from '../../database/database.ts'
import type {DeliveryAttempt} from '../../database/entities/reminder.ts'
import {query, toDate, toDateOrNull, toNumber} from '../../database/query.ts'
import {decodeCursor, encodeCursor} from '../../runtime/cursor.ts'

interface ReminderRow {
  readonly id: string
  readonly task_id: string
  readonly title: string
  readonly due_at: string | null
  readonly due_has_time: boolean
  readonly offset_seconds: number | null
  readonly reminder_at: string
  /** JSON. */
  readonly channels: string | null
  readonly nag_every_seconds: number | null
  readonly state: ReminderDetails['state']
  readonly revision: number
  readonly created_at: string
}

interface DeliveryRow {
  readonly reminder_id: string
  readonly channel: string
  readonly revision: number
  readonly state: ReminderDetails['state']
  readonly next_attempt_at: string
  readonly message_id: string | null
  /** JSON. */
  readonly attempt_log: string
}

/** What an undo took back was never there. */
const SELECT = `
  select r.id, r.task_id, t.title, t.due_at, t.due_has_time, r.offset_seconds, r.reminder_at, to_json(r.channels)::text as channels,
    r.nag_every_seconds, r.state, r.revision, r.created_at
  from todo.reminders r join todo.tasks t on t.user_id = r.user_id and t.id = r.task_id and t.retracted_at is null`

/** A page of the reminders of the transaction's user. */
export async function listReminders(tx: Transaction, request: ListRemindersQuery): Promise<ReminderListResponse> {
  const {state, task_id: taskId, limit} = request
  const cursor = request.cursor === undefined ? null : decodeCursor(request.cursor)
  const [later, order] = state === 'scheduled' ? ['>', 'asc'] : ['<', 'desc']
  const rows = await query<ReminderRow>(
    tx,
    `${SELECT}
     where ($1::text is null and r.state <> 'cancelled' or r.state = $1) and ($2::bigint is null or r.task_id = $2)
       and ($3::timestamptz is null or (r.reminder_at, r.id) ${later} ($3::timestamptz, $4::bigint))
     order by r.reminder_at ${order}, r.id ${order} limit $5`,
    [state ?? null, taskId ?? null, cursor?.at ?? null, cursor?.id ?? null, limit + 1],
  )
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    reminders: await withDeliveries(tx, page),
    next_cursor:
      rows.length > limit && last ? encodeCursor({at: toDate(last.reminder_at), id: toNumber(last.id)}) : null,
  }
}

/** One of the transaction's user; undefined when there is none. */
export async function findReminder(tx: Transaction, id: number): Promise<ReminderDetails | undefined> {
  const rows = await query<ReminderRow>(tx, `${SELECT} where r.id = $1`, [id])
  return (await withDeliveries(tx, rows))[0]
}

async function withDeliveries(tx: Transaction, rows: readonly ReminderRow[]): Promise<ReminderDetails[]> {
  const deliveries = await query<DeliveryRow>(
    tx,
    `select reminder_id, channel, revision, state, next_attempt_at, message_id, attempt_log::text
     from todo.reminder_deliveries where reminder_id = any ($1::bigint[]) order by id`,
    [rows.map(({id}) => id)],
  )
  const byReminder = Map.groupBy(deliveries, ({reminder_id: id}) => id)
  return rows.map((row) => ({
    id: toNumber(row.id),
    task_id: toNumber(row.task_id),
    title: row.title,
    due_at: formatInstantOrNull(toDateOrNull(row.due_at)),
    due_has_time: row.due_has_time,
    offset_seconds: row.offset_seconds,
    reminder_at: formatInstant(toDate(row.reminder_at)),
    state: row.state,
    channels: row.channels === null ? null : (JSON.parse(row.channels) as string[]),
    nag_every_seconds: row.nag_every_seconds,
    revision: row.revision,
    created_at: formatInstant(toDate(row.created_at)),
    deliveries: (byReminder.get(row.id) ?? []).map((delivery) => ({
      channel: delivery.channel,
      revision: delivery.revision,
      state: delivery.state,
      next_attempt_at: delivery.state === 'scheduled' ? formatInstant(toDate(delivery.next_attempt_at)) : null,
      message_id: delivery.message_id,
      attempts: (JSON.parse(delivery.attempt_log) as DeliveryAttempt[]).map((attempt) => ({
        ...attempt,
        at: formatInstant(new Date(attempt.at)),
      })),
    })),
  }))
}
