import type {RecurrenceRule} from '../../services/domain/recurrence/index.ts'
import {WEEKDAYS} from '../../services/domain/recurrence/rule.ts'
import {fromEitherEnd, listed, ordinal, twoDigits} from '../../services/domain/recurrence/sentence.ts'
import {MONTH_NAMES, UNIT_NAMES, WEEKDAY_NAMES} from '../../services/domain/recurrence/vocabulary.ts'

/** What one part of a canonical rule says: `BYDAY=-1FR` is "the last Friday of the month". */
export function rulePartMeaning(part: string, rule: RecurrenceRule): string {
  const [name = '', value = ''] = part.split('=')
  const values = value.split(',')
  const numbers = values.map(Number)
  const unit = UNIT_NAMES[rule.freq]
  switch (name) {
    case 'FREQ':
      return `by the ${unit}`
    case 'INTERVAL':
      return `every ${ordinal(Number(value))} ${unit}, counted from the start`
    case 'BYMONTH':
      return `in ${listed(numbers.map((month) => MONTH_NAMES[month - 1]!))}`
    case 'BYWEEKNO':
      return `in ${listed(numbers.map((week) => `the ${fromEitherEnd(week)}`))} week of the year (ISO 8601)`
    case 'BYYEARDAY':
      return `on ${listed(numbers.map((day) => `the ${fromEitherEnd(day)}`))} day of the year`
    case 'BYMONTHDAY':
      return `on ${listed(numbers.map((day) => (day > 0 ? `the ${ordinal(day)}` : `the ${fromEitherEnd(day)} day`)))} of the month`
    case 'BYDAY':
      return weekdays(values, rule)
    case 'BYHOUR':
      return `at ${listed(numbers.map((hour) => `${twoDigits(hour)}h`))}`
    case 'BYMINUTE':
      return `at ${listed(numbers.map((minute) => `:${twoDigits(minute)}`))} of the hour`
    case 'BYSECOND':
      return `at second ${listed(values)}`
    case 'BYSETPOS':
      return `of those in each ${unit}, only ${listed(numbers.map((position) => `the ${fromEitherEnd(position)}`))}`
    case 'WKST':
      return `weeks begin on ${dayName(value)}`
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
    return number === ''
      ? `${ordinals ? 'every ' : ''}${dayName(day)}`
      : `the ${fromEitherEnd(Number(number))} ${dayName(day)}`
  })
  return ordinals ? `on ${listed(names)} of the ${period}` : `on ${listed(names)}`
}

function untilText(value: string): string {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\dZ?)?$/u.exec(value)!
  const date = `${Number(day)} ${MONTH_NAMES[Number(month) - 1]!} ${year!}`
  return hour === undefined ? `${date}, that day included` : `${date} ${hour}:${minute!}`
}

/** `MO` → `Monday` */
const dayName = (code: string): string => WEEKDAY_NAMES[WEEKDAYS.findIndex((known) => known === code)]!
