import {describe, expect, test} from 'vitest'
import {composeHistory} from './compose-history.ts'
import {reminderVerdicts} from './reminder-verdicts.ts'
import type {AuditEntry, DeliveryRecord, ReminderRecord, TaskRecord} from './task-record.ts'
import {lengthOfTime, moment} from './time-words.ts'

const at = (time: string): string => `2026-11-22T${time}Z`
const NOW = at('20:00:00')

let ids = 0
const event = (type: string, time: string, payload: Record<string, unknown> = {}): AuditEntry => ({
  id: ++ids,
  event_id: `018f0000-0000-7000-8000-${String(ids).padStart(12, '0')}`,
  event_type: type,
  task_id: 1,
  occurred_at: at(time),
  recorded_at: at(time),
  payload: {task_version: 1, ...payload},
})
const reminder = (over: Partial<ReminderRecord> = {}): ReminderRecord => ({
  id: 7,
  offset_seconds: 3600,
  reminder_at: at('08:00:00'),
  state: 'sent',
  channels: null,
  nag_every_seconds: null,
  revision: 1,
  created_at: at('06:00:00'),
  updated_at: at('08:00:00'),
  removed_at: null,
  snoozed_at: null,
  deliveries: [],
  ...over,
})
type Attempt = DeliveryRecord['attempts'][number]
const attempt = (time: string, outcome: Attempt['outcome'], answer: string, code: string | null = null): Attempt => ({
  at: at(time),
  outcome,
  code,
  answer,
})
const delivery = (attempts: Attempt[], over: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
  channel: 'email',
  revision: 1,
  state: attempts.at(-1)?.outcome === 'sent' ? 'sent' : 'failed',
  next_attempt_at: null,
  message_id: 'reminder-7-1-email@x',
  attempts,
  ...over,
})
const record = (
  reminders: ReminderRecord[],
  entries: AuditEntry[] = [],
  over: Partial<TaskRecord> = {},
): TaskRecord => ({
  taskId: 1,
  entries,
  reminders,
  now: new Date(NOW),
  timeZone: 'UTC',
  ...over,
})
const verdicts = (...parameters: Parameters<typeof record>) => reminderVerdicts(record(...parameters))
const ACCEPTED = attempt('08:00:01', 'sent', '250 2.0.0 queued as A1')
const made = (time: string, revision = 1, reminderAt = '08:00:00') =>
  event('reminder.scheduled', time, {reminder_id: 7, revision, reminder_at: at(reminderAt)})
const THE_REMINDER = 'The reminder 1 h before (Sun 22 Nov 2026 08:00:00 UTC)'

test('what one change has made stands in the order of its making, whichever was recorded first', () => {
  const [made, scheduled] = [
    event('task.created', '06:00:00'),
    event('reminder.scheduled', '06:00:00', {reminder_id: 7}),
  ]
  const {entries} = composeHistory(record([], [scheduled, made]))
  expect(entries.map(({kind}) => kind)).toEqual(['task.created', 'reminder.scheduled'])
})

describe('why was I not reminded?', () => {
  test('no reminder was set', () => {
    expect(verdicts([])).toEqual(['No reminder was set.'])
  })

  test('it was sent, and the server took it', () => {
    expect(verdicts([reminder({deliveries: [delivery([ACCEPTED])]})], [made('06:00:00')])).toEqual([
      `${THE_REMINDER} was sent at Sun 22 Nov 2026 08:00:01 UTC to the mail server, which answered “250 2.0.0 queued as A1”.`,
    ])
  })

  test('in the zone that is asked for', () => {
    const [verdict] = verdicts([reminder({deliveries: [delivery([ACCEPTED])]})], [], {timeZone: 'Australia/Sydney'})
    expect(verdict).toContain('sent at Sun 22 Nov 2026 19:00:01 to')
  })

  test('it was cancelled because the task was done, skipped, deleted or changed', () => {
    const because = (type: string) =>
      verdicts(
        [reminder({state: 'cancelled', revision: 2})],
        [
          made('06:00:00'),
          event(type, '07:10:00', {task_version: 2}),
          event('reminder.cancelled', '07:10:00', {task_version: 2, reminder_id: 7, revision: 2}),
        ],
      )
    const when = 'Sun 22 Nov 2026 07:10:00 UTC'
    expect(because('task.completed')).toEqual([`${THE_REMINDER} was cancelled, because the task was done at ${when}.`])
    expect(because('task.skipped')[0]).toContain(`the task was skipped at ${when}`)
    expect(because('task.deleted')[0]).toContain(`the task was deleted at ${when}`)
    expect(because('task.updated')[0]).toContain(`the task was changed at ${when}, and nothing is left to remind of`)
  })

  test('it found its task closed when its time came', () => {
    const entries = [
      event('task.completed', '07:10:00', {task_version: 2}),
      event('reminder.cancelled', '08:00:01', {task_version: 3, reminder_id: 7, revision: 1}),
    ]
    const deliveries = [delivery([attempt('08:00:01', 'cancelled', 'Not open.')], {state: 'cancelled'})]
    expect(verdicts([reminder({state: 'cancelled', deliveries})], entries)[0]).toContain('the task was done at')
  })

  test('it was put aside by a snooze, which is to come', () => {
    const aside = reminder({state: 'cancelled', revision: 2, snoozed_at: at('07:55:00')})
    const snooze = reminder({id: 8, offset_seconds: null, reminder_at: at('22:00:00'), state: 'scheduled'})
    expect(verdicts([aside, snooze])).toEqual([
      `${THE_REMINDER} was put aside by a snooze until Sun 22 Nov 2026 22:00:00 UTC, made at Sun 22 Nov 2026 07:55:00 UTC.`,
      'The snooze (Sun 22 Nov 2026 22:00:00 UTC) is waiting for its time.',
    ])
  })

  test('the server refused the address', () => {
    const refused = delivery([attempt('08:00:01', 'failed', 'The mail server said: 550 no such user', 'refused')])
    expect(verdicts([reminder({state: 'failed', deliveries: [refused]})])).toEqual([
      `${THE_REMINDER} failed: the address was refused by the mail server for good, “The mail server said: 550 no such user”. Check the address that reminders go to.`,
    ])
  })

  test('every try failed', () => {
    const tries = Array.from({length: 10}, (_, n) => attempt(`08:0${n}:01`, 'retry', '451 later', 'smtp'))
    const failed = delivery([...tries, attempt('08:30:00', 'failed', '451 still later', 'retries_exhausted')])
    expect(verdicts([reminder({state: 'failed', deliveries: [failed]})])[0]).toBe(
      `${THE_REMINDER} failed after 11 tries by email, the last answer was “451 still later”. Check the mail server and its settings.`,
    )
  })

  test.each([
    ['no_address', 'Give your account an e-mail address.'],
    ['unknown_channel', 'not set up here'],
    ['too_late', 'nothing ran for more than 7 days'],
    ['internal_error', 'failed by push: “why”.'],
  ])('it failed with %s', (code, text) => {
    const failed = delivery([attempt('08:00:01', 'failed', 'why', code)], {channel: 'push'})
    expect(verdicts([reminder({state: 'failed', deliveries: [failed]})])[0]).toContain(text)
  })

  test('one channel went, another did not', () => {
    const push = delivery([attempt('08:00:01', 'failed', 'no such', 'unknown_channel')], {channel: 'push'})
    expect(verdicts([reminder({deliveries: [delivery([ACCEPTED]), push]})])).toEqual([
      expect.stringContaining('which answered “250'),
      `${THE_REMINDER} did not go out by push, which is not set up here. Choose another channel.`,
    ])
  })

  test('it came late because nothing ran', () => {
    const late = delivery([attempt('11:00:05', 'sent', '250 ok')])
    expect(verdicts([reminder({deliveries: [late]})], [made('06:00:00')])[0]).toContain(
      ', 3 h late: nothing ran that could send it before.',
    )
  })

  test('it came late because tries failed', () => {
    const late = delivery([attempt('08:00:01', 'retry', '451 busy', 'smtp'), attempt('08:12:00', 'sent', '250 ok')])
    expect(verdicts([reminder({deliveries: [late]})], [made('06:00:00')])[0]).toContain(
      ', 12 min late: one try failed before, with “451 busy”.',
    )
  })

  test('its time had passed when it was set', () => {
    const sent = delivery([attempt('09:30:01', 'sent', '250 ok')])
    expect(verdicts([reminder({deliveries: [sent]})], [made('09:30:00')])[0]).toContain(
      ', at once, for its time had passed when it was set.',
    )
  })

  test('it waits for its next try, or is being sent', () => {
    const waiting = delivery([attempt('08:00:01', 'retry', '451 busy', 'smtp')], {
      state: 'scheduled',
      next_attempt_at: at('20:05:00'),
    })
    expect(verdicts([reminder({state: 'sending', deliveries: [waiting]})])).toEqual([
      `${THE_REMINDER} is waiting: one try failed by email, the last answer was “451 busy”. The next try is at Sun 22 Nov 2026 20:05:00 UTC.`,
    ])
    const sending = delivery([], {state: 'sending'})
    expect(verdicts([reminder({state: 'sending', deliveries: [sending]})])).toEqual([
      `${THE_REMINDER} is being sent by email.`,
    ])
  })

  test('it is not due yet, or overdue because nothing sends', () => {
    expect(verdicts([reminder({state: 'scheduled', reminder_at: at('21:00:00')})])[0]).toContain(
      'is waiting for its time.',
    )
    expect(verdicts([reminder({state: 'scheduled'})])[0]).toContain(
      'has not been sent since Sun 22 Nov 2026 08:00:00 UTC: the notification service does not run',
    )
  })

  test('the due date had passed when it was made', () => {
    expect(verdicts([reminder({state: 'cancelled'})])[0]).toContain('was never due: the due date had passed')
  })

  test('one that repeats says when it came and when it comes again', () => {
    const second = delivery([attempt('09:00:01', 'sent', '250 B')], {revision: 2})
    const nagging = reminder({
      state: 'scheduled',
      revision: 3,
      reminder_at: at('21:00:00'),
      nag_every_seconds: 3600,
      deliveries: [delivery([ACCEPTED]), second],
    })
    const entries = [made('06:00:00'), made('08:00:01', 2, '09:00:00'), made('09:00:01', 3, '21:00:00')]
    expect(verdicts([nagging], entries)).toEqual([
      'The reminder 1 h before (Sun 22 Nov 2026 09:00:00 UTC) was sent at Sun 22 Nov 2026 09:00:01 UTC to the mail server, which answered “250 B”. Before that it was sent once.',
      'The reminder 1 h before (Sun 22 Nov 2026 21:00:00 UTC) is waiting for its time.',
    ])
  })

  test('it was taken away before its time; what was taken away later or had gone out is not worth a word', () => {
    const gone = reminder({state: 'cancelled', revision: 2, removed_at: at('07:00:00')})
    expect(verdicts([gone])).toEqual([
      `${THE_REMINDER} was taken away at Sun 22 Nov 2026 07:00:00 UTC: the reminders or the due date were changed, or a change was undone.`,
      'No reminder is set: the last one was taken away at Sun 22 Nov 2026 07:00:00 UTC.',
    ])
    const sentBefore = reminder({removed_at: at('10:00:00'), deliveries: [delivery([ACCEPTED])]})
    const present = reminder({id: 8, state: 'scheduled', reminder_at: at('21:00:00')})
    expect(verdicts([sentBefore, present])).toHaveLength(1)
  })
})

test('one timeline from events and tries, oldest first, each in words', () => {
  const tries = [attempt('08:00:00.500', 'retry', '451 busy', 'smtp'), attempt('08:00:06', 'sent', '250 ok')]
  const entries = [
    event('task.created', '06:00:00', {due_at: at('09:00:00'), predecessor_id: 4}),
    made('06:00:00'),
    event('task.updated', '06:30:00', {
      task_version: 2,
      changed: ['title', 'due_at', 'recurring_pattern'],
      before: {due_at: at('09:00:00')},
      after: {due_at: null},
    }),
    event('reminder.cancelled', '06:30:00', {task_version: 2, reminder_id: 7, revision: 2}),
    event('reminder.sent', '08:00:06', {reminder_id: 7, revision: 1, channel: 'email', late_seconds: 90}),
    event('reminder.failed', '08:10:00', {reminder_id: 7, revision: 1, channel: 'push', reason: 'gone'}),
    event('task.completed', '08:30:00', {task_version: 3}),
    event('task.reopened', '08:40:00', {task_version: 4, retracted_task_id: 9}),
    event('task.skipped', '08:50:00', {task_version: 5}),
    event('task.deleted', '09:00:00', {task_version: 6}),
    event('task.praised', '09:10:00'),
  ]
  const history = composeHistory(record([reminder({deliveries: [delivery(tries)]})], entries))
  expect(history.task_id).toBe(1)
  expect(history.entries.map(({kind, text}) => [kind, text])).toEqual([
    ['task.created', 'Created after task 4, due Sun 22 Nov 2026 09:00:00 UTC.'],
    ['reminder.scheduled', 'Reminder set for Sun 22 Nov 2026 08:00:00 UTC.'],
    ['task.updated', 'Changed: title, due date from Sun 22 Nov 2026 09:00:00 UTC to none, rule.'],
    ['reminder.cancelled', 'Reminder cancelled: the task was changed.'],
    ['delivery.retry', 'Try 1 by email failed: 451 busy'],
    ['delivery.sent', 'The mail server took it: 250 ok'],
    ['reminder.sent', 'Reminder sent by email, 1 min late.'],
    ['reminder.failed', 'Reminder by push failed: gone'],
    ['task.completed', 'Done.'],
    ['task.reopened', 'Opened again; task 9, which had followed, is gone.'],
    ['task.skipped', 'Skipped.'],
    ['task.deleted', 'Deleted.'],
    ['task.praised', 'task.praised'],
  ])
  expect(history.entries[4]).toMatchObject({
    reminder_id: 7,
    details: {channel: 'email', revision: 1, code: 'smtp', answer: '451 busy', message_id: 'reminder-7-1-email@x'},
  })
})

test('payloads of another version, without what is expected, are told without it', () => {
  const entries = ['task.created', 'task.updated', 'reminder.scheduled', 'reminder.cancelled', 'reminder.sent'].map(
    (type) => event(type, '06:00:00'),
  )
  expect(composeHistory(record([], entries)).entries.map(({text}) => text)).toEqual([
    'Created.',
    'Changed.',
    'Reminder set for a time that is not recorded.',
    'Reminder cancelled: the task was changed.',
    'Reminder sent.',
  ])
})

test('times in words', () => {
  expect([5, 90, 3600, 5400, 90_000, 200_000, 259_200].map(lengthOfTime)).toEqual([
    '5 s',
    '1 min',
    '1 h',
    '1 h 30 min',
    '25 h',
    '2 days 7 h',
    '3 days',
  ])
  expect(moment('2026-07-01T22:30:05Z', 'Europe/Berlin')).toBe('Thu 2 Jul 2026 00:30:05')
})
