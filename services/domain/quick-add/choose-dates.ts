import {weekdayNumber} from '../dates/date-words.ts'
import {weekdayOfDay} from '../dates/read-day.ts'
import type {DueContext} from '../dates/read-date.ts'
import {wallTime} from '../dates/zone.ts'
import {attempt} from './attempt.ts'
import type {Piece} from './find-dates.ts'
import {literally} from './find-rule.ts'
import type {Choice, Question, Remark, Span} from './quick-add.ts'
import type {Sentence} from './sentence.ts'

/** The one day and the one time that are meant, out of all that look like it. */
export interface ChosenDates {
  readonly day: Piece | null
  readonly time: Piece | null
  readonly questions: readonly Question[]
  readonly remarks: readonly Remark[]
  /** Spans that are no part of the title. */
  readonly spans: readonly Span[]
}

/** `spans`: what the question is about, and so is no part of the title. */
function ask(draft: Draft, question: Question, spans: readonly Span[] = [question.span]): void {
  draft.questions.push(question)
  draft.spans.push(...spans)
}

interface Draft {
  questions: Question[]
  remarks: Remark[]
  spans: Span[]
}

export function chooseDates(sentence: Sentence, pieces: readonly Piece[], context: DueContext): ChosenDates {
  const draft: Draft = {questions: [], remarks: [], spans: []}
  const ranges = pieces.filter((piece) => piece.kind === 'range')
  for (const range of ranges) ask(draft, ofRange(sentence, range))
  const days = withoutDoubles(
    sentence,
    pieces.filter((piece) => piece.kind === 'day'),
    {draft, context},
  )
  const day = theOne(sentence, days, draft)
  const times = pieces.filter((piece) => piece.kind === 'time' && (piece.form !== 'after' || isOf(piece, day)))
  const time = ranges.length > 0 ? null : theOne(sentence, times, draft)
  for (const piece of [day, time]) if (piece) draft.spans.push(piece.span)
  for (const piece of days) {
    if (piece === day || draft.spans.some((span) => overlaps(span, piece.span))) continue
    draft.remarks.push({text: `"${sentence.typed(piece.span)}" stays in the title.`, span: piece.span})
  }
  return {day, time, questions: draft.questions, remarks: draft.remarks, spans: distinct(draft.spans)}
}

const overlaps = (one: Span, other: Span): boolean => one.start < other.end && other.start < one.end
const distinct = (spans: readonly Span[]): Span[] =>
  spans.filter((span, index) => !spans.slice(0, index).some((other) => overlaps(span, other)))

/** A time that stands right behind a day belongs to that day. */
const isOf = (time: Piece, day: Piece | null): boolean =>
  day !== null && time.span.start >= day.span.end && time.span.start - day.span.end <= 6

/** `friday, 27 november` is one day said twice; where they differ it is a question. */
function withoutDoubles(
  sentence: Sentence,
  days: readonly Piece[],
  {draft, context}: {draft: Draft; context: DueContext},
): Piece[] {
  const kept: Piece[] = []
  for (const piece of days) {
    const before = kept.at(-1)
    const between = before ? sentence.plain.slice(before.span.end, piece.span.start) : ''
    const weekday = [before, piece].find((one) => one?.form === 'weekday' || one?.form === 'abbreviated')
    const dated = [before, piece].find((one) => one?.form === 'dated')
    if (before && isWeekday(before) && isWeekday(piece) && /^(?:[ ,&]|and|or)*$/u.test(between)) {
      kept.pop()
      kept.push(joined(before, piece, between))
      continue
    }
    if (!before || !weekday || !dated || !/^[ ,]*[(]?(?:the )?$/u.test(between)) {
      kept.push(piece)
      continue
    }
    kept.pop()
    const span = {start: before.span.start, end: piece.span.end}
    const fault = otherWeekday(weekday, dated, context)
    if (fault === null) kept.push({...dated, before: before.before, span, strength: 3})
    else ask(draft, {...fault, span})
  }
  return kept
}

const isWeekday = ({form}: Piece): boolean => /^(?:weekday|abbreviated|several)$/u.test(form)

/** `mon, wed and fri`, which is no one day; `other` says that it is a choice. */
const joined = (one: Piece, next: Piece, between: string): Piece => ({
  ...one,
  form: 'several',
  text: `${one.text}/${next.text}`,
  span: {start: one.span.start, end: next.span.end},
  strength: 3,
  ...(between.includes('or') ? {other: 'or'} : {}),
})

function otherWeekday(weekday: Piece, dated: Piece, context: DueContext): Omit<Question, 'span'> | null {
  const due = attempt(dated.text, context)
  if (!('at' in due)) return null
  const day = wallTime(due.at, context.zone)
  if (weekdayOfDay(day) === weekdayNumber(weekday.text)) return null
  return {
    code: 'ambiguous_date',
    text: `${dated.text} is no ${weekday.text}.`,
    choices: [
      {write: dated.text, means: dated.text},
      {write: weekday.text, means: weekday.text},
    ],
    hint: 'keep the day or the date',
  }
}

/** The surest; of equally sure ones that differ none. */
function theOne(sentence: Sentence, pieces: readonly Piece[], draft: Draft): Piece | null {
  const strength = Math.max(...pieces.map((piece) => piece.strength))
  const surest = pieces.filter((piece) => piece.strength === strength)
  const [first, second] = surest
  if (!first || !second) return first ?? null
  if (surest.every((piece) => piece.text === first.text)) return first
  const question = whichOf(sentence, first, second)
  const adjacent = /^(?:[ ,&–-]|and|or|to|through)*$/u.test(sentence.plain.slice(first.span.end, second.span.start))
  ask(draft, question, adjacent ? [question.span] : surest.map(({span}) => span))
  return null
}

function whichOf(sentence: Sentence, first: Piece, second: Piece): Question {
  const span = {start: first.span.start, end: second.span.end}
  const between = sentence.text.slice(first.span.end, second.span.start)
  const [one, two] = [sentence.typed(first.span), sentence.typed(second.span)]
  const inTitle = /^,? *(and|&|,|or|to|-|–|through) *$/iu.test(between)
  const only = (kept: Piece, other: Piece): Choice => ({
    write: inTitle
      ? sentence.typed(kept.span)
      : kept === first
        ? `${one}${between}${sentence.escaped(other.span)}`
        : `${sentence.escaped(other.span)}${between}${two}`,
    means: `due ${sentence.typed(kept.span)}`,
  })
  return {
    code: 'several_dates',
    text: `A task has one due date: ${one} or ${two}?`,
    span,
    choices: [only(first, second), only(second, first)],
    hint: `keep one of them, or put a backslash before what belongs to the title: \\${one}`,
  }
}

function ofRange(sentence: Sentence, {span, text, other = ''}: Piece): Question {
  const half = /[ap]\.?m\.?$/u.exec(other)?.[0] ?? ''
  const start = /[:m]/u.test(text) || half === '' ? text : `${text}${half}`
  return {
    code: 'several_dates',
    text: `A task has one due time: ${start} or ${other}?`,
    span,
    choices: [
      {write: `at ${start}`, means: `due at ${start}`},
      {write: `at ${other}`, means: `due at ${other}`},
      literally(sentence, span),
    ],
    hint: 'give one time; a task has no duration',
  }
}
