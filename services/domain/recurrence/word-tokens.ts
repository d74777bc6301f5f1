import {InvalidRecurrence} from './invalid-recurrence.ts'

type TokenKind = 'word' | 'number' | 'ordinal' | 'clock' | 'date' | 'mark' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** Lower case, as written otherwise. */
  readonly text: string
  /** Of a number or an ordinal (`31st` is 31), else 0. */
  readonly value: number
  /** 0-based place in the text. */
  readonly at: number
}

/** One alternative per kind, longest first: 2027-06-01, 17:30[:15], 31st, 31, words, and the marks of lists. */
const PIECE =
  /(?<date>\d{4}-\d{2}-\d{2})|(?<clock>\d{1,2}:\d{2}(?::\d{2})?)|(?<ordinal>\d{1,6}(?:st|nd|rd|th))|(?<number>\d{1,6})|(?<word>[a-z]+)|(?<mark>[,&–-])/iy
/** Words for which the grammar has one of its own. */
const SAME: ReadonlyMap<string, string> = new Map([
  ['workday', 'weekday'],
  ['workdays', 'weekdays'],
])
const SPACE = /\s*/y

/** Cuts a pattern into tokens; the last is always of kind `end`. Throws InvalidRecurrence `rrule_words`. */
export function wordTokens(text: string): Token[] {
  const tokens: Token[] = []
  let at = 0
  for (;;) {
    SPACE.lastIndex = at
    SPACE.test(text)
    at = SPACE.lastIndex
    if (at >= text.length) break
    PIECE.lastIndex = at
    const found = PIECE.exec(text)
    if (!found?.groups) throw strangeCharacter(text, at)
    const [kind] = Object.entries(found.groups).find(([, value]) => value !== undefined) as [TokenKind, string]
    const typed = found[0].toLowerCase()
    const piece = SAME.get(typed) ?? typed
    const value = kind === 'number' || kind === 'ordinal' ? Number.parseInt(piece, 10) : 0
    tokens.push({kind, text: piece, value, at})
    at += typed.length
  }
  tokens.push({kind: 'end', text: '', value: 0, at: text.length})
  return tokens
}

function strangeCharacter(text: string, position: number): InvalidRecurrence {
  const character = String.fromCodePoint(text.codePointAt(position) ?? 0)
  return new InvalidRecurrence({
    code: 'rrule_words',
    message: `"${character}" has no meaning in a pattern`,
    hint: 'use words, numbers and commas, for example "every 2 weeks on mon, thu at 17:30"',
    position,
    length: character.length,
  })
}
