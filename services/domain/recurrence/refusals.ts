/** Why a rule that is well-formed is refused when it is compiled. */
import {InvalidRecurrence} from './invalid-recurrence.ts'
import type {RecurrenceRule} from './rule.ts'

export function refuseDates(): never {
  throw new InvalidRecurrence({
    code: 'rrule_never',
    message: 'The rule never occurs',
    hint: 'no date up to the year 9999 fulfils all its parts; drop one of them or move the start',
  })
}

export function refuseTimes({freq, interval}: RecurrenceRule): never {
  const unit = freq === 'HOURLY' ? 'hours' : freq === 'MINUTELY' ? 'minutes' : 'seconds'
  throw new InvalidRecurrence({
    code: 'rrule_never',
    message: 'The rule never occurs: INTERVAL steps over every time that it allows',
    hint: `steps of ${interval} ${unit} from the start never meet BYHOUR, BYMINUTE, BYSECOND; change one of them, INTERVAL or the start`,
  })
}

export function refusePositions({bySetPos}: RecurrenceRule): never {
  throw new InvalidRecurrence({
    code: 'rrule_never',
    message: 'The rule never occurs: BYSETPOS lies beyond the largest set',
    hint: `BYSETPOS=${bySetPos.join(',')}: no period has so many occurrences; use a smaller position`,
  })
}

export function refuseLongSteps(limit: string): never {
  throw new InvalidRecurrence({
    code: 'rrule_cap',
    message: `INTERVAL is longer than ${limit}`,
    hint: `with these BY parts a step is at most ${limit}; use FREQ=HOURLY or DAILY`,
  })
}

export function refuseLongCount(most: number): never {
  throw new InvalidRecurrence({
    code: 'rrule_cap',
    message: 'COUNT is too large for steps that fall on other times every day',
    hint: `with these BY parts COUNT is at most ${most}; give the end with UNTIL`,
  })
}
