import type {ServiceState} from '../contracts/operator-status.ts'

type Recent = NonNullable<ServiceState['reminders']>
type Kind = 'sent' | 'failed' | 'late'

const MINUTE_MS = 60_000
const MINUTES = 15
/** What is sent later than this after its time is late, seconds; as the alert has it. */
const LATE_SECONDS = 60

/** What became of the reminders of the last quarter of an hour, in this process, by the minute. */
export class RecentReminders {
  readonly #now: () => number
  readonly #startedAt: number
  readonly #minutes = new Map<number, Record<Kind, number>>()

  /** `now`: ms, never going back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#startedAt = now()
  }

  sent(lateSeconds: number): void {
    const counts = this.#thisMinute()
    counts.sent++
    if (lateSeconds > LATE_SECONDS) counts.late++
  }

  failed(): void {
    this.#thisMinute().failed++
  }

  look(): Recent {
    this.#forget()
    const total = {sent: 0, failed: 0, late: 0}
    for (const counts of this.#minutes.values())
      for (const kind of Object.keys(total) as Kind[]) total[kind] += counts[kind]
    const upSeconds = Math.floor((this.#now() - this.#startedAt) / 1000)
    return {over_seconds: Math.min(upSeconds, (MINUTES * MINUTE_MS) / 1000), ...total}
  }

  #thisMinute(): Record<Kind, number> {
    this.#forget()
    const minute = Math.floor(this.#now() / MINUTE_MS)
    const counts = this.#minutes.get(minute) ?? {sent: 0, failed: 0, late: 0}
    this.#minutes.set(minute, counts)
    return counts
  }

  #forget(): void {
    const oldest = Math.floor(this.#now() / MINUTE_MS) - MINUTES
    for (const minute of this.#minutes.keys()) if (minute <= oldest) this.#minutes.delete(minute)
  }
}
