import type {WaitingCount} from '../sync-changes.ts'
import {count, ok, type Verdict, warning} from './check.ts'

/** Changes that were made while a todo5 elsewhere was away. */
export function checkWaiting(waiting: readonly WaitingCount[]): Verdict {
  if (waiting.length === 0) return ok('nothing waits to be sent')
  const total = waiting.reduce((sum, one) => sum + one.changes, 0)
  return warning(`${count(total, 'change')} ${total === 1 ? 'waits' : 'wait'} to be sent`, {
    next: waiting.map(({context}) => `todo5 sync --context ${context}`),
  })
}
