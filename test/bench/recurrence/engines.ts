/** Three engines behind one shape: ours, rrule as it comes, and rrule-temporal. */
import {RRuleTemporal} from 'rrule-temporal'
import {compileRecurrence} from '../../../services/domain/recurrence/index.ts'
import {RRule} from '../../../services/domain/recurrence/testing/rrule.ts'

export interface Engine {
  readonly name: 'todo5' | 'rrule' | 'rrule-temporal'
  /** Parses and compiles; the result gives the first occurrence strictly after an instant, ms. */
  compile(rule: string, start: number): (instant: number) => number | null
}

export const TODO5: Engine = {
  name: 'todo5',
  compile(rule, start) {
    const plan = compileRecurrence({rule, start})
    return (instant) => plan.after(instant)
  },
}

export const RRULE: Engine = {
  name: 'rrule',
  compile(rule, start) {
    // noCache: with its cache every answer is kept for ever and searched from the first.
    const compiled = new RRule({...RRule.parseString(rule), dtstart: new Date(start)}, true)
    return (instant) => compiled.after(new Date(instant))?.getTime() ?? null
  },
}

export const RRULE_TEMPORAL: Engine = {
  name: 'rrule-temporal',
  compile(rule, start) {
    const stamp = new Date(start).toISOString().replace(/[-:]|\.\d+/g, '')
    const compiled = new RRuleTemporal({rruleString: `DTSTART:${stamp}\nRRULE:${rule}`})
    return (instant) => compiled.next(new Date(instant))?.epochMilliseconds ?? null
  },
}
