import {expect, test} from 'vitest'
import {notificationOf} from './notification.ts'

const ZONE = 'Europe/Berlin'
const NOW = Date.parse('2026-11-22T08:00:00Z')
const task = (id: number, title: string, due_at: string | null = null, due_has_time = true) => ({
  id,
  title,
  due_at,
  due_has_time,
})
const shown = (value: unknown) => notificationOf(JSON.stringify(value), ZONE, NOW)

test.each([
  ['2026-11-22T09:00:00Z', true, 'Due today 10:00'],
  ['2026-11-23T22:59:59Z', false, 'Due tomorrow'],
  ['2026-11-22T06:00:00Z', true, '2 hours late'],
  [null, true, ''],
])('one task, due %s (with a time: %s): %s', (dueAt, hasTime, body) => {
  expect(shown({tag: 'one', tasks: [task(7, 'Call <b>the dentist</b>', dueAt, hasTime)], more: 0})).toEqual({
    title: 'Call <b>the dentist</b>',
    body,
    tag: 'one',
    path: '/tasks/7',
  })
})

test('several are one notification that leads to the list', () => {
  expect(shown({tag: 'many', tasks: [task(1, 'Call'), task(2, 'Write')], more: 4})).toEqual({
    title: '6 reminders',
    body: 'Call\nWrite\nand 4 more',
    tag: 'many',
    path: '/',
  })
  expect(shown({tag: 'two', tasks: [task(1, 'Call'), task(2, 'Write')], more: 0})).toMatchObject({
    title: '2 reminders',
    body: 'Call\nWrite',
  })
})

test.each([undefined, '', 'not JSON', 'null', '{}', '{"tag":"a","tasks":[],"more":0}'])(
  'of %s it is said that a reminder came',
  (text) => {
    expect(notificationOf(text, ZONE, NOW)).toMatchObject({title: 'A reminder came', path: '/'})
  },
)
