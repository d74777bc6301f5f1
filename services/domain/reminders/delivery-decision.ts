/** Overdue by more than this, a reminder says so. Whoever runs sends within seconds, so nothing ran, or nothing could. */
export const LATE_SECONDS = 60

/** A reminder that could not be sent for this long is not sent any more. */
export const TOO_LATE_SECONDS = 7 * 24 * 3600

export interface DeliveryFacts {
  /** The reminder was not moved, cancelled or snoozed since it was claimed. */
  readonly current: boolean
  readonly taskOpen: boolean
  /** Since its time, or since it was made if that was later. */
  readonly lateSeconds: number
}

export type DeliveryDecision = 'send' | 'cancel' | 'too_late'

/** What becomes of a claimed delivery, looked at right before it is sent. */
export function decideDelivery(facts: DeliveryFacts): DeliveryDecision {
  if (!facts.current || !facts.taskOpen) return 'cancel'
  return facts.lateSeconds > TOO_LATE_SECONDS ? 'too_late' : 'send'
}
