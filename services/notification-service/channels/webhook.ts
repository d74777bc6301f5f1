import {createHash, createHmac} from 'node:crypto'
import {formatInstant, formatInstantOrNull} from '../../contracts/instant.ts'
import type {Database} from '../../database/database.ts'
import {query} from '../../database/query.ts'
import type {WebSender} from '../../ports/web-sender.ts'
import {type Channel, DeliveryError, type ReminderNotice} from './channel.ts'
import {WEB_TIMEOUT_MS, isTaken, notSent, notTaken, told} from './web-answer.ts'

export interface WebhookOptions {
  readonly database: Database
  readonly sender: WebSender
  /** For the link to a task. */
  readonly publicUrl: string
}

interface Row {
  readonly url: string
  readonly secret: string
  readonly ended: boolean
}

export interface Webhook {
  /** What the reminder pipeline sends by. */
  readonly channel: Channel
  /** Sends a message that says it is a test; answers with what the receiver said, or throws DeliveryError. */
  test(userId: string, messageId: string): Promise<string>
}

/** One webhook of each user, signed as Standard Webhooks 1.0 says (https://www.standardwebhooks.com). */
export function createWebhook({database, sender, publicUrl}: WebhookOptions): Webhook {
  async function post(userId: string, messageId: string, message: object, timeoutMs: number): Promise<string> {
    const webhook = await readWebhook(database, userId)
    const body = JSON.stringify(message)
    const id = webhookId(messageId)
    const answer = await sender
      .post(
        {url: webhook.url, headers: signedHeaders({id, body, secret: Buffer.from(webhook.secret, 'hex')}), body},
        {timeoutMs: Math.min(timeoutMs, WEB_TIMEOUT_MS)},
      )
      .catch((error: unknown) => Promise.reject(notSent(error)))
    if (answer.status === 410) {
      await noteEnd(database, userId, webhook.url)
      throw new DeliveryError('gone', 'The receiver said 410: it is gone for good, and the webhook has ended.', {
        permanent: true,
      })
    }
    if (!isTaken(answer)) throw notTaken(answer)
    await noteSuccess(database, userId, webhook.url)
    return told(answer)
  }
  return {
    channel: {
      name: 'webhook',
      deliver: async ({recipient, notices, messageId}, {timeoutMs}) =>
        post(
          recipient.userId,
          messageId,
          {
            type: 'reminder.due',
            timestamp: new Date().toISOString(),
            data: {reminders: notices.map((notice) => reminderOf(notice, publicUrl))},
          },
          timeoutMs,
        ),
    },
    test: async (userId, messageId) =>
      post(userId, messageId, {type: 'test', timestamp: new Date().toISOString(), data: {}}, WEB_TIMEOUT_MS),
  }
}

const reminderOf = (notice: ReminderNotice, publicUrl: string) => ({
  task_id: notice.taskId,
  title: notice.title,
  due_at: formatInstantOrNull(notice.dueAt),
  due_has_time: notice.dueHasTime,
  reminder_at: formatInstant(notice.reminderAt),
  late: notice.late,
  url: `${publicUrl}/tasks/${notice.taskId}`,
})

/** The same for each try. Full stops divide what is signed, so the id has none. */
const webhookId = (messageId: string): string =>
  `msg_${createHash('sha256').update(messageId).digest('base64url').slice(0, 32)}`

function signedHeaders({id, body, secret}: {id: string; body: string; secret: Buffer}): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signature = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
  return {
    'content-type': 'application/json',
    'user-agent': 'todo5',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${signature}`,
  }
}

async function readWebhook(database: Database, userId: string): Promise<Row> {
  const [row] = await database.asUser(userId, async (tx) =>
    query<Row>(
      tx,
      `select url, encode(secret, 'hex') as secret, ended_at is not null as ended from todo.webhooks where user_id = $1`,
      [userId],
    ),
  )
  if (!row) throw new DeliveryError('no_webhook', 'The account has no webhook.', {permanent: true})
  if (row.ended) {
    throw new DeliveryError('webhook_ended', 'The webhook has ended, for its receiver said 410.', {permanent: true})
  }
  return row
}

/** Only of the address that said so: it may have been replaced meanwhile. */
const noteEnd = async (database: Database, userId: string, url: string): Promise<void> => {
  await database.asUser(userId, async (tx) =>
    query(tx, 'update todo.webhooks set ended_at = clock_timestamp() where user_id = $1 and url = $2', [userId, url]),
  )
}

const noteSuccess = async (database: Database, userId: string, url: string): Promise<void> => {
  await database.asUser(userId, async (tx) =>
    query(tx, 'update todo.webhooks set last_success_at = clock_timestamp() where user_id = $1 and url = $2', [
      userId,
      url,
    ]),
  )
}
