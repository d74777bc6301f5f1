import {expect, test} from 'vitest'
import {RecentReminders} from './recent-reminders.ts'

test('counts what was sent, late and given up in the last quarter of an hour, and forgets what is older', () => {
  let now = 90_000
  const recent = new RecentReminders(() => now)
  expect(recent.look()).toEqual({over_seconds: 0, sent: 0, failed: 0, late: 0})
  recent.sent(0.2)
  recent.sent(61)
  recent.failed()
  now += 30_000
  expect(recent.look()).toEqual({over_seconds: 30, sent: 2, failed: 1, late: 1})
  now += 14 * 60_000
  recent.sent(1)
  expect(recent.look()).toEqual({over_seconds: 870, sent: 1, failed: 0, late: 0})
  now += 15 * 60_000
  expect(recent.look()).toEqual({over_seconds: 900, sent: 0, failed: 0, late: 0})
})
