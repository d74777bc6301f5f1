import {skippedMonths} from '../../../../domain/recurrence/index.ts'
import {type Choices, freshChoices, type MonthlyDay} from './choices.ts'
import {isLastWeekday, monthDay, nthWeekday, weekdayOf} from './local-day.ts'
import {ruleOfChoices} from './rule-of-choices.ts'

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth']

export interface MonthlyOption {
  readonly value: MonthlyDay
  /** "Day 31" */
  readonly label: string
  /** "skips 5 months" */
  readonly note: string | null
}

/** What "monthly" can mean for a first date (a local instant); a choice that stands stays, whatever the date is. */
export function monthlyOptions(
  start: number,
  {interval, monthly}: Pick<Choices, 'interval' | 'monthly'>,
): MonthlyOption[] {
  const name = WEEKDAYS[weekdayOf(start)]!
  const nth = nthWeekday(start)
  const options: MonthlyOption[] = [{value: 'day', label: `Day ${monthDay(start)}`, note: skips(start, interval)}]
  options.push(
    {value: 'last-day', label: 'Last day', note: null},
    {
      value: 'weekday',
      label: `${capital(ORDINALS[nth - 1]!)} ${name}`,
      note: nth === 5 ? 'skips months with four' : null,
    },
  )
  if (isLastWeekday(start) || monthly === 'last-weekday')
    options.push({value: 'last-weekday', label: `Last ${name}`, note: null})
  return options
}

function skips(start: number, interval: number): string | null {
  const rule = ruleOfChoices({...freshChoices(start), pattern: 'monthly', interval}, start)!
  const {never, leapYearsOnly} = skippedMonths(rule, start)
  const months = never.length + (leapYearsOnly ? 1 : 0)
  if (months === 0) return null
  if (leapYearsOnly && months === 1) return 'skips February except in leap years'
  return months === 1 ? 'skips February' : `skips ${months} months`
}

const capital = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}`
