import {createHash} from 'node:crypto'
import {formatInstantOrNull} from '../../contracts/instant.ts'
import type {Database} from '../../database/database.ts'
import {query, toNumber} from '../../database/query.ts'
import type {PushMessage, PushSender, PushSubscriptionKeys} from '../../ports/push-sender.ts'
import {type Channel, DeliveryError, type ReminderNotice} from './channel.ts'
import {WEB_TIMEOUT_MS, isTaken, notSent, notTaken} from './web-answer.ts'

export interface PushOptions {
  readonly database: Database
  readonly sender: PushSender
}

interface Device extends PushSubscriptionKeys {
  readonly id: number
  readonly label: string
}

type Result =
  | {readonly device: Device; readonly kind: 'taken' | 'gone'}
  | {readonly device: Device; readonly kind: 'failed'; readonly error: DeliveryError}

/** A reminder that a device gets a day later is of no use to anybody. */
const TTL_SECONDS = 86_400
/** Push services take 4,096 bytes, encrypted; what is more than that many tasks is only counted. */
const MOST_TASKS = 5
const MOST_OF_A_TITLE = 120

/** Notifications on all devices of a user. One that has the message does not get it again when it is tried again for others. */
export function createPushChannel({database, sender}: PushOptions): Channel {
  async function sendTo(device: Device, message: PushMessage, timeoutMs: number): Promise<Result> {
    try {
      const answer = await sender.send(device, message, {timeoutMs})
      if (isTaken(answer)) return {device, kind: 'taken'}
      if (answer.status === 404 || answer.status === 410) return {device, kind: 'gone'}
      return {device, kind: 'failed', error: notTaken(answer)}
    } catch (error) {
      return {device, kind: 'failed', error: notSent(error)}
    }
  }

  return {
    name: 'push',
    async deliver({recipient: {userId}, notices, messageId}, {timeoutMs}) {
      const {devices, served} = await readDevices(database, userId, messageId)
      if (devices.length === 0 && served === 0) {
        throw new DeliveryError('no_device', 'The account has no device that shows notifications.', {permanent: true})
      }
      const topic = createHash('sha256').update(messageId).digest('base64url').slice(0, 32)
      const message = {payload: payloadOf(notices, topic), ttlSeconds: TTL_SECONDS, topic}
      const results = await Promise.all(
        devices.map(async (device) => sendTo(device, message, Math.min(timeoutMs, WEB_TIMEOUT_MS))),
      )
      const failed = results.filter((result) => result.kind === 'failed')
      const taken = results.filter((result) => result.kind === 'taken')
      const gone = results.filter((result) => result.kind === 'gone')
      await note(database, {userId, messageId, taken: ids(taken), gone: ids(gone), again: failed.length > 0})
      const again = failed.find((result) => !result.error.permanent)
      if (again) throw again.error
      const total = served + taken.length
      if (total > 0) return `taken for ${total} ${total === 1 ? 'device' : 'devices'}`
      throw (
        failed[0]?.error ??
        new DeliveryError('gone', 'The push service knows none of the devices any more; they are removed.', {
          permanent: true,
        })
      )
    },
  }
}

const ids = (results: readonly Result[]): number[] => results.map(({device}) => device.id)

/** No more than somebody who looks at a locked screen may see. */
function payloadOf(notices: readonly ReminderNotice[], tag: string): string {
  const tasks = notices.slice(0, MOST_TASKS).map((notice) => ({
    id: notice.taskId,
    title: Array.from(notice.title).slice(0, MOST_OF_A_TITLE).join(''),
    due_at: formatInstantOrNull(notice.dueAt),
    due_has_time: notice.dueHasTime,
  }))
  return JSON.stringify({tag, tasks, more: notices.length - tasks.length})
}

async function readDevices(
  database: Database,
  userId: string,
  messageId: string,
): Promise<{devices: Device[]; served: number}> {
  const rows = await database.asUser(userId, async (tx) =>
    query<Omit<Device, 'id'> & {id: string; served: boolean}>(
      tx,
      `select d.id, d.endpoint, d.p256dh, d.auth, d.label, r.device_id is not null as served
       from todo.push_devices d
         left join todo.push_receipts r on r.user_id = d.user_id and r.device_id = d.id and r.message_id = $2
       where d.user_id = $1 order by d.id`,
      [userId, messageId],
    ),
  )
  const devices = rows.filter((row) => !row.served).map((row) => ({...row, id: toNumber(row.id)}))
  return {devices, served: rows.length - devices.length}
}

interface Noted {
  readonly userId: string
  readonly messageId: string
  readonly taken: readonly number[]
  readonly gone: readonly number[]
  /** The message is tried again. */
  readonly again: boolean
}

async function note(database: Database, {userId, messageId, taken, gone, again}: Noted): Promise<void> {
  await database.asUser(userId, async (tx) => {
    if (gone.length > 0) await query(tx, 'delete from todo.push_devices where id = any ($1::bigint[])', [gone])
    if (taken.length > 0) {
      await query(
        tx,
        'update todo.push_devices set last_success_at = clock_timestamp() where id = any ($1::bigint[])',
        [taken],
      )
    }
    if (again && taken.length > 0) {
      await query(
        tx,
        `insert into todo.push_receipts (user_id, device_id, message_id)
         select user_id, id, $2 from todo.push_devices where id = any ($1::bigint[]) on conflict do nothing`,
        [taken, messageId],
      )
      // All tries of a message are over within the 7 days after which it is too late.
      await query(tx, `delete from todo.push_receipts where received_at < clock_timestamp() - interval '8 days'`)
    }
  })
}
