import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

/** A line that stands for one thing, and where it stood. */
export interface TypedLine {
  readonly number: number
  readonly text: string
}

const MOST_LINES = 1000

/** One thing a line; empty ones are left out. */
export function readLines(text: string, what = 'one task a line'): TypedLine[] {
  const lines = text
    .split(/\r?\n/u)
    .map((line, index) => ({number: index + 1, text: line.replaceAll(/\s+/gu, ' ').trim()}))
    .filter((line) => line.text !== '')
  if (lines.length === 0) throw usageError('Nothing came on standard input.', 'missing_argument', what)
  if (lines.length > MOST_LINES)
    throw usageError(`These are ${lines.length} lines.`, 'too_many', `at most ${MOST_LINES} at once`)
  return lines
}

/** Of what was written in an editor: a lone #, or one before a space, begins a comment; #home is a tag. */
export function withoutComments(text: string): string {
  const kept = text
    .split(/\r?\n/u)
    .map((line) => (/^\s*#(\s|$)/u.test(line) ? '' : line))
    .join('\n')
  if (kept.trim() !== '') return kept
  throw new CliError('Nothing was added.', {code: 'not_confirmed', exit: EXIT.refused})
}

/** What an editor begins with. */
export const template = (text: string, what: string): string =>
  `${text}

# One task a line: ${what}.
# Lines that begin with "# " are left out. Without any other line nothing is added.
`

/** All faults together; then nothing is added. */
export const invalidLines = (faults: readonly string[], {bad, of}: {bad: number; of: number}): CliError =>
  usageError(`${bad} of ${of} lines cannot be added as they are, so none was.`, 'invalid_lines', ...faults)

/** As the API has it. */
const MOST_CHARACTERS = 500

/** Titles as they are, one a line. */
export function readTitles(text: string): string[] {
  const lines = readLines(text)
  const long = lines.filter((line) => line.text.length > MOST_CHARACTERS)
  if (long.length === 0) return lines.map((line) => line.text)
  const faults = long.map(({number}) => `line ${number}: a title has at most ${MOST_CHARACTERS} characters`)
  throw invalidLines(faults, {bad: long.length, of: lines.length})
}
