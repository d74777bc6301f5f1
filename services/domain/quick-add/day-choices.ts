import {addMonths, type CalendarDay, isDate, readDay, weekdayOfDay} from '../dates/read-day.ts'
import {MONTH_NAMES, WEEKDAY_NAMES} from '../recurrence/vocabulary.ts'
import type {Piece} from './find-dates.ts'
import type {Choice} from './quick-add.ts'

/** `27 nov`, with the year where it is another: as it is typed. */
export function typedDate(day: CalendarDay, today: CalendarDay): string {
  const date = evened(day)
  const month = MONTH_NAMES[date.month - 1]!.slice(0, 3).toLowerCase()
  return `${date.day} ${month}${date.year === today.year ? '' : ` ${date.year}`}`
}

const meaning = (day: CalendarDay): string => {
  const date = evened(day)
  const month = MONTH_NAMES[date.month - 1]!.slice(0, 3)
  return `${WEEKDAY_NAMES[weekdayOfDay(date)]!.slice(0, 3)} ${date.day} ${month} ${date.year}`
}

const evened = ({year, month, day}: CalendarDay): CalendarDay => {
  const date = new Date(Date.UTC(year, month - 1, day))
  return {year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate()}
}

const later = (day: CalendarDay, days: number): CalendarDay => evened({...day, day: day.day + days})

/** The days that a piece can mean, each as what to write; one when it means one, none when it is no day. */
export function daysOf(piece: Piece, today: CalendarDay): Choice[] {
  const before = /^(on|by|due|for|until|till)/u.exec(piece.before)?.[0] ?? ''
  const lead = before === '' ? '' : `${/^(until|till)$/u.test(before) ? 'by' : piece.before} `
  const choice = (day: CalendarDay, write = `${lead}${typedDate(day, today)}`): Choice => ({write, means: meaning(day)})
  switch (piece.form) {
    case 'slashed':
      return slashed(piece.text, today).map((day) => choice(day))
    case 'which':
    case 'weekday':
    case 'abbreviated':
      return weekdays(piece.text, today).map((day) => choice(day))
    case 'vague':
      return distinct(vague(piece.text, today).map((day) => choice(day)))
    default:
      return []
  }
}

const distinct = (choices: readonly Choice[]): Choice[] =>
  choices.filter(({write}, index) => choices.findIndex((other) => other.write === write) === index)

function weekdays(text: string, today: CalendarDay): CalendarDay[] {
  const [which = '', name = which] = text.split(' ')
  if (which !== 'next') {
    const day = readDay(text, today)
    if (!day) return []
    const isToday = day.year === today.year && day.month === today.month && day.day === today.day
    return isToday && which !== 'this' ? [day, later(day, 7)] : [day]
  }
  const coming = readDay(name, today)
  if (!coming) return []
  const days = (weekdayOfDay(evened(coming)) - weekdayOfDay(today) + 7) % 7
  if (days === 0) return [later(coming, 7)]
  // Not after this week's Sunday: it is also the next one.
  return weekdayOfDay(today) + days <= 6 ? [coming, later(coming, 7)] : [coming]
}

function slashed(text: string, today: CalendarDay): CalendarDay[] {
  const [one = 0, two = 0, typed] = text.split('/').map(Number)
  const year = typed === undefined ? undefined : typed < 100 ? 2000 + typed : typed
  const days = [
    {month: two, day: one},
    {month: one, day: two},
  ].flatMap(({month, day}) => {
    for (const candidate of year === undefined ? [0, 1, 2, 3, 4].map((ahead) => today.year + ahead) : [year]) {
      const date = {year: candidate, month, day}
      const past =
        year === undefined && Date.UTC(candidate, month - 1, day) < Date.UTC(today.year, today.month - 1, today.day)
      if (month >= 1 && month <= 12 && isDate(date) && !past) return [date]
    }
    return []
  })
  const [first, second] = days
  return first && second && first.month === second.month && first.day === second.day ? [first] : days
}

function vague(text: string, today: CalendarDay): CalendarDay[] {
  const monday = later(today, 7 - weekdayOfDay(today))
  const sunday = later(monday, -1)
  switch (text) {
    case 'next week':
      return [monday, later(monday, 4)]
    case 'next month':
      return [
        {...today, month: today.month + 1, day: 1},
        addMonths(today, 1),
        {...today, month: today.month + 2, day: 0},
      ].map(evened)
    case 'next year':
      return [{year: today.year + 1, month: 1, day: 1}, addMonths(today, 12)]
    case 'this month':
      return [evened({...today, month: today.month + 1, day: 0})]
    case 'this week':
      return weekdayOfDay(today) < 4 ? [later(monday, -3), sunday] : [sunday]
    default:
      return [later(sunday, -1), sunday]
  }
}
