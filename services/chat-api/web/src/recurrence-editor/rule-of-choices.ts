import {
  InvalidRecurrence,
  parseRecurrence,
  parseRule,
  type RecurrenceRule,
} from '../../../../domain/recurrence/index.ts'
import {type Choices, type Ending, WORKDAYS} from './choices.ts'
import {endOfDate, monthDay, nthWeekday, readDate, weekdayOf} from './local-day.ts'

const PLAIN = parseRule('FREQ=DAILY')

/**
 * The rule that is chosen, on the user's clock; null for never. `start` is the first date (a local instant). Throws
 * InvalidRecurrence for a custom text that is none, and for an end that is no date or no number.
 */
export function ruleOfChoices(choices: Choices, start: number): RecurrenceRule | null {
  if (choices.pattern === 'never') return null
  if (choices.pattern === 'custom') return parseRecurrence(choices.text)
  const {interval} = choices
  const end = endOf(choices.ending, start)
  // From the completion there is nothing to choose from: the rule says how long to wait.
  const chosen = choices.anchor === 'completion' ? frequencyOf(choices) : daysOf(choices, start)
  return {...PLAIN, interval: choices.pattern === 'weekdays' ? 1 : interval, ...chosen, ...end}
}

const FREQUENCIES = {
  daily: 'DAILY',
  weekdays: 'WEEKLY',
  weekly: 'WEEKLY',
  monthly: 'MONTHLY',
  yearly: 'YEARLY',
} as const

const frequencyOf = ({pattern}: Choices) => ({freq: FREQUENCIES[pattern as keyof typeof FREQUENCIES]})

function daysOf(choices: Choices, start: number): Partial<RecurrenceRule> {
  const freq = frequencyOf(choices)
  const on = (days: readonly RecurrenceRule['byDay'][number]['weekday'][]) =>
    [...days].sort((a, b) => a - b).map((weekday) => ({weekday, ordinal: 0}))
  if (choices.pattern === 'weekdays') return {...freq, byDay: on(WORKDAYS)}
  if (choices.pattern === 'weekly') return {...freq, byDay: on(choices.days)}
  if (choices.pattern !== 'monthly') return freq
  const weekday = weekdayOf(start)
  if (choices.monthly === 'day') return {...freq, byMonthDay: [monthDay(start)]}
  if (choices.monthly === 'last-day') return {...freq, byMonthDay: [-1]}
  return {...freq, byDay: [{weekday, ordinal: choices.monthly === 'weekday' ? nthWeekday(start) : -1}]}
}

function endOf(ending: Ending, start: number): Partial<RecurrenceRule> {
  if (ending.kind === 'never') return {}
  if (ending.kind === 'after') {
    if (Number.isInteger(ending.count) && ending.count >= 1 && ending.count <= 100_000) return {count: ending.count}
    throw fault('The number of times is missing', 'Give a whole number from 1 on.')
  }
  const day = readDate(ending.date)
  if (day === null) throw fault('The last day is missing', 'Give a date.')
  if (endOfDate(day) < start) throw fault('The last day lies before the first date', 'Choose a later day.')
  return {until: endOfDate(day), untilIsDate: true}
}

const fault = (message: string, hint: string): InvalidRecurrence =>
  new InvalidRecurrence({code: 'rrule_range', message, hint})
