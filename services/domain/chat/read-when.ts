import {spelledOut} from '../dates/date-words.ts'
import {readDuration} from '../dates/duration.ts'
import {type DueContext, type ParsedDue, readDate} from '../dates/read-date.ts'
import {DomainError} from '../errors.ts'
import {parseQuickAdd} from '../quick-add/parse-quick-add.ts'
import type {Alternative, Choice} from '../quick-add/quick-add.ts'
import {withChoice} from '../quick-add/task-fields.ts'

/** A text that has to be a date. */
export type When =
  | {readonly kind: 'when'; readonly due: ParsedDue; readonly alternatives: readonly Choice[]}
  | {readonly kind: 'ask'; readonly text: string; readonly choices: readonly Choice[]}
  /** It is no date. */
  | {readonly kind: 'none'}

/** A date of any command is not longer. */
const LONGEST = 80
/** Stands for the task: quick add reads a date only beside a title, and a word behind a backslash is nothing else. */
const TITLE = String.raw`\task `

/** Reads a date as quick add does, so that what is asked there is asked here. `write` of a choice is the date alone. */
export function readWhen(typed: string, context: DueContext): When {
  const text = typed.trim()
  if (text === '' || text.length > LONGEST) return {kind: 'none'}
  const said = TITLE + text
  const parsed = parseQuickAdd(said, context)
  const extra = parsed.recurrence ?? parsed.reminders ?? parsed.priority ?? parsed.tags[0]
  if (parsed.title !== 'task' || extra) return readAlone(text, context)
  const [question] = parsed.questions
  if (!question) {
    if (!parsed.due) return {kind: 'none'}
    const others = parsed.due.alternatives.map((other) => placed(said, other))
    return {kind: 'when', due: parsed.due.value, alternatives: others.filter(isNoEscape)}
  }
  const choices = question.choices.map((choice) => placed(said, {...choice, span: question.span})).filter(isNoEscape)
  if (choices.length > 1) return {kind: 'ask', text: question.text, choices}
  // Beside a command there is no doubt that it is a day: "sat".
  return readAlone(choices[0]?.write ?? text, context)
}

const placed = (said: string, other: Alternative): Choice => ({
  write: withChoice(said, other, other).slice(TITLE.length).trim(),
  means: other.means,
})
const isNoEscape = ({write}: Choice): boolean => !write.includes('\\')

function readAlone(text: string, context: DueContext): When {
  try {
    const due = readDate(text.toLowerCase(), context)
    return due ? {kind: 'when', due, alternatives: []} : {kind: 'none'}
  } catch (error) {
    // A day that does not exist, or that can be read in two ways: said as it is said for due dates.
    if (error instanceof DomainError) return {kind: 'ask', text: `${error.message} ${error.hint ?? ''}`, choices: []}
    throw error
  }
}

/** Seconds of `20 minutes`, `an hour`, `half an hour`, `1h30m`; undefined for what is none. */
export function readSpan(text: string): number | undefined {
  const even = spelledOut(text.trim().toLowerCase())
    .replace(/^half an? hour$/u, '30m')
    .replace(/^(?:an?|1) hour and a half$/u, '90m')
    .replace(/^(?:an?|one) (?=hour|minute|day|week)/u, '1 ')
    .replace(/^a couple of /u, '2 ')
    .replaceAll(/ and /gu, ' ')
  if (!/^\d/u.test(even)) return undefined
  const seconds = readDuration(even)
  return seconds === undefined || seconds <= 0 ? undefined : seconds
}
