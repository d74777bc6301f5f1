/** BYHOUR, BYMINUTE, BYSECOND where they limit (FREQ is HOURLY or finer): which seconds of a day are allowed. */
import {modulo} from './arithmetic.ts'
import {SECONDS_PER_DAY} from './calendar.ts'

/** For each value the smallest allowed one that is not below it, or `size`; an open field allows all. */
function nextAllowed(values: readonly number[], size: number): Uint8Array {
  const table = new Uint8Array(size + 1)
  let next = size
  for (let value = size; value >= 0; value--) {
    if (value < size && (values.length === 0 || values.includes(value))) next = value
    table[value] = next
  }
  return table
}

export class TimeFields {
  readonly #hours: Uint8Array
  readonly #minutes: Uint8Array
  readonly #seconds: Uint8Array
  readonly #firstOfMinute: number
  readonly #firstOfHour: number

  constructor(hours: readonly number[], minutes: readonly number[], seconds: readonly number[]) {
    this.#hours = nextAllowed(hours, 24)
    this.#minutes = nextAllowed(minutes, 60)
    this.#seconds = nextAllowed(seconds, 60)
    this.#firstOfMinute = this.#seconds[0]!
    this.#firstOfHour = this.#minutes[0]! * 60 + this.#firstOfMinute
  }

  /** The first allowed second of the day that is not before `time`, or 86,400. */
  from(time: number): number {
    const hour = (time / 3_600) | 0
    const minuteOfDay = (time / 60) | 0
    const allowedHour = this.#hours[hour]!
    if (allowedHour !== hour) return this.#startOfHour(allowedHour)
    const minute = minuteOfDay - hour * 60
    const allowedMinute = this.#minutes[minute]!
    if (allowedMinute === minute) {
      const second = this.#seconds[time - minuteOfDay * 60]!
      if (second < 60) return minuteOfDay * 60 + second
      return this.#startOfMinute(hour, this.#minutes[minute + 1]!)
    }
    return this.#startOfMinute(hour, allowedMinute)
  }

  #startOfMinute(hour: number, minute: number): number {
    if (minute === 60) return this.#startOfHour(this.#hours[hour + 1]!)
    return hour * 3_600 + minute * 60 + this.#firstOfMinute
  }

  #startOfHour(hour: number): number {
    return hour === 24 ? SECONDS_PER_DAY : hour * 3_600 + this.#firstOfHour
  }

  /**
   * The allowed seconds of the day that are ≡ `phase` modulo `step`, ascending, but at most `limit` of them.
   * With step = gcd(INTERVAL in seconds, one day) these are all times that the rule can ever reach.
   */
  reachable(phase: number, step: number, limit: number): number[] {
    const times: number[] = []
    let time = this.from(0)
    while (time < SECONDS_PER_DAY && times.length < limit) {
      const aligned = time + modulo(phase - time, step)
      if (aligned >= SECONDS_PER_DAY) break
      time = this.from(aligned)
      if (time === aligned) {
        times.push(time)
        time = this.from(time + 1)
      }
    }
    return times
  }
}
