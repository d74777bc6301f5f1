import {z} from 'zod'
import {formatInstant, instantOutput} from '../../contracts/instant.ts'
import type {ParsedDue} from '../../domain/dates/parse-due.ts'
import type {Zone} from '../../domain/dates/zone.ts'
import {DomainError} from '../../domain/errors.ts'
import {clockChanges, compileRecurrence, notes, parseRule, toLocalRule} from '../../domain/recurrence/index.ts'
import {whenText} from './inputs.ts'
import {readWhen} from './read-when.ts'
import {dateWords, lines, quoted, wordsOfRule} from './task-words.ts'
import {READS, defineTool} from './tool.ts'

const MOST = 20

export const previewRecurrence = defineTool({
  name: 'preview_recurrence',
  title: 'Preview a rule',
  description:
    'Shows on which dates a rule falls, without saving anything: how it was understood in words, the first dates in the time zone of the user, and what is odd about it (months that it skips, a change of the clocks).',
  scope: 'tasks:read',
  annotations: READS,
  input: z.strictObject({
    when: whenText.describe(
      'The rule in words, "every second tuesday at 17:00 until 1 june" or "every month on the last friday", or an RRULE; on the clock of the user.',
    ),
    count: z.int().min(1).max(MOST).default(5).describe('How many dates.'),
  }),
  output: z.object({
    rule: z.string().describe('The rule as it would be stored: RRULE, UTC.'),
    words: z.string(),
    time_zone: z.string(),
    has_time: z.boolean().describe('False: the rule is about whole days, which end at their last second.'),
    occurrences: z.array(instantOutput),
    more: z.boolean().describe('Whether it goes on after the last one.'),
    notes: z.array(z.string()),
  }),
  async run({when, count}, caller) {
    const {zone} = caller
    const {fields, due, remarks} = await readWhen(when, 'when', caller)
    const {recurring_pattern: rule, recurring_end_date: ending} = fields
    if (rule === undefined) throw notARule(when)
    const plan = compileRecurrence({rule, start: due.at})
    const end = ending === undefined ? Infinity : Date.parse(ending)
    const found = plan.between(due.at, end, count + 1)
    const shown = found.slice(0, count)
    const said = [...remarks, ...advice(rule, due, {zone, last: shown.at(-1)})]
    const until = ending === undefined ? '' : ` until ${dateWords(end, due.hasTime, zone)}`
    const words = `${wordsOfRule(parseRule(rule), due.at, zone)}${until}`
    return {
      text: lines(
        `${words}, in ${zone.name}:`,
        shown.map((at) => `- ${dateWords(at, due.hasTime, zone)}`),
        found.length > count ? 'and so on.' : 'and no more.',
        said,
      ),
      data: {
        rule,
        words,
        time_zone: zone.name,
        has_time: due.hasTime,
        occurrences: shown.map((at) => formatInstant(new Date(at))),
        more: found.length > count,
        notes: said,
      },
    }
  },
})

/** What a person should know before it is saved. */
function advice(rule: string, due: ParsedDue, {zone, last}: {zone: Zone; last: number | undefined}): string[] {
  const parsed = parseRule(rule)
  const start = due.at
  const local = zone.name === 'UTC' ? {rule: parsed, start} : toLocalRule({rule: parsed, zone: zone.name, start})
  const odd = local ? notes(local.rule, local.start).map(({text}) => text) : []
  if (zone.name === 'UTC' || !due.hasTime || last === undefined) return odd
  const changes = clockChanges({rule: parsed, zone: zone.name, start, after: start, until: last, limit: 3})
  return [...odd, ...changes.map(({effect}) => `${effect.charAt(0).toUpperCase()}${effect.slice(1)}.`)]
}

const notARule = (text: string): DomainError =>
  new DomainError('invalid', 'no_rule', `${quoted(text)} is a date and does not repeat.`, {
    hint: 'say how it repeats, such as "every month on the 1st at 9"',
  })
