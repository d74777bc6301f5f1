import {
  compileRecurrence,
  describeRule,
  formatRule,
  type RecurrenceRule,
} from '../../services/domain/recurrence/index.ts'
import {explicitRule} from '../../services/domain/recurrence/explicit-rule.ts'
import {notes} from '../../services/domain/recurrence/notes.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'
import {parseDue} from '../../services/domain/dates/parse-due.ts'
import {localRule, readRule} from './rule-input.ts'
import {rulePartMeaning} from './rule-part-meaning.ts'
import {instantText} from './task-input.ts'

export interface ExplainRequest {
  readonly rule: string
  readonly start?: string | undefined
  readonly zone: Zone
  readonly now: number
}

export interface ExplainedPart {
  /** `BYDAY=-1FR` */
  readonly part: string
  readonly meaning: string
  /** Parts that a rule leaves out come from its start. */
  readonly from: 'rule' | 'start'
}

/** What `recurrence explain --json` prints. */
export interface Explanation {
  /** In local time, as it was read. */
  readonly canonical: string
  readonly description: string
  readonly parts: readonly ExplainedPart[]
  readonly time_zone: string
  readonly start: string
  readonly has_time: boolean
  /** The UTC rule that would be stored. */
  readonly utc_rule: string
  /** The last occurrence; null when the rule has no end. */
  readonly last: string | null
  readonly next: readonly string[]
  readonly notes: readonly string[]
}

/** How a rule is read, part by part. */
export async function explainRule({rule: text, start, zone, now}: ExplainRequest): Promise<Explanation> {
  const given = start === undefined ? undefined : await parseDue(start, {zone, now})
  const {pattern, due} = readRule({text, due: given, zone, now})
  const rule = localRule({text, count: undefined, zone})
  const localStart = due.at + zone.offsetAt(due.at)
  const plan = compileRecurrence({rule: pattern, start: due.at})
  const description = describeRule(rule, localStart, {zone: zone.name === 'UTC' ? 'UTC' : ''})
  const last = plan.end === null ? null : plan.before(plan.end + 1)
  return {
    canonical: formatRule(rule),
    description: due.hasTime ? description : description.replace(/ at 23:59:59( UTC)?\b/u, ''),
    parts: partsOf(rule, localStart, due.hasTime),
    time_zone: zone.name,
    start: instantText(due.at),
    has_time: due.hasTime,
    utc_rule: pattern,
    last: last === null ? null : instantText(last),
    next: plan.between(due.at, Infinity, 3).map(instantText),
    notes: notes(rule, localStart).map((note) => note.text),
  }
}

const OF_A_DAY = /^BY(HOUR|MINUTE|SECOND)=/u

function partsOf(rule: RecurrenceRule, localStart: number, hasTime: boolean): ExplainedPart[] {
  const said = formatRule(rule).split(';')
  const all = formatRule(explicitRule(rule, localStart)).split(';')
  const implied = all.filter((part) => !said.some((own) => own.split('=')[0] === part.split('=')[0]))
  const shown = implied.filter((part) => hasTime || !OF_A_DAY.test(part))
  const meaning = (part: string): string => rulePartMeaning(part, rule)
  return [
    ...said.map((part) => ({part, meaning: meaning(part), from: 'rule' as const})),
    ...shown.map((part) => ({part, meaning: meaning(part), from: 'start' as const})),
  ]
}
