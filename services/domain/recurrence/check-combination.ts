import type {InvalidRecurrenceCode} from './invalid-recurrence.ts'
import type {RecurrenceRule} from './rule.ts'

/** Why a rule whose parts are each right is refused as a whole; `part` is where to point. */
export interface CombinationFault {
  readonly code: InvalidRecurrenceCode
  readonly part: string
  readonly message: string
  readonly hint: string
}

/** Most instants that BYHOUR × BYMINUTE × BYSECOND may make of one day: one per minute. */
export const MAX_TIMES = 1_440

/** The prohibitions of RFC 5545 section 3.3.10 and our cap on cross products; null when there is nothing to refuse. */
export function combinationFault(rule: RecurrenceRule): CombinationFault | null {
  return endFault(rule) ?? dayFault(rule) ?? ordinalFault(rule) ?? positionFault(rule) ?? productFault(rule)
}

function endFault({count, until}: RecurrenceRule): CombinationFault | null {
  if (count === null || until === null) return null
  return {
    code: 'rrule_combination',
    part: 'UNTIL',
    message: 'COUNT and UNTIL exclude each other',
    hint: 'keep COUNT or UNTIL: a rule has one end',
  }
}

function dayFault({freq, byMonthDay, byYearDay, byWeekNo}: RecurrenceRule): CombinationFault | null {
  if (byMonthDay.length > 0 && freq === 'WEEKLY') {
    return prohibited('BYMONTHDAY', freq, 'use FREQ=MONTHLY, or FREQ=DAILY with BYDAY and BYMONTHDAY')
  }
  if (byYearDay.length > 0 && (freq === 'DAILY' || freq === 'WEEKLY' || freq === 'MONTHLY')) {
    return prohibited('BYYEARDAY', freq, 'use FREQ=YEARLY')
  }
  if (byWeekNo.length > 0 && freq !== 'YEARLY') return prohibited('BYWEEKNO', freq, 'use FREQ=YEARLY')
  return null
}

function ordinalFault({freq, byDay, byWeekNo}: RecurrenceRule): CombinationFault | null {
  if (!byDay.some((day) => day.ordinal !== 0)) return null
  if (freq !== 'MONTHLY' && freq !== 'YEARLY') {
    return prohibited('BYDAY', freq, 'numbered weekdays such as 1MO need FREQ=MONTHLY or YEARLY', ' with a number')
  }
  if (byWeekNo.length > 0) return prohibited('BYDAY', 'BYWEEKNO', 'drop the number or BYWEEKNO', ' with a number')
  return null
}

function positionFault(rule: RecurrenceRule): CombinationFault | null {
  const {bySetPos, bySecond, byMinute, byHour, byDay, byMonthDay, byYearDay, byWeekNo, byMonth} = rule
  if (bySetPos.length === 0) return null
  const lists = [bySecond, byMinute, byHour, byDay, byMonthDay, byYearDay, byWeekNo, byMonth]
  if (lists.some((list) => list.length > 0)) return null
  return {
    code: 'rrule_combination',
    part: 'BYSETPOS',
    message: 'BYSETPOS has nothing to choose from',
    hint: 'add another BY part, such as BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1 for the last weekday',
  }
}

function productFault({byHour, byMinute, bySecond}: RecurrenceRule): CombinationFault | null {
  const product = Math.max(1, byHour.length) * Math.max(1, byMinute.length) * Math.max(1, bySecond.length)
  if (product <= MAX_TIMES) return null
  return {
    code: 'rrule_cap',
    part: bySecond.length > 1 ? 'BYSECOND' : 'BYMINUTE',
    message: `BYHOUR × BYMINUTE × BYSECOND make ${product} times, more than ${MAX_TIMES}`,
    hint: 'use FREQ=MINUTELY or SECONDLY with INTERVAL, or shorter lists',
  }
}

function prohibited(part: string, other: string, hint: string, detail = ''): CombinationFault {
  const message = `${part}${detail} does not go with ${other === 'BYWEEKNO' ? other : `FREQ=${other}`}`
  return {code: 'rrule_combination', part, message, hint}
}
