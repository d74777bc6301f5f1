import {
  clockChanges,
  compileRecurrence,
  formatRule,
  instantOfLocal,
  InvalidRecurrence,
  notes,
  offsetAt,
  type RecurrencePlan,
  type RecurrenceRule,
  toUtcRule,
} from '../../../../domain/recurrence/index.ts'
import {type Choices, sentenceOf} from './choices.ts'
import {DAY, endOfDate} from './local-day.ts'
import {ruleOfChoices} from './rule-of-choices.ts'

export interface Setting {
  /** IANA name. */
  readonly zone: string
  /** ms since the epoch. */
  readonly now: number
  /** The due date as it is chosen (ms); null: there is none yet. */
  readonly dueAt: number | null
  readonly hasTime: boolean
}

/** What is to be saved, and what it leads to. */
export interface Outcome {
  readonly ok: true
  /** The UTC rule, canonical; null: it does not repeat. */
  readonly pattern: string | null
  /** The first date, ms: the due date, or the first that fits after it. */
  readonly dueAt: number | null
  readonly hasTime: boolean
  /** At most five dates, the first included, ms. */
  readonly dates: readonly number[]
  /** "every Monday at 09:00"; '' when it does not repeat. */
  readonly sentence: string
  /** "Clocks go forward on 28 Mar: from here one hour later on your clock"; null when they change nothing soon. */
  readonly clockLine: string | null
  /** Advice, such as that months are skipped. */
  readonly advice: readonly string[]
}

export interface Fault {
  readonly ok: false
  readonly message: string
  readonly hint: string
  /** In the text of a custom rule; length 0: the whole. */
  readonly position: number
  readonly length: number
}

const SHOWN = 5

/** The local instant from which a rule is counted: the due date, or the end of today. */
export function startOf({dueAt, zone, now}: Pick<Setting, 'dueAt' | 'zone' | 'now'>): number {
  return dueAt === null ? endOfDate(now + offsetAt(zone, now)) : dueAt + offsetAt(zone, dueAt)
}

export function outcomeOf(choices: Choices, setting: Setting): Outcome | Fault {
  try {
    const start = startOf(setting)
    const rule = ruleOfChoices(choices, start)
    if (rule === null)
      return {ok: true, pattern: null, ...dueOf(setting), dates: [], sentence: '', clockLine: null, advice: []}
    return choices.anchor === 'completion' ? fromCompletion(rule, start, setting) : fromDue(rule, start, setting)
  } catch (error) {
    if (!(error instanceof InvalidRecurrence)) throw error
    const {message, hint, position, length} = error
    return {ok: false, message, hint, position, length}
  }
}

const dueOf = ({dueAt, hasTime}: Setting) => ({dueAt, hasTime: dueAt === null ? false : hasTime})

function fromDue(rule: RecurrenceRule, start: number, setting: Setting): Outcome {
  const {zone} = setting
  const from = setting.hasTime || !saysTime(rule) ? start : Math.floor(start / DAY) * DAY
  // Intervals count from the first date that fits, as people mean "every 2 weeks on Monday" on a Friday.
  const first = compileRecurrence({rule: {...rule, interval: within(rule) ? rule.interval : 1}, start: from}).after(
    from - 1,
  )
  if (first === null) throw never()
  const dueAt = instantOfLocal(zone, first)
  const moved = toUtcRule({rule, zone, start: dueAt})
  const plan = compileRecurrence(moved)
  const dates = plan.between(dueAt, Number.MAX_SAFE_INTEGER, SHOWN)
  const until = Math.min(plan.end ?? Infinity, Math.max(dates.at(-1) ?? 0, dueAt + 366 * DAY))
  return {
    ok: true,
    pattern: formatRule(moved.rule),
    dueAt,
    hasTime: (setting.dueAt !== null && setting.hasTime) || saysTime(rule),
    dates,
    sentence: sentenceOf(rule, first),
    clockLine: clockLineOf(moved, {zone, dueAt, until, hasTime: setting.hasTime || saysTime(rule)}),
    advice: notes(rule, first).map(({text}) => text),
  }
}

/** The dates are those of somebody who finishes each on its day. */
function fromCompletion(rule: RecurrenceRule, start: number, setting: Setting): Outcome {
  const lists = [rule.byDay, rule.byMonthDay, rule.byYearDay, rule.byWeekNo, rule.byMonth, rule.bySetPos]
  if (saysTime(rule) || lists.some((list) => list.length > 0)) {
    throw new InvalidRecurrence({
      code: 'rrule_combination',
      message: 'Counted from when you finish, a rule can only say how long to wait',
      hint: 'write it without days and times, such as "every 10 days", or count from the due date',
    })
  }
  const dueAt = instantOfLocal(setting.zone, start)
  const dates = planOf(rule, start).between(start, Number.MAX_SAFE_INTEGER, SHOWN)
  return {
    ok: true,
    pattern: formatRule(
      rule.until === null ? rule : {...rule, until: instantOfLocal(setting.zone, rule.until), untilIsDate: false},
    ),
    dueAt,
    hasTime: setting.dueAt !== null && setting.hasTime,
    dates: dates.map((local) => instantOfLocal(setting.zone, local)),
    sentence: sentenceOf(rule, start),
    clockLine: null,
    advice: [],
  }
}

const planOf = (rule: RecurrenceRule, start: number): RecurrencePlan => compileRecurrence({rule, start})

const within = ({freq}: RecurrenceRule): boolean => ['HOURLY', 'MINUTELY', 'SECONDLY'].includes(freq)

const saysTime = (rule: RecurrenceRule): boolean =>
  within(rule) || rule.byHour.length + rule.byMinute.length + rule.bySecond.length > 0

/** A day without a time stays that day: its last second moves within two hours, which nobody sees. */
function clockLineOf(
  moved: {readonly rule: RecurrenceRule; readonly start: number},
  {zone, dueAt, until, hasTime}: {zone: string; dueAt: number; until: number; hasTime: boolean},
): string | null {
  if (!hasTime) return null
  const [change] = clockChanges({...moved, zone, after: dueAt, until, limit: 1})
  return change ? `${change.effect[0]!.toUpperCase()}${change.effect.slice(1)}.` : null
}

const never = (): InvalidRecurrence =>
  new InvalidRecurrence({
    code: 'rrule_never',
    message: 'There is no such date after the first one',
    hint: 'move the end, or choose other days',
  })
