import type {ParsedDue} from '../../services/domain/dates/read-date.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'
import {everyUnits, type Unit} from './place-rule.ts'

type Every = readonly [unit: Unit | 'HOURLY' | 'MINUTELY', count: number]

/** Periods that have a name in Taskwarrior. */
const NAMED: Readonly<Record<string, Every>> = {
  hourly: ['HOURLY', 1],
  daily: ['DAILY', 1],
  day: ['DAILY', 1],
  weekly: ['WEEKLY', 1],
  sennight: ['WEEKLY', 1],
  biweekly: ['WEEKLY', 2],
  fortnight: ['WEEKLY', 2],
  monthly: ['MONTHLY', 1],
  bimonthly: ['MONTHLY', 2],
  quarterly: ['MONTHLY', 3],
  semiannual: ['MONTHLY', 6],
  annual: ['YEARLY', 1],
  yearly: ['YEARLY', 1],
  biannual: ['YEARLY', 2],
  biyearly: ['YEARLY', 2],
}

const UNITS: readonly (readonly [RegExp, Every])[] = [
  [/^min(?:ute)?s?$/u, ['MINUTELY', 1]],
  [/^h(?:(?:ou)?rs?)?$/u, ['HOURLY', 1]],
  [/^d(?:ays?)?$/u, ['DAILY', 1]],
  [/^w(?:(?:ee)?ks?)?$/u, ['WEEKLY', 1]],
  [/^m(?:o|os|ths?|nths?|onths?)?$/u, ['MONTHLY', 1]],
  [/^q(?:(?:uar)?te?rs?)?$/u, ['MONTHLY', 3]],
  [/^y(?:(?:ea)?rs?)?$/u, ['YEARLY', 1]],
]

/** The rules that a `recur` can be, the best first; none when it is no period that a rule can say. */
export function rulesOfRecur(recur: string, due: ParsedDue, zone: Zone): string[] {
  const typed = recur.trim().toLowerCase()
  if (typed === 'weekdays') return ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR']
  const every = NAMED[typed] ?? isoPeriod(recur.trim()) ?? countedUnit(typed)
  if (!every) return []
  const [unit, count] = every
  return unit === 'HOURLY' || unit === 'MINUTELY'
    ? [`FREQ=${unit};INTERVAL=${count}`]
    : everyUnits(unit, count, due, zone)
}

/** `P2W`, `P3M`, `PT8H`: of one part only. */
function isoPeriod(text: string): Every | undefined {
  const [, count, unit, timeCount, timeUnit] = /^P(?:(\d+)([DWMY])|T(\d+)([HM]))$/u.exec(text) ?? []
  if (count !== undefined) return countedUnit(`${count}${unit!.toLowerCase()}`)
  return timeCount === undefined ? undefined : [timeUnit === 'H' ? 'HOURLY' : 'MINUTELY', Number(timeCount)]
}

/** `3days`, `2 wks`, `2mo`; a unit alone is one. */
function countedUnit(text: string): Every | undefined {
  const [, count, name] = /^(\d{0,4})\s*([a-z]+)$/u.exec(text) ?? []
  if (name === undefined || (Number(count) === 0 && count !== '')) return undefined
  const unit = UNITS.find(([pattern]) => pattern.test(name))?.[1]
  return unit && [unit[0], unit[1] * Number(count === '' ? 1 : count)]
}
