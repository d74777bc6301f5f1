import {randomUUID} from 'node:crypto'
import type {ChannelTest} from '../../contracts/reminders.ts'
import type {Database} from '../../database/database.ts'
import {query} from '../../database/query.ts'
import {DomainError} from '../../domain/errors.ts'
import {MailError, type Mailer} from '../../ports/mailer.ts'
import {type ChannelRegistry, DeliveryError} from '../channels/channel.ts'
import type {Webhook} from '../channels/webhook.ts'
import {composeTestMail} from '../mails/compose-test-mail.ts'
import {plainAnswer} from './outcome.ts'

export interface TestChannelDeps {
  readonly database: Database
  readonly mailer: Mailer
  readonly webhook: Webhook | undefined
  readonly channels: ChannelRegistry
  readonly publicUrl: string
  readonly messageIdDomain: string
}

const SEND_TIMEOUT_MS = 10_000

interface Profile {
  readonly email: string | null
  readonly name: string
  readonly time_zone: string
}

/** Sends a message that says it is a test to where the reminders of a user go, once; what comes of it is an answer. */
export async function testChannel(
  deps: TestChannelDeps,
  userId: string,
  channel: ChannelTest['channel'],
): Promise<ChannelTest> {
  const [profile] = await deps.database.asUser(userId, async (tx) =>
    query<Profile>(
      tx,
      'select coalesce(mail_to, email) as email, name, time_zone from todo.profiles where user_id = $1',
      [userId],
    ),
  )
  if (!profile) throw new DomainError('not_found', 'account_gone', 'This account has been deleted.')
  try {
    const answer = await send(deps, userId, {channel, profile})
    return {channel, taken: true, code: null, answer: plainAnswer(answer)}
  } catch (error) {
    if (error instanceof MailError)
      return {channel, taken: false, code: error.permanent ? 'refused' : 'smtp', answer: plainAnswer(error.message)}
    if (!(error instanceof DeliveryError)) throw error
    return {channel, taken: false, code: error.code, answer: plainAnswer(error.message)}
  }
}

async function send(
  {mailer, webhook, channels, publicUrl, messageIdDomain}: TestChannelDeps,
  userId: string,
  {channel, profile}: {channel: ChannelTest['channel']; profile: Profile},
): Promise<string> {
  const messageId = `test-${randomUUID()}@${messageIdDomain}`
  if (channel === 'webhook') {
    if (!webhook) throw new DeliveryError('unknown_channel', 'This todo5 cannot send by webhook.', {permanent: true})
    return await webhook.test(userId, messageId)
  }
  if (channel === 'email') {
    if (profile.email === null)
      throw new DeliveryError('no_address', 'The account has no e-mail address.', {permanent: true})
    const mail = composeTestMail(publicUrl)
    return (await mailer.send({to: profile.email, messageId, ...mail}, {timeoutMs: SEND_TIMEOUT_MS})).response
  }
  const now = new Date()
  const notice = {
    taskId: 0,
    title: 'A test: notifications of todo5 arrive here.',
    dueAt: null,
    dueHasTime: true,
    reminderAt: now,
    lateSeconds: 0,
    late: false,
    recurrence: null,
    insteadOf: null,
  }
  const recipient = {userId, name: profile.name, email: profile.email, timeZone: profile.time_zone}
  return await channels
    .get('push')
    .deliver({recipient, notices: [notice], messageId, now}, {timeoutMs: SEND_TIMEOUT_MS})
}
