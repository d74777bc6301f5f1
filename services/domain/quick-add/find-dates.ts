import {corrected, DAY_PHRASE, TIME_AFTER_DAY, TIME_PHRASE, TIME_RANGE} from './date-phrases.ts'
import type {Span} from './quick-add.ts'
import type {Sentence} from './sentence.ts'

type Strength = 1 | 2 | 3

/** A day or a time of day as the due dates have it, and how sure it is that one is meant. */
export interface Piece {
  readonly kind: 'day' | 'time' | 'range'
  /** What readDate gets: `27 nov`, `9am`; of a range both ends. */
  readonly text: string
  readonly span: Span
  /** `on`, `by`, `until` …; empty when nothing stands before it. */
  readonly before: string
  /** 3: said to be a date, or a form that nothing else has; 2: complete where it stands; 1: could belong to the title. */
  readonly strength: Strength
  readonly form: string
  readonly other?: string
}

/** More are not looked at: nobody means them, and each costs time. */
const MOST = 12

/** Days and times of day in the order of the text. What only looks like one is not among them. */
export function findDates(sentence: Sentence): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const start of sentence.starts()) {
    if (start < from) continue
    if (pieces.length >= MOST) break
    const found = readRange(sentence, start) ?? readDayPiece(sentence, start) ?? readTimePiece(sentence, start)
    if (!found) continue
    pieces.push(found)
    from = found.span.end
    const time = found.kind === 'day' ? readTimeAfter(sentence, from) : undefined
    if (!time) continue
    pieces.push(time)
    from = time.span.end
  }
  return pieces
}

/** Groups of DAY_PHRASE that say which form a day has. */
const FORMS = [
  'word',
  'which',
  'dated',
  'weekday',
  'abbreviated',
  'slashed',
  'ends',
  'vague',
  'relative',
  'numbered',
  'after',
  'several',
  'offset',
  'month',
] as const

function readDayPiece(sentence: Sentence, start: number): Piece | undefined {
  const found = sentence.match(DAY_PHRASE, start)
  const groups = found?.groups
  if (!groups) return undefined
  const before = groups['before']?.trim() ?? ''
  const form = FORMS.find((name) => groups[name] !== undefined)!
  const span = {start, end: start + found[0].length}
  const strength = strengthOf(sentence, {form, before, span})
  if (strength === 0) return undefined
  return {kind: 'day', text: corrected(groups[form]!), span, before, strength, form}
}

/** 0: it is a part of the title. */
function strengthOf(
  sentence: Sentence,
  {form, before, span}: {form: string; before: string; span: Span},
): 0 | Strength {
  const clear = sentence.isClearAfter(span.end)
  const timed = sentence.match(TIME_AFTER_DAY, span.end) !== null
  const needsEnd = ['slashed', 'numbered', 'after', 'month'].includes(form)
  if (before !== '') return needsEnd && !clear && !timed ? 0 : 3
  if (/^(word|weekday|abbreviated)$/u.test(form) && isName(sentence, span)) return 0
  switch (form) {
    case 'dated':
      return isDotted(sentence, span) && !clear && !timed ? 0 : 3
    case 'which':
    case 'relative':
    case 'several':
    case 'offset':
      return 3
    case 'word':
    case 'weekday':
      if (sentence.isNoun(span.start)) return 0
      return timed || clear ? 2 : 1
    case 'abbreviated':
    case 'vague':
      if (sentence.isNoun(span.start)) return 0
      return timed ? 2 : clear ? 1 : 0
    case 'slashed':
      return isRatio(sentence, span) || !clear ? 0 : 1
    default:
      return timed || clear ? 2 : 0
  }
}

/** "Friday Night Lights": within a sentence, and what follows has a capital, too. */
function isName(sentence: Sentence, {start, end}: Span): boolean {
  const time = sentence.match(TIME_AFTER_DAY, end)
  const capital = /^[ ]?[A-Z]/u
  return (
    start > 0 &&
    capital.test(sentence.text.slice(start)) &&
    [end, end + (time?.[0].length ?? 0)].every((at) => capital.test(sentence.text.slice(at, at + 2)))
  )
}

const isDotted = (sentence: Sentence, span: Span): boolean => /^\d+\./u.test(sentence.typed(span))

/** Numbers that everybody writes with a slash and nobody as a date. */
const isRatio = (sentence: Sentence, span: Span): boolean => /^(24\/7|50\/50)$/u.test(sentence.typed(span))

function readTimeAfter(sentence: Sentence, end: number): Piece | undefined {
  const found = sentence.match(TIME_AFTER_DAY, end)
  const text = found?.groups?.['text']
  if (text === undefined) return undefined
  const start = end + found![0].length - text.length
  const span = {start, end: start + text.length}
  if (/^(at )?\d+$/u.test(text) && !sentence.isClearAfter(span.end)) return undefined
  return {kind: 'time', text, span, before: '', strength: 2, form: 'after'}
}

function readTimePiece(sentence: Sentence, start: number): Piece | undefined {
  const found = sentence.match(TIME_PHRASE, start)
  const groups = found?.groups
  if (!groups) return undefined
  const span = {start, end: start + found[0].length}
  const clear = sentence.isClearAfter(span.end)
  const {at, part, clock} = groups
  if (part !== undefined) return {kind: 'time', text: part, span, before: '', strength: clear ? 2 : 1, form: 'part'}
  if (at !== undefined) {
    // "eat at 5 guys", "at 10 downing street"
    const bare = /\d$/u.test(at) && !/[:.]/u.test(at)
    if (bare && !clear && !sentence.isFirst(start)) return undefined
    return {
      kind: 'time',
      text: at.replace(/^(due )?(at|by|before|for) /u, ''),
      span,
      before: 'at',
      strength: 2,
      form: 'at',
    }
  }
  // "3:10 to yuma", "the noon train"
  const half = /m\.?(?: [a-z]{2,4})?$/u.test(clock!)
  if (sentence.isNoun(start) || (!half && !clear && !sentence.isFirst(start))) return undefined
  if (sentence.plain.startsWith(' to ', span.end) && !half) return undefined
  return {kind: 'time', text: clock!, span, before: '', strength: half ? 2 : 1, form: 'clock'}
}

function readRange(sentence: Sentence, start: number): Piece | undefined {
  const found = sentence.match(TIME_RANGE, start)
  const groups = found?.groups
  if (!groups) return undefined
  const text = groups['from'] ?? groups['early'] ?? groups['first']!
  const other = groups['to'] ?? groups['late'] ?? groups['last']!
  const span = {start, end: start + found[0].length}
  // "between 3 and 5 apples", "from 1 to 10 points"
  const isTime = /[:m]/u.test(text + other) || sentence.isClearAfter(span.end)
  return isTime ? {kind: 'range', text, other, span, before: '', strength: 2, form: 'range'} : undefined
}
