import type {RecurrenceRule} from '../../services/domain/recurrence/index.ts'

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const DAYS: Readonly<Record<string, string>> = {
  MO: 'Monday',
  TU: 'Tuesday',
  WE: 'Wednesday',
  TH: 'Thursday',
  FR: 'Friday',
  SA: 'Saturday',
  SU: 'Sunday',
}
const UNITS: Readonly<Record<string, string>> = {
  SECONDLY: 'second',
  MINUTELY: 'minute',
  HOURLY: 'hour',
  DAILY: 'day',
  WEEKLY: 'week',
  MONTHLY: 'month',
  YEARLY: 'year',
}

/** What one part of a canonical rule says: `BYDAY=-1FR` is "the last Friday of the month". */
export function rulePartMeaning(part: string, rule: RecurrenceRule): string {
  const [name = '', value = ''] = part.split('=')
  const values = value.split(',')
  const numbers = values.map(Number)
  const unit = UNITS[rule.freq]!
  switch (name) {
    case 'FREQ':
      return `by the ${unit}`
    case 'INTERVAL':
      return `every ${ordinal(Number(value))} ${unit}, counted from the start`
    case 'BYMONTH':
      return `in ${list(numbers.map((month) => MONTHS[month - 1]!))}`
    case 'BYWEEKNO':
      return `in ${list(numbers.map((week) => `the ${fromEnd(week)}`))} week of the year (ISO 8601)`
    case 'BYYEARDAY':
      return `on ${list(numbers.map((day) => `the ${fromEnd(day)}`))} day of the year`
    case 'BYMONTHDAY':
      return `on ${list(numbers.map((day) => (day > 0 ? `the ${ordinal(day)}` : `the ${fromEnd(day)} day`)))} of the month`
    case 'BYDAY':
      return weekdays(values, rule)
    case 'BYHOUR':
      return `at ${list(numbers.map((hour) => `${two(hour)}h`))}`
    case 'BYMINUTE':
      return `at ${list(numbers.map((minute) => `:${two(minute)}`))} of the hour`
    case 'BYSECOND':
      return `at second ${list(values)}`
    case 'BYSETPOS':
      return `of those in each ${unit}, only ${list(numbers.map((position) => `the ${fromEnd(position)}`))}`
    case 'WKST':
      return `weeks begin on ${DAYS[value]!}`
    case 'COUNT':
      return value === '1' ? 'once' : `${value} times in all`
    case 'UNTIL':
      return `not after ${untilText(value)}`
    default:
      return ''
  }
}

function weekdays(values: readonly string[], {freq, byMonth}: RecurrenceRule): string {
  const period = freq === 'YEARLY' && byMonth.length === 0 ? 'year' : 'month'
  const ordinals = values.some((value) => /\d/u.test(value))
  const names = values.map((value) => {
    const [, number = '', day = ''] = /^([+-]?\d*)(\w\w)$/u.exec(value)!
    return number === '' ? `${ordinals ? 'every ' : ''}${DAYS[day]!}` : `the ${fromEnd(Number(number))} ${DAYS[day]!}`
  })
  return ordinals ? `on ${list(names)} of the ${period}` : `on ${list(names)}`
}

function untilText(value: string): string {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\dZ?)?$/u.exec(value)!
  const date = `${Number(day)} ${MONTHS[Number(month) - 1]!} ${year!}`
  return hour === undefined ? `${date}, that day included` : `${date} ${hour}:${minute!}`
}

const two = (number: number): string => String(number).padStart(2, '0')

const list = (texts: readonly (string | number)[]): string =>
  texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)!}`

function ordinal(number: number): string {
  const teen = number % 100 >= 11 && number % 100 <= 13
  return `${number}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')}`
}

/** 1 → 1st, −1 → last, −2 → 2nd to last. */
const fromEnd = (number: number): string =>
  number > 0 ? ordinal(number) : number === -1 ? 'last' : `${ordinal(-number)} to last`
