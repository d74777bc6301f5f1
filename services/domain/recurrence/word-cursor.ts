import {InvalidRecurrence} from './invalid-recurrence.ts'
import {nearWords, ordinalOf} from './vocabulary.ts'
import {type Token, wordTokens} from './word-tokens.ts'

/** Words that people write and that a rule cannot hold, with what to write instead. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['morning', 'name the time: "daily at 8"'],
  ['evening', 'name the time: "daily at 18"'],
  ['night', 'name the time: "daily at 22"'],
  ['twice', 'name the days or the times: "weekly on mon,thu" or "daily at 9 and 17"'],
  ['bimonthly', 'say "every 2 months" or "monthly on the 1st and 15th"'],
  ['starting', 'the due date of the task is the start; leave this out'],
  ['from', 'the due date of the task is the start; for hours say "every hour in the hours 9 to 17"'],
])

const EXAMPLES = 'examples: "daily at 9", "weekdays", "every 2 weeks on mon, thu", "monthly on the last friday"'

/** A place in the tokens of one pattern, and the errors that point at it. */
export class WordCursor {
  readonly #tokens: readonly Token[]
  #index = 0

  constructor(text: string) {
    this.#tokens = wordTokens(text)
  }

  /** The token that comes next, or one further on. Past the end it is the end token. */
  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)]!
  }

  take(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.#index++
    return token
  }

  get done(): boolean {
    return this.peek().kind === 'end'
  }

  /** Remember with `mark`, go back with `rewind`. */
  get mark(): number {
    return this.#index
  }

  rewind(mark: number): void {
    this.#index = mark
  }

  is(...words: string[]): boolean {
    return words.includes(this.peek().text)
  }

  /** Takes the next token when it is one of the words. */
  accept(...words: string[]): boolean {
    if (!this.is(...words)) return false
    this.take()
    return true
  }

  /** Takes a comma, `and` or `&` or several of them; tells whether there was one. */
  acceptSeparator(): boolean {
    let found = false
    while (this.accept(',', 'and', '&')) found = true
    return found
  }

  /** The value of an ordinal at this place: 31st, third, last (−1). */
  peekOrdinal(ahead = 0): number | undefined {
    const token = this.peek(ahead)
    return token.kind === 'ordinal' ? token.value : ordinalOf(token.text)
  }

  fault(message: string, hint: string, token: Token = this.peek(), instead: readonly string[] = []): InvalidRecurrence {
    return new InvalidRecurrence({
      code: 'rrule_words',
      message,
      hint,
      instead,
      position: token.at,
      length: Math.max(token.text.length, token.kind === 'end' ? 0 : 1),
    })
  }

  /** The error for a token that does not belong here; `expected` completes "expected …". */
  unexpected(expected: string, token: Token = this.peek()): InvalidRecurrence {
    if (token.kind === 'end') return this.fault(`the pattern ends too early: expected ${expected}`, EXAMPLES, token)
    const instead = INSTEAD.get(token.text)
    if (instead !== undefined) return this.fault(`"${token.text}" cannot be part of a rule`, instead, token)
    const near = token.kind === 'word' ? nearWords(token.text) : []
    if (near.length > 0 && !near.includes(token.text)) {
      const choice = near.map((word) => `"${word}"`).join(' or ')
      return this.fault(`"${token.text}" is not a word of the patterns`, `did you mean ${choice}?`, token)
    }
    return this.fault(`"${token.text}" does not fit here: expected ${expected}`, EXAMPLES, token)
  }
}
