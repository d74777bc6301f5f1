import {expect, test} from 'vitest'
import {cameDueSince} from './came-due.ts'
import {someTask} from '../../../../contracts/testing/some-task.ts'

const at = (hour: number): string => `2026-11-22T${String(hour).padStart(2, '0')}:00:00Z`
const reminder = (hour: number, state: 'sent' | 'failed' | 'scheduled' | 'cancelled') => ({
  id: hour,
  offset_seconds: 0,
  reminder_at: at(hour),
  state,
  channels: null,
  nag_every_seconds: null,
  revision: 1,
})

test('what came since it was last looked at, of open tasks, the latest first', () => {
  const tasks = [
    someTask({id: 1, reminders: [reminder(8, 'sent'), reminder(9, 'sent')]}),
    someTask({id: 2, reminders: [reminder(10, 'failed')]}),
    someTask({id: 3, reminders: [reminder(10, 'scheduled'), reminder(9, 'cancelled')]}),
    someTask({id: 4, reminders: [reminder(6, 'sent')]}),
    someTask({id: 5, reminders: [reminder(10, 'sent')], completed_at: at(11)}),
  ]
  const found = cameDueSince(tasks, Date.parse(at(7)), Date.parse(at(12)))
  expect(found.map(({task, at: time}) => [task.id, new Date(time).toISOString()])).toEqual([
    [2, '2026-11-22T10:00:00.000Z'],
    [1, '2026-11-22T09:00:00.000Z'],
  ])
})
