import {parseQuickAdd} from '../../services/domain/quick-add/parse-quick-add.ts'
import type {Choice, Question, QuickAdd} from '../../services/domain/quick-add/quick-add.ts'
import {withChoice} from '../../services/domain/quick-add/task-fields.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'
import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {Ask} from '../question.ts'
import {invalidLines, readLines} from './typed-lines.ts'

interface Reading {
  readonly zone: Zone
  readonly now: number
  /** Undefined: nobody is there who could answer. */
  readonly ask: Ask | undefined
}

/** A sentence has a few questions at most; who answers more often is not heard. */
const MOST_ANSWERS = 8

/** One sentence as a task. What can be read in several ways is asked; without anybody to ask it is an error. */
export async function readSentence(text: string, {zone, now, ask}: Reading): Promise<QuickAdd> {
  let typed = text.replaceAll(/\s+/gu, ' ').trim()
  for (let answers = 0; ; answers++) {
    const parsed = parseQuickAdd(typed, {zone, now})
    const [question] = parsed.questions
    if (!question) return parsed
    if (!ask || answers === MOST_ANSWERS) throw asError(parsed)
    typed = await answered(typed, question, ask)
  }
}

async function answered(text: string, question: Question, ask: Ask): Promise<string> {
  const {choices, hint, code} = question
  const lines = choices.map(({write, means}, index) => `  ${index + 1}  ${means}${write === '' ? '' : `   ${write}`}`)
  const prompt =
    choices.length === 0 ? `${hint}: ` : `1${choices.length > 1 ? `-${choices.length}` : ''}, or what to write there: `
  const answer = await ask([question.text, ...lines], prompt)
  if (!answer) throw new CliError('Nothing was added.', {code: 'not_confirmed', exit: EXIT.refused})
  // What is to be done stands before when it is.
  if (code === 'missing_title') return `${answer} ${text}`
  return withChoice(text, question, choices[Number(answer) - 1] ?? {write: answer})
}

/** The questions as an error, with a whole line to type for each answer to the first. */
function asError({text, questions}: QuickAdd): CliError {
  const [first, ...others] = questions
  const lines = first!.choices.map((choice) => lineOf(text, first!, choice))
  const hints = [
    ...(lines.length === 0 ? [first!.hint] : lines),
    ...others.map((question) => `also open: ${question.text}`),
  ]
  return usageError(first!.text, first!.code, ...hints)
}

const lineOf = (text: string, question: Question, choice: Choice): string =>
  `todo5 add ${quoted(withChoice(text, question, choice))}        ${choice.means}`

/** For a POSIX shell. */
const quoted = (text: string): string =>
  /["$`\\!]/u.test(text) ? `'${text.replaceAll("'", String.raw`'\''`)}'` : `"${text}"`

/** One task a line; empty lines are left out. All that cannot be read are named together, and then none is added. */
export function readSentences(text: string, {zone, now}: Omit<Reading, 'ask'>): QuickAdd[] {
  const read = readLines(text).map((line) => ({number: line.number, parsed: parseQuickAdd(line.text, {zone, now})}))
  const faults = read.filter(({parsed}) => parsed.questions.length > 0)
  if (faults.length === 0) return read.map(({parsed}) => parsed)
  const lines = faults.flatMap(({number, parsed}) =>
    parsed.questions.map((question) => `line ${number}: ${faultText(question)}`),
  )
  throw invalidLines(lines, {bad: faults.length, of: read.length})
}

function faultText({text, choices, hint}: Question): string {
  const writes = choices.filter(({write}) => write !== '').map(({write}) => `"${write}"`)
  return writes.length === 0 ? `${text} ${hint}` : `${text} Write ${writes.join(' or ')}.`
}
