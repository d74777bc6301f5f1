import type {Database, Transaction} from '../../database/database.ts'
import {query, toDate, toDateOrNull, toNumber} from '../../database/query.ts'
import {type DeliveryDecision, decideDelivery} from '../../domain/reminders/delivery-decision.ts'
import {reminderMessageId, summaryMessageId} from '../../domain/reminders/message-id.ts'
import type {Recipient, ReminderNotice} from '../channels/channel.ts'
import type {Claim, ClaimedDelivery} from './claims.ts'

/** One delivery, looked at again right before it is sent. */
export interface PackedDelivery extends ClaimedDelivery {
  /** Tries that failed before this one. */
  readonly failures: number
  readonly notice: ReminderNotice
}

/** What goes out as one message to one user by one channel. */
export interface PackedParcel {
  readonly channel: string
  readonly recipient: Recipient
  readonly deliveries: readonly PackedDelivery[]
  readonly messageId: string
  readonly now: Date
}

export interface PackedClaim {
  readonly parcels: readonly PackedParcel[]
  /** Their task is done, or they were moved: nothing is sent. */
  readonly cancelled: readonly PackedDelivery[]
  readonly tooLate: readonly PackedDelivery[]
}

/** What makes a Message-ID unique in the world. */
export interface Origin {
  readonly installation: string
  readonly domain: string
}

interface Row {
  readonly id: string
  readonly attempts: number
  readonly current: boolean
  readonly task_open: boolean
  readonly late_seconds: number
  readonly title: string
  readonly due_at: string | null
  readonly due_has_time: boolean
  readonly reminder_at: string
  readonly recurring_pattern: string | null
  readonly series_start: string | null
  readonly instead_of: string | null
  readonly email: string | null
  readonly name: string | null
  readonly time_zone: string | null
  readonly now: string
}

const READ = `
  select d.id, d.attempts, d.revision = r.revision and r.state in ('sending', 'sent') as current,
    t.completed_at is null and t.skipped_at is null and t.deleted_at is null and t.retracted_at is null as task_open,
    extract(epoch from clock_timestamp() - greatest(r.reminder_at, r.revised_at))::double precision as late_seconds,
    t.title, t.due_at, t.due_has_time, r.reminder_at, t.recurring_pattern, s.start_at as series_start,
    case when d.channel = 'email' and 'email' <> all (coalesce(nullif(r.channels, '{}'), nullif(p.channels, '{}'), '{email}')) then (
      select min(o.channel) from todo.reminder_deliveries o
      where o.reminder_id = d.reminder_id and o.revision = d.revision and o.state = 'failed' and o.channel <> 'email'
    ) end as instead_of,
    coalesce(p.mail_to, p.email) as email, p.name, p.time_zone, clock_timestamp() as now
  from todo.reminder_deliveries d
    join todo.reminders r on r.user_id = d.user_id and r.id = d.reminder_id
    join todo.tasks t on t.user_id = r.user_id and t.id = r.task_id
    left join todo.series s on s.user_id = t.user_id and s.id = t.series_id
    left join todo.profiles p on p.user_id = d.user_id
  where d.id = any ($1::bigint[]) and d.lease_token = $2
  order by r.reminder_at, d.id`

/**
 * Reads what a claim is about, as its users, decides what is still to be sent, and packs late reminders of one user and
 * channel into one parcel: they came due while nothing ran, for whoever runs sends within seconds.
 */
export async function packParcels(
  database: Database,
  claim: Claim,
  {origin, lateSeconds}: {origin: Origin; lateSeconds: number},
): Promise<PackedClaim> {
  const users = [...new Set(claim.deliveries.map((delivery) => delivery.userId))]
  return database.asUsers(users, async (tx) => {
    const rows = await query<Row>(tx, READ, [claim.deliveries.map((delivery) => delivery.id), claim.token])
    const claimed = new Map(claim.deliveries.map((delivery) => [delivery.id, delivery]))
    const packed = rows.map((row) => toEntry(row, claimed.get(toNumber(row.id))!, lateSeconds))
    const having = (decision: DeliveryDecision) => packed.filter((entry) => entry.decision === decision)
    const parcels = groupForSending(having('send')).map((group) => toParcel(group, origin))
    await rememberMessageIds(tx, parcels, claim.token)
    return {
      parcels,
      cancelled: having('cancel').map((entry) => entry.delivery),
      tooLate: having('too_late').map((entry) => entry.delivery),
    }
  })
}

interface Entry {
  readonly delivery: PackedDelivery
  readonly decision: DeliveryDecision
  readonly recipient: Recipient
  readonly now: Date
}

function toEntry(row: Row, claimed: ClaimedDelivery, lateFrom: number): Entry {
  const lateSeconds = Math.max(0, row.late_seconds)
  const notice: ReminderNotice = {
    taskId: claimed.taskId,
    title: row.title,
    dueAt: toDateOrNull(row.due_at),
    dueHasTime: row.due_has_time,
    reminderAt: toDate(row.reminder_at),
    lateSeconds,
    late: lateSeconds > lateFrom,
    recurrence:
      row.recurring_pattern === null || row.series_start === null
        ? null
        : {rule: row.recurring_pattern, start: toDate(row.series_start)},
    insteadOf: row.instead_of,
  }
  return {
    delivery: {...claimed, failures: row.attempts, notice},
    decision: decideDelivery({current: row.current, taskOpen: row.task_open, lateSeconds}),
    recipient: {userId: claimed.userId, name: row.name ?? '', email: row.email, timeZone: row.time_zone ?? 'UTC'},
    now: toDate(row.now),
  }
}

/** Late and never tried: together per user and channel. Tried before: as it was then, alone or with the same others. */
function groupForSending(entries: readonly Entry[]): Entry[][] {
  const groups = new Map<string, Entry[]>()
  for (const entry of entries) {
    const {delivery} = entry
    const key = groupKey(delivery)
    const group = groups.get(key)
    if (group) group.push(entry)
    else groups.set(key, [entry])
  }
  return [...groups.values()]
}

function groupKey(delivery: PackedDelivery): string {
  if (delivery.messageId !== null) return delivery.messageId
  return delivery.notice.late ? `late ${delivery.userId} ${delivery.channel}` : `single ${delivery.id}`
}

function toParcel(group: readonly Entry[], origin: Origin): PackedParcel {
  const first = group[0]!
  const deliveries = group.map((entry) => entry.delivery)
  const known = first.delivery.messageId
  return {
    channel: first.delivery.channel,
    recipient: first.recipient,
    deliveries,
    now: first.now,
    messageId:
      known ??
      (deliveries.length === 1
        ? reminderMessageId(first.delivery, origin)
        : summaryMessageId(
            deliveries.map((delivery) => delivery.id),
            origin,
          )),
  }
}

/** Before the mail goes out, so that a second try, whoever makes it, is the same mail. */
async function rememberMessageIds(tx: Transaction, parcels: readonly PackedParcel[], token: string): Promise<void> {
  const fresh = parcels.flatMap((parcel) =>
    parcel.deliveries.filter((delivery) => delivery.messageId === null).map(({id}) => ({id, to: parcel.messageId})),
  )
  if (fresh.length === 0) return
  await query(
    tx,
    `update todo.reminder_deliveries d set message_id = packed.message_id
     from unnest($1::bigint[], $2::text[]) as packed (id, message_id)
     where d.id = packed.id and d.lease_token = $3`,
    [fresh.map((entry) => entry.id), fresh.map((entry) => entry.to), token],
  )
}
