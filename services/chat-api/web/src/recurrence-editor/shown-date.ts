import {offsetAt} from '../../../../domain/recurrence/index.ts'
import {timeText} from './local-day.ts'

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const HOUR = 3_600_000

export interface ShownDate {
  /** "Thu" */
  readonly weekday: string
  /** "26 Nov", with the year when it is another than now. */
  readonly date: string
  /** "09:00"; '' for a whole day. */
  readonly time: string
}

/** An instant on the clock of `zone`. */
export function shownDate(at: number, {zone, now, hasTime}: {zone: string; now: number; hasTime: boolean}): ShownDate {
  // A whole day is stored as its last second; a clock change moves that past midnight.
  const local = at + offsetAt(zone, at)
  const day = new Date(hasTime ? local : local - 2 * HOUR)
  const thisYear = new Date(now + offsetAt(zone, now)).getUTCFullYear()
  const year = day.getUTCFullYear() === thisYear ? '' : ` ${day.getUTCFullYear()}`
  return {
    weekday: WEEKDAYS[day.getUTCDay()]!,
    date: `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]!}${year}`,
    time: hasTime ? timeText(local) : '',
  }
}

/** "Thu 26 Nov, 09:00" */
export function dateInWords(at: number, view: {zone: string; now: number; hasTime: boolean}): string {
  const {weekday, date, time} = shownDate(at, view)
  return `${weekday} ${date}${time === '' ? '' : `, ${time}`}`
}
