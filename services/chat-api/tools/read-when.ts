import {DomainError} from '../../domain/errors.ts'
import {atTimeOfDay} from '../../domain/dates/at-time-of-day.ts'
import {type DueContext, parseDue, type ParsedDue} from '../../domain/dates/parse-due.ts'
import {placeRule} from '../../domain/dates/place-rule.ts'
import type {Zone} from '../../domain/dates/zone.ts'
import {parseQuickAdd} from '../../domain/quick-add/parse-quick-add.ts'
import type {Question, QuickAdd} from '../../domain/quick-add/quick-add.ts'
import {type TaskFields, taskFields, withChoice} from '../../domain/quick-add/task-fields.ts'
import {InvalidRecurrence, type RecurrenceRule, parseRecurrence} from '../../domain/recurrence/index.ts'
import {DATE_ONLY_OFFSET_SECONDS} from '../../domain/reminders/reminder-times.ts'
import {dateWords, quoted} from './task-words.ts'
import {ToolQuestion} from './tool-question.ts'

/** A text of somebody as the fields of a task. */
interface Understood<Fields> {
  readonly fields: Fields
  /** What the person should hear about how it was read. */
  readonly remarks: readonly string[]
}

type WhenFields = Omit<TaskFields, 'title' | 'priority' | 'tags' | 'reminders'>

/** One sentence as a task. Throws ToolQuestion for what can be read in two ways. */
export function readSentence(text: string, context: DueContext): Understood<TaskFields> {
  const typed = tidy(text)
  const read = parseQuickAdd(typed, context)
  ask(read, 'sentence', 0)
  return {fields: taskFields(read), remarks: remarksOf(read, context.zone)}
}

/** Stands before a date, so that the reader of sentences has something to do. */
const STAND_IN = 'task '

/**
 * A date, or a rule with its first date: "tomorrow 9am", "2026-12-01", "every second tuesday at 17:00 until 1 june", or an
 * RRULE on the clock of the zone. All of it must be understood. Throws ToolQuestion, and DomainError `invalid_date` and
 * those of rules.
 */
export async function readWhen(
  text: string,
  field: string,
  context: DueContext,
): Promise<Understood<WhenFields> & {readonly due: ParsedDue}> {
  const typed = tidy(text)
  if (/\bfreq *=/iu.test(typed)) return ofRule(typed, context)
  const read = parseQuickAdd(`${STAND_IN}${typed}`, context)
  const said = read.tags.length > 0 || read.priority !== null || read.reminders !== null
  if (said || `${read.title} ` !== STAND_IN) return ofAnything(typed, context)
  ask(read, field, STAND_IN.length)
  if (read.due === null) return ofAnything(typed, context)
  const {title: _, ...fields} = taskFields(read)
  return {fields, due: read.due.value, remarks: remarksOf(read, context.zone)}
}

/** A date alone. Throws as `readWhen`, and for a rule. */
export async function readDay(text: string, field: string, context: DueContext): Promise<ParsedDue> {
  const {fields, due} = await readWhen(text, field, context)
  if (fields.recurring_pattern === undefined) return due
  throw new DomainError('invalid', 'rule_not_wanted', `${field}: ${quoted(text)} repeats, and one date is wanted.`, {
    hint: 'give one date, such as "tomorrow 9am" or "friday"',
  })
}

/** When a reminder shall come: of a day without a time the morning. */
export async function readMorning(text: string, field: string, context: DueContext): Promise<number> {
  const due = await readDay(text, field, context)
  if (due.hasTime) return due.at
  return atTimeOfDay(tidy(text), due, {time: due.at - DATE_ONLY_OFFSET_SECONDS * 1000, context})
}

const tidy = (text: string): string => text.replaceAll(/\s+/gu, ' ').trim()

/** Words of rules that sentences do not have, and dates that only their own reader knows. */
async function ofAnything(
  typed: string,
  context: DueContext,
): Promise<Understood<WhenFields> & {readonly due: ParsedDue}> {
  if (/^(every|each|daily|weekly|fortnightly|monthly|quarterly|yearly|annually|once)\b/iu.test(typed))
    return ofRule(typed, context)
  const due = await parseDue(typed, context)
  return {fields: fieldsOf(due), due, remarks: []}
}

const fieldsOf = ({at, hasTime}: ParsedDue): WhenFields => ({
  due_at: new Date(at).toISOString().replace('.000Z', 'Z'),
  due_has_time: hasTime,
})

function ofRule(typed: string, {zone, now}: DueContext): Understood<WhenFields> & {readonly due: ParsedDue} {
  try {
    const {pattern, due} = placeRule({rule: localRule(typed, zone), due: undefined, zone, now})
    return {fields: {...fieldsOf(due), recurring_pattern: pattern}, due, remarks: []}
  } catch (error) {
    if (!(error instanceof InvalidRecurrence)) throw error
    throw new DomainError('invalid', error.code, `${error.message}.`, {hint: error.hint, cause: error})
  }
}

/** Every part on the local clock; an UNTIL that was written in UTC is moved there. */
function localRule(typed: string, zone: Zone): RecurrenceRule {
  const rule = parseRecurrence(typed)
  const utcEnd = rule.until !== null && !rule.untilIsDate && /UNTIL=\d{8}T\d{6}Z/iu.test(typed)
  return utcEnd ? {...rule, until: rule.until + zone.offsetAt(rule.until)} : rule
}

/** `before`: how much of the text is not the person's. */
function ask({text, questions}: QuickAdd, field: string, before: number): void {
  const [first, ...others] = questions
  if (!first) return
  throw new ToolQuestion({
    code: first.code,
    text: first.text,
    field,
    choices: choicesOf(text, first, before),
    hint: [first.hint, ...others.map((other) => `also open: ${other.text}`)].join('; '),
  })
}

/** In a date nothing can be left as it stands: there is no title for it. */
const choicesOf = (text: string, question: Question, before: number) =>
  question.choices
    .filter(({write}) => before === 0 || !write.startsWith('\\'))
    .map((choice) => ({means: choice.means, write: withChoice(text, question, choice).slice(before)}))

function remarksOf(read: QuickAdd, zone: Zone): string[] {
  const others = [read.due, read.recurrence, read.reminders].flatMap((field) => field?.alternatives ?? [])
  return [
    ...read.remarks.map(({text}) => text),
    ...read.exceptions.map(({value}) => {
      const day = dateWords(value.day, false, zone)
      // A rule has no exceptions: that one is skipped when its turn has come.
      return value.occurrence === null
        ? `Nothing falls on ${day}, so there is nothing to leave out.`
        : `${day} comes all the same: skip it when it is open.`
    }),
    ...others.map(({write, means}) => `It could also be ${means}: then say ${quoted(write)}.`),
  ]
}
