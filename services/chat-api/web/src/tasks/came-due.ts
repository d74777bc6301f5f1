import type {TaskResponse} from '../../../../contracts/tasks.ts'
import {isOpen} from './task-order.ts'

/** A reminder that has gone out, or should have, of a task that is still open. */
export interface CameDue {
  readonly task: TaskResponse
  /** ms, UTC; the latest of the task. */
  readonly at: number
}

/** What came after `seenAt` and up to `now` (ms), the latest first: also while nothing ran, and was sent late. */
export function cameDueSince(tasks: readonly TaskResponse[], seenAt: number, now: number): CameDue[] {
  return tasks
    .filter(isOpen)
    .flatMap((task) => {
      const times = task.reminders
        .filter(({state}) => state === 'sent' || state === 'failed' || state === 'sending')
        .map((reminder) => Date.parse(reminder.reminder_at))
        .filter((at) => at > seenAt && at <= now)
      return times.length === 0 ? [] : [{task, at: Math.max(...times)}]
    })
    .toSorted((a, b) => b.at - a.at)
}
