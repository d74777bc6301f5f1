import {LATE_SECONDS} from '../domain/reminders/delivery-decision.ts'
import {MAX_RETRIES, retryDelaySeconds} from '../domain/reminders/retry-delay.ts'

/** The times of the reminder pipeline. Tests shorten them; nothing else changes them. */
export interface ReminderSettings {
  /** A job is made when its time is nearer than this, s. */
  readonly jobWindowSeconds: number
  /** The scheduler must have taken the jobs after this, ms. */
  readonly jobTimeoutMs: number
  /** How often the sweeps look, ms. */
  readonly sweepMs: number
  /** The sweep takes a reminder that no job has taken by then, s after its time. */
  readonly overdueSeconds: number
  /** Reminders that are later than this are sent together, one mail per user and channel, s. */
  readonly lateSeconds: number
  /** A job that comes early waits at most this long, ms. */
  readonly earlyWaitMs: number
  /** A claim is ours for this long, s. */
  readonly leaseSeconds: number
  /** A channel has this long to deliver, ms; twice this must fit into a lease. */
  readonly sendTimeoutMs: number
  /** Mails that go out at the same time. */
  readonly slots: number
  /** Reminders that are claimed ahead of the mails under way. */
  readonly claimAhead: number
  /** How long it is tried to write down that a mail was sent while the database is away, ms. */
  readonly finishForMs: number
  /** See retryDelaySeconds. */
  readonly retryDelay: (failures: number) => number | null
}

export const DEFAULT_SETTINGS: ReminderSettings = {
  jobWindowSeconds: 3600,
  jobTimeoutMs: 2000,
  sweepMs: 2000,
  overdueSeconds: 3,
  lateSeconds: LATE_SECONDS,
  earlyWaitMs: 2000,
  leaseSeconds: 60,
  sendTimeoutMs: 30_000,
  slots: 8,
  claimAhead: 128,
  finishForMs: 120_000,
  retryDelay: (failures) => retryDelaySeconds(failures, Math.random(), MAX_RETRIES),
}
