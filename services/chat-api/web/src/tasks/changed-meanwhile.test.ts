import {expect, test} from 'vitest'
import {changedMeanwhile} from './changed-meanwhile.ts'
import {someTask} from '../../../../contracts/testing/some-task.ts'

const before = someTask({id: 1, title: 'Pay rent', due_at: '2026-11-24T08:00:00Z'})
const at = Date.parse('2026-11-22T10:00:00Z')

test.each([
  [{due_at: '2026-11-25T08:00:00Z'}, 'due Tue 24 Nov, 09:00 → Wed 25 Nov, 09:00'],
  [{due_at: null, title: 'Pay'}, 'now called Pay, due Tue 24 Nov, 09:00 → none'],
  [{completed_at: '2026-11-22T09:00:00Z'}, 'it is done already'],
  [{skipped_at: '2026-11-22T09:00:00Z'}, 'it was skipped'],
  [{deleted_at: '2026-11-22T09:00:00Z'}, 'it was deleted'],
  [{recurring_pattern: 'FREQ=DAILY', description: 'x'}, 'another rule, another note'],
  [{priority: 3}, 'priority none → high'],
  [{tags: ['home', 'ops']}, 'tags none → #home #ops'],
  [{}, 'something of it is different'],
])('%o: %s', (fields, said) => {
  expect(changedMeanwhile(before, {...before, version: 2, ...fields}, 'Europe/Berlin', at)).toBe(said)
})
