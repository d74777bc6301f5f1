import {
  type AuditEntry,
  type DeliveryRecord,
  type ReminderRecord,
  type TaskRecord,
  causeOf,
  lastEvent,
} from './task-record.ts'
import {lengthOfTime, moment} from './time-words.ts'

/** Later than this is late, s; up to then it is the accuracy that is promised. */
const LATE_SECONDS = 60

/** Answers "why was I not reminded?": for each reminder what became of it and what to do about it. */
export function reminderVerdicts(record: TaskRecord): string[] {
  const {reminders, timeZone} = record
  if (reminders.length === 0) return ['No reminder was set.']
  const verdicts = reminders.flatMap((reminder) => verdictsOn(reminder, record))
  if (reminders.some(({removed_at: removed}) => removed === null)) return verdicts
  const last = reminders
    .map(({removed_at: removed}) => removed!)
    .sort()
    .at(-1)!
  return [...verdicts, `No reminder is set: the last one was taken away at ${moment(last, timeZone)}.`]
}

function verdictsOn(reminder: ReminderRecord, record: TaskRecord): string[] {
  const {now, timeZone} = record
  const name = nameOf(reminder, timeZone)
  if (reminder.removed_at !== null) return onRemoved(reminder, name, record)
  if (reminder.state === 'scheduled') {
    return [...onRepetition(reminder, record), onScheduled(reminder, name, now, timeZone)]
  }
  if (reminder.state === 'cancelled') return [...onRepetition(reminder, record), onCancelled(reminder, name, record)]
  const sentences = reminder.deliveries
    .filter(({revision}) => revision === reminder.revision)
    .map((delivery) => onDelivery(reminder, delivery, record))
  return sentences.length > 0 ? sentences : [`${name} is ${reminder.state}.`]
}

/** Taken away by its user: worth a word when it would have come since, or had failed before. */
function onRemoved(reminder: ReminderRecord, name: string, record: TaskRecord): string[] {
  const failed = reminder.deliveries.filter(({state}) => state === 'failed')
  if (failed.length > 0) return failed.map((delivery) => onDelivery(reminder, delivery, record))
  const removed = Date.parse(reminder.removed_at!)
  const at = Date.parse(reminder.reminder_at)
  if (removed >= at || at > record.now.getTime()) return []
  const when = moment(reminder.removed_at!, record.timeZone)
  return [`${name} was taken away at ${when}: the reminders or the due date were changed, or a change was undone.`]
}

function onScheduled({reminder_at: at}: ReminderRecord, name: string, now: Date, timeZone: string): string {
  const overdue = (now.getTime() - Date.parse(at)) / 1000
  if (overdue <= LATE_SECONDS) return `${name} is waiting for its time.`
  const since = moment(at, timeZone)
  return `${name} has not been sent since ${since}: the notification service does not run, or cannot keep up. It is sent as soon as it does.`
}

/** What went out of a reminder that repeats itself before what it is now. */
function onRepetition(reminder: ReminderRecord, record: TaskRecord): string[] {
  const before = reminder.deliveries.filter(({revision}) => revision < reminder.revision)
  const sent = before.filter(({state}) => state === 'sent')
  const failed = before.filter(({state}) => state === 'failed').slice(-1)
  const last = sent.at(-1)
  const sentences = failed.map((delivery) => onDelivery(reminder, delivery, record))
  if (!last) return sentences
  const sentence = onDelivery(reminder, last, record)
  return [...sentences, sent.length === 1 ? sentence : `${sentence} Before that it was sent ${times(sent.length - 1)}.`]
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)

function onCancelled(reminder: ReminderRecord, name: string, {entries, reminders, timeZone}: TaskRecord): string {
  if (reminder.snoozed_at !== null) {
    const snooze = reminders.find(
      ({offset_seconds: offset, removed_at: removed}) => offset === null && removed === null,
    )
    const until = snooze ? ` until ${moment(snooze.reminder_at, timeZone)}` : ''
    return `${name} was put aside by a snooze${until}, made at ${moment(reminder.snoozed_at, timeZone)}.`
  }
  if (reminder.revision === 1 && reminder.deliveries.length === 0) {
    return `${name} was never due: the due date had passed when it was made.`
  }
  const event = lastEvent(entries, 'reminder.cancelled', reminder.id)
  const cause = event && (causeOf(entries, event) ?? lastClosing(entries, event))
  if (!cause) return `${name} was cancelled.`
  return `${name} was cancelled, because ${reasonOf(cause, timeZone)}.`
}

/** A reminder that finds its task closed when its time comes is cancelled by itself, later than the task was closed. */
const lastClosing = (entries: readonly AuditEntry[], event: AuditEntry): AuditEntry | undefined =>
  entries.findLast(
    ({event_type: type, occurred_at: at}) =>
      /^task\.(?:completed|skipped|deleted)$/u.test(type) && Date.parse(at) <= Date.parse(event.occurred_at),
  )

function reasonOf({event_type: type, occurred_at: at}: AuditEntry, timeZone: string): string {
  const when = moment(at, timeZone)
  if (type === 'task.completed') return `the task was done at ${when}`
  if (type === 'task.skipped') return `the task was skipped at ${when}`
  if (type === 'task.deleted') return `the task was deleted at ${when}`
  return `the task was changed at ${when}, and nothing is left to remind of`
}

function onDelivery(reminder: ReminderRecord, delivery: DeliveryRecord, record: TaskRecord): string {
  const name = nameOf(reminder, record.timeZone, dueTime(reminder, delivery, record))
  const {channel, attempts} = delivery
  const last = attempts.at(-1)
  if (delivery.state === 'sent') return onSent(reminder, delivery, record)
  if (delivery.state === 'failed') return `${name} ${failure(delivery)}`
  if (delivery.state === 'scheduled' && last && delivery.next_attempt_at) {
    const next = moment(delivery.next_attempt_at, record.timeZone)
    return `${name} is waiting: ${triesFailed(attempts.length)} by ${channel}, the last answer was “${last.answer}”. The next try is at ${next}.`
  }
  if (delivery.state === 'cancelled') return `${name} was given up by ${channel}: it was moved or cancelled meanwhile.`
  return `${name} is being sent by ${channel}.`
}

const triesFailed = (count: number): string => (count === 1 ? 'one try failed' : `${count} tries failed`)

function onSent(reminder: ReminderRecord, delivery: DeliveryRecord, record: TaskRecord): string {
  const {channel, attempts} = delivery
  const due = dueTime(reminder, delivery, record)
  const name = nameOf(reminder, record.timeZone, due)
  const sent = attempts.findLast(({outcome}) => outcome === 'sent')
  if (!sent) return `${name} was sent by ${channel}.`
  const to = channel === 'email' ? 'the mail server' : channel
  const answer = sent.answer === '' ? '' : `, which answered “${sent.answer}”`
  const said = `${name} was sent at ${moment(sent.at, record.timeZone)} to ${to}${answer}`
  const madeAt = lastEvent(record.entries, 'reminder.scheduled', reminder.id, delivery.revision)?.occurred_at
  const expected = Math.max(Date.parse(due), madeAt === undefined ? 0 : Date.parse(madeAt))
  const late = (Date.parse(sent.at) - expected) / 1000
  if (late > LATE_SECONDS) {
    const begun = (Date.parse(attempts[0]!.at) - expected) / 1000
    const why =
      begun > LATE_SECONDS
        ? 'nothing ran that could send it before'
        : `${triesFailed(attempts.length - 1)} before, with “${attempts[0]!.answer}”`
    return `${said}, ${lengthOfTime(late)} late: ${why}.`
  }
  return expected - Date.parse(due) > LATE_SECONDS * 1000
    ? `${said}, at once, for its time had passed when it was set.`
    : `${said}.`
}

/** When this revision of the reminder was due; a repetition moves the time in the row. */
function dueTime(reminder: ReminderRecord, {revision}: DeliveryRecord, {entries}: TaskRecord): string {
  if (revision === reminder.revision) return reminder.reminder_at
  const at = lastEvent(entries, 'reminder.scheduled', reminder.id, revision)?.payload['reminder_at']
  return typeof at === 'string' ? at : reminder.reminder_at
}

const WHAT_TO_CHECK: Readonly<Record<string, string>> = {
  email: 'Check the mail server and its settings.',
  webhook: 'Check the receiver of the webhook.',
  push: 'Check that the devices still allow notifications.',
}

function failure({channel, attempts}: DeliveryRecord): string {
  const last = attempts.at(-1)
  const answer = last ? `“${last.answer}”` : 'no reason is recorded'
  switch (last?.code ?? '') {
    case 'refused':
      return `failed: the address was refused by the mail server for good, ${answer}. Check the address that reminders go to.`
    case 'retries_exhausted':
      return `failed after ${attempts.length} tries by ${channel}, the last answer was ${answer}. ${WHAT_TO_CHECK[channel] ?? ''}`.trim()
    case 'no_address':
      return 'failed: there was no address to send it to. Give your account an e-mail address.'
    case 'unknown_channel':
      return `did not go out by ${channel}, which is not set up here. Choose another channel.`
    case 'no_webhook':
      return 'did not go out by webhook: the account had none. Set one up, or choose another channel.'
    case 'gone':
    case 'webhook_ended':
      return channel === 'webhook'
        ? 'did not go out by webhook: its receiver had said that it is gone for good (410). Set up a new one.'
        : 'did not go out by push: the push service no longer knew any of the devices. Add this device again.'
    case 'no_device':
      return 'did not go out by push: the account had no device that shows notifications. Add one, or choose another channel.'
    case 'address_refused':
      return `did not go out by ${channel}: ${answer}. Give an address that can be reached from the internet.`
    case 'too_late':
      return 'was not sent: nothing ran for more than 7 days after its time.'
    default:
      return `failed by ${channel}: ${answer}.`
  }
}

function nameOf({offset_seconds: offset, reminder_at: at}: ReminderRecord, timeZone: string, due = at): string {
  const what =
    offset === null
      ? 'The snooze'
      : offset === 0
        ? 'The reminder at the due date'
        : `The reminder ${lengthOfTime(offset)} before`
  return `${what} (${moment(due, timeZone)})`
}
