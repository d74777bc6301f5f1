import ICAL from 'ical.js'
import {describe, expect, test} from 'vitest'
import type {TaskResponse} from '../../contracts/tasks.ts'
import {compileRecurrence, formatRule, parseRule, toUtcRule} from '../../domain/recurrence/index.ts'
import {composeCalendar} from './compose-calendar.ts'
import {someTask} from '../../contracts/testing/some-task.ts'

const USER = '018f0000-0000-7000-8000-000000000001'
const text = (tasks: TaskResponse[], zone = 'Europe/Berlin', only?: 'events' | 'todos') =>
  composeCalendar({tasks, userId: USER, zone, origin: 'https://todo.example', ...(only && {only})})
const parsed = (tasks: TaskResponse[], zone?: string) => new ICAL.Component(ICAL.parse(text(tasks, zone)))
const value = (component: InstanceType<typeof ICAL.Component>, name: string) =>
  String(component.getFirstPropertyValue(name))

/** Another reader of RFC 5545 finds these dates. */
function datesOf(calendar: InstanceType<typeof ICAL.Component>, limit: number): string[] {
  const [master, ...exceptions] = calendar.getAllSubcomponents('vevent')
  const event = new ICAL.Event(master, {exceptions: exceptions.map((one) => new ICAL.Event(one))})
  const iterator = event.iterator()
  const dates: string[] = []
  for (let next = iterator.next(); next && dates.length < limit; next = iterator.next())
    dates.push(event.getOccurrenceDetails(next).startDate.toString())
  return dates
}

describe('a series in a calendar has the dates of todo5', () => {
  test.each([
    'FREQ=DAILY',
    'FREQ=WEEKLY;BYDAY=MO,TH',
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;WKST=SU',
    'FREQ=MONTHLY;BYMONTHDAY=31',
    'FREQ=MONTHLY;BYDAY=-1FR',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
    'FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
    'FREQ=DAILY;BYHOUR=8,20',
    'FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9;BYMINUTE=30;BYSECOND=0',
  ])('%s', (rule) => {
    const start = compileRecurrence({rule, start: Date.UTC(2026, 10, 26, 8)}).after(Date.UTC(2026, 10, 26, 7))!
    const task = someTask({id: 1, series_id: 5, due_at: new Date(start).toISOString(), recurring_pattern: rule})
    const meant = compileRecurrence({rule, start}).between(start, Number.MAX_SAFE_INTEGER, 20)
    expect(datesOf(parsed([task]), 20)).toEqual(meant.map((at) => new Date(at).toISOString().replace('.000', '')))
  })

  test('the time is that of the start, which every calendar understands', () => {
    const at = (time: string, rule: string) =>
      value(
        parsed([someTask({id: 1, series_id: 5, due_at: time, recurring_pattern: rule})]).getFirstSubcomponent(
          'vevent',
        )!,
        'rrule',
      )
    const rule = 'FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9;BYMINUTE=30;BYSECOND=0'
    expect(at('2026-12-01T09:30:00Z', rule)).toBe('FREQ=MONTHLY;BYMONTHDAY=1')
    expect(at('2026-12-01T10:30:00Z', rule)).toContain('BYHOUR=9')
  })

  test.each(['FREQ=WEEKLY;BYDAY=MO', 'FREQ=MONTHLY;BYMONTHDAY=1', 'FREQ=MONTHLY;BYDAY=1MO'])(
    'whole days, %s in Auckland, are days there',
    (local) => {
      const zone = 'Pacific/Auckland'
      // Mon 1 Feb 2027, its last second in Auckland.
      const {rule, start} = toUtcRule({rule: parseRule(local), zone, start: Date.UTC(2027, 1, 1, 10, 59, 59)})
      const task = someTask({
        id: 1,
        series_id: 5,
        due_at: new Date(start).toISOString(),
        due_has_time: false,
        recurring_pattern: formatRule(rule),
      })
      const calendar = parsed([task], zone)
      const days = compileRecurrence({rule: local, start: Date.UTC(2027, 1, 1)}).between(0, Number.MAX_SAFE_INTEGER, 12)
      expect(datesOf(calendar, 12)).toEqual(days.map((at) => new Date(at).toISOString().slice(0, 10)))
      expect(value(calendar.getFirstSubcomponent('vtodo')!, 'due')).toBe('2027-02-01')
    },
  )

  test('a COUNT ends where the series ends, whatever is done already', () => {
    const task = someTask({
      id: 1,
      series_id: 5,
      due_at: '2026-12-03T08:00:00Z',
      recurring_pattern: 'FREQ=DAILY;COUNT=5',
      recurring_end_date: '2026-12-05T08:00:00Z',
    })
    expect(datesOf(parsed([task]), 9)).toHaveLength(3)
  })

  test('an occurrence that was moved by itself stands in its new place', () => {
    const task = someTask({
      id: 1,
      series_id: 5,
      occurrence_at: '2026-12-03T08:00:00Z',
      due_at: '2026-12-04T10:00:00Z',
      recurring_pattern: 'FREQ=WEEKLY',
    })
    expect(datesOf(parsed([task]), 2)).toEqual(['2026-12-04T10:00:00Z', '2026-12-10T08:00:00Z'])
  })

  test('a rule that cannot be drawn, or read, leaves its open occurrence', () => {
    for (const rule of ['FREQ=MINUTELY', 'FREQ=NEVER']) {
      const task = someTask({id: 1, series_id: 5, due_at: '2026-12-03T08:00:00Z', recurring_pattern: rule})
      expect(datesOf(parsed([task]), 9)).toEqual(['2026-12-03T08:00:00Z'])
    }
  })
})

test('texts of any kind come back as they are, in lines of at most 75 octets', () => {
  const title = 'Résumé; pay, rent \\ 💶'.repeat(9)
  const description = 'first\nsecond; third,\r\nBEGIN:VEVENT\nSUMMARY:forged'
  const ics = text([
    someTask({id: 1, title, description, tags: ['home', 'a_b'], priority: 3, due_at: '2026-12-03T08:00:00Z'}),
  ])
  for (const line of ics.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  expect(ics.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/u)
  const calendar = new ICAL.Component(ICAL.parse(ics))
  expect(calendar.getAllSubcomponents('vevent')).toHaveLength(1)
  const todo = calendar.getFirstSubcomponent('vtodo')!
  expect(value(todo, 'summary')).toBe(title)
  expect(value(todo, 'description')).toBe(description.replace('\r\n', '\n'))
  expect(todo.getFirstProperty('categories')!.getValues()).toEqual(['home', 'a_b'])
  expect(value(todo, 'priority')).toBe('1')
  expect(value(todo, 'url')).toBe('https://todo.example/tasks/1')
})

test('the next occurrence keeps the UID of its series; each task is a to-do of its own', () => {
  const rule = {series_id: 5, recurring_pattern: 'FREQ=DAILY'}
  const uids = (task: TaskResponse) => [...text([task]).matchAll(/^UID:(.*)\r$/gmu)].map(([, uid]) => uid)
  expect(uids(someTask({id: 1, due_at: '2026-12-03T08:00:00Z', ...rule}))).toEqual([
    `todo5-series-5-${USER}`,
    `todo5-todo-1-${USER}`,
  ])
  expect(uids(someTask({id: 2, due_at: '2026-12-04T08:00:00Z', ...rule}))[0]).toBe(`todo5-series-5-${USER}`)
})

test('without a date it is a to-do only; each kind can be had alone; nothing is a calendar too', () => {
  const tasks = [someTask({id: 1}), someTask({id: 2, due_at: '2026-12-03T08:00:00Z'})]
  const kinds = (ics: string) => [...ics.matchAll(/^BEGIN:(V\w+)/gmu)].map(([, kind]) => kind)
  expect(kinds(text(tasks))).toEqual(['VCALENDAR', 'VEVENT', 'VTODO', 'VTODO'])
  expect(kinds(text(tasks, 'UTC', 'events'))).toEqual(['VCALENDAR', 'VEVENT'])
  expect(kinds(text(tasks, 'UTC', 'todos'))).toEqual(['VCALENDAR', 'VTODO', 'VTODO'])
  expect(kinds(text([]))).toEqual(['VCALENDAR'])
})
