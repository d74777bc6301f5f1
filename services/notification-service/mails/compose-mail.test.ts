import {expect, test} from 'vitest'
import type {Parcel, ReminderNotice} from '../channels/channel.ts'
import {composeMail} from './compose-mail.ts'
import {distance, distanceInDays, duration, knownZone} from './wording.ts'

const now = new Date('2026-12-01T08:00:00Z')

const notice = (over: Partial<ReminderNotice> = {}): ReminderNotice => ({
  taskId: 12,
  title: 'Pay rent',
  dueAt: new Date('2026-12-01T09:00:00Z'),
  dueHasTime: true,
  reminderAt: now,
  lateSeconds: 0,
  late: false,
  recurrence: {rule: 'FREQ=MONTHLY;BYMONTHDAY=1', start: new Date('2026-12-01T09:00:00Z')},
  insteadOf: null,
  ...over,
})

const parcel = (notices: readonly ReminderNotice[], timeZone = 'Europe/Berlin'): Parcel => ({
  recipient: {userId: '018f0000-0000-7000-8000-000000000001', name: 'Ada', email: 'ada@example.com', timeZone},
  notices,
  messageId: 'x@y',
  now,
})

const compose = (notices: readonly ReminderNotice[], zone?: string) =>
  composeMail(parcel(notices, zone), 'http://127.0.0.1:8636/')

test('a reminder says what, when where the user is, how soon, how it repeats, and where to look', () => {
  const mail = compose([notice()])
  expect(mail.subject).toBe('Reminder: Pay rent')
  expect(mail.text).toBe(
    [
      'Pay rent',
      '',
      'Due:     Tuesday 1 December 2026 at 10:00 (Europe/Berlin), in 1 hour',
      'Repeats: every month on the 1st at 09:00 UTC',
      '',
      'Open:    http://127.0.0.1:8636/tasks/12',
      'Done?    todo5 task done 12',
      '',
    ].join('\n'),
  )
  expect(mail.html).toContain('<h1>Pay rent</h1>')
  expect(mail.html).toContain('Due <strong>Tuesday 1 December 2026 at 10:00 (Europe/Berlin)</strong>, in 1 hour')
  expect(mail.html).toContain('href="http://127.0.0.1:8636/tasks/12"')
  expect(mail.html).not.toContain('late:')
  expect(mail.headers).toEqual({'Auto-Submitted': 'auto-generated'})
})

test('a day without a time is named without one', () => {
  const mail = compose([notice({dueAt: new Date('2026-12-02T22:59:59Z'), dueHasTime: false, recurrence: null})])
  expect(mail.text).toContain('Due:     Wednesday 2 December 2026, tomorrow\n')
  expect(mail.text).not.toContain('Repeats')
})

test('a task without a due date has no line about it', () => {
  const mail = compose([notice({dueAt: null, recurrence: null})])
  expect(mail.text).toBe('Pay rent\n\n\nOpen:    http://127.0.0.1:8636/tasks/12\nDone?    todo5 task done 12\n')
})

test('a late reminder says how late it is and what it was meant for', () => {
  const mail = compose([notice({reminderAt: new Date('2026-11-30T21:10:00Z'), lateSeconds: 39_000, late: true})])
  expect(mail.subject).toBe('Late reminder: Pay rent')
  for (const part of [mail.text, mail.html]) {
    expect(part).toContain(
      'This reminder is 11 hours late: it was meant for 30 Nov, 22:10, when todo5 could not send it.',
    )
  }
})

test('what was wanted by a channel that is gone says so, and where to change it', () => {
  const wanted = notice({insteadOf: 'webhook'})
  const sentence = 'It comes by mail, because nothing can be sent by webhook any more.'
  const link = 'http://127.0.0.1:8636/settings/notifications'
  expect(compose([wanted]).text).toBe(
    [
      'Pay rent',
      '',
      'Due:     Tuesday 1 December 2026 at 10:00 (Europe/Berlin), in 1 hour',
      'Repeats: every month on the 1st at 09:00 UTC',
      '',
      'Open:    http://127.0.0.1:8636/tasks/12',
      'Done?    todo5 task done 12',
      '',
      `${sentence} Change that here: ${link}`,
      '',
    ].join('\n'),
  )
  expect(compose([wanted, notice()]).text).toContain(`${sentence} Change that here: ${link}\n`)
  for (const {html} of [compose([wanted]), compose([wanted, notice()])]) {
    expect(html).toContain(sentence)
    expect(html).toContain(`href="${link}"`)
  }
})

test('a summary counts, gives the span, and marks each as late', () => {
  const times = ['2026-11-30T21:10:00Z', '2026-12-01T03:00:00Z', '2026-12-01T07:02:00Z']
  const mail = compose(
    times.map((at, place) =>
      notice({taskId: place + 1, title: `Task ${place + 1}`, reminderAt: new Date(at), lateSeconds: 7200, late: true}),
    ),
  )
  expect(mail.subject).toBe('3 reminders came due between 22:10 and 08:02')
  expect(mail.text.match(/Late by: 2 hours/gu)).toHaveLength(3)
  expect(mail.html.match(/Late by 2 hours/gu)).toHaveLength(3)
  expect(mail.text).toContain('* Task 2\n')
  expect(mail.html).toContain('href="http://127.0.0.1:8636/tasks/3"')
})

test('a summary over days names the days, and a long one says how many more there are', () => {
  const late = {lateSeconds: 7200, late: true}
  const many = Array.from({length: 130}, (_, place) =>
    notice({taskId: place + 1, reminderAt: new Date(Date.UTC(2026, 10, 26, place)), ...late}),
  )
  const mail = compose(many, 'UTC')
  expect(mail.subject).toBe('130 reminders came due between 26 Nov, 00:00 and 1 Dec, 09:00')
  expect(mail.text).toContain('And 30 more.')
  expect(mail.html.match(/class="item"/gu)).toHaveLength(100)
})

test('what users write is text in the HTML, wherever it stands, and cannot start a header', () => {
  const title = `<script>alert(1)</script>"'&<%= 1 %>\r\nBcc: evil@example.com`
  for (const mail of [compose([notice({title})]), compose([notice({title}), notice({title, taskId: 13})])]) {
    expect(mail.html).not.toContain('<script>')
    expect(mail.html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;%= 1 %&gt;')
    expect(mail.subject).not.toMatch(/[\r\n]/u)
  }
})

test('a rule that cannot be read is shown as it is', () => {
  const mail = compose([notice({recurrence: {rule: 'FREQ=NEVER', start: now}})])
  expect(mail.text).toContain('Repeats: FREQ=NEVER\n')
})

test('a time zone that Node does not know becomes UTC, and says so', () => {
  expect(knownZone('Mars/Olympus')).toBe('UTC')
  expect(compose([notice()], 'Mars/Olympus').text).toContain('at 09:00 (UTC)')
})

test('distances use the unit that says enough', () => {
  const in_ = (seconds: number) => distance(new Date(now.getTime() + seconds * 1000), now)
  expect([20, 60, 3600, 5400, -7200, 100_000, -400_000].map(in_)).toEqual([
    'now',
    'in 1 minute',
    'in 1 hour',
    'in 2 hours',
    '2 hours ago',
    'in 28 hours',
    '5 days ago',
  ])
  expect([61, 7200, 604_800].map(duration)).toEqual(['1 minute', '2 hours', '7 days'])
  // 23:30 in Berlin on the day before summer time ends, seen from the morning after: one calendar day, 25 hours.
  expect(distanceInDays(new Date('2026-10-24T21:30:00Z'), new Date('2026-10-25T22:00:00Z'), 'Europe/Berlin')).toBe(
    'yesterday',
  )
})
