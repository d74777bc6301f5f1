import type {Counter, Histogram} from 'prom-client'
import type {Metrics} from '../runtime/metrics.ts'
import {RecentReminders} from './recent-reminders.ts'

export interface ReminderMetrics {
  readonly sent: Counter<'channel' | 'woken_by'>
  readonly failed: Counter<'channel' | 'reason'>
  readonly retries: Counter<'channel' | 'reason'>
  readonly lateness: Histogram
  readonly recent: RecentReminders
}

/** A channel that somebody's settings name and nobody has could be any text; the label is bounded by the column (20). */
export const createReminderMetrics = (metrics: Metrics): ReminderMetrics => ({
  sent: metrics.counter('reminders_sent_total', 'Reminders sent, by channel and by what woke them: job or sweep.', [
    'channel',
    'woken_by',
  ]),
  failed: metrics.counter('reminders_failed_total', 'Reminders that were given up, by channel and reason.', [
    'channel',
    'reason',
  ]),
  retries: metrics.counter('reminder_retries_total', 'Tries that failed and come again, by channel and reason.', [
    'channel',
    'reason',
  ]),
  lateness: metrics.histogram(
    'reminder_lateness_seconds',
    'From the time of a reminder to when it was sent.',
    [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3600, 86_400],
  ),
  recent: new RecentReminders(),
})
