import {DomainError} from '../errors.ts'
import {readClock} from '../dates/read-clock.ts'
import {addMonths} from '../dates/read-day.ts'
import {type DueContext, isInYears, type ParsedDue} from '../dates/read-date.ts'
import {placeRule, saysTime} from '../dates/place-rule.ts'
import {endOfDay, startOfDay, wallTime} from '../dates/zone.ts'
import {compileRecurrence} from '../recurrence/compile.ts'
import {describeRule} from '../recurrence/describe.ts'
import {InvalidRecurrence} from '../recurrence/invalid-recurrence.ts'
import {parseRule} from '../recurrence/parse-rule.ts'
import type {RecurrenceRule} from '../recurrence/rule.ts'
import {attempt} from './attempt.ts'
import type {Piece} from './find-dates.ts'
import type {FoundEnds} from './find-ends.ts'
import type {FoundRule} from './find-rule.ts'
import {literally} from './find-rule.ts'
import type {Alternative, End, Exception, Field, Question, Recurrence, Remark, Span} from './quick-add.ts'
import type {Sentence} from './sentence.ts'

export interface Series {
  readonly due: Field<ParsedDue> | null
  readonly recurrence: Field<Recurrence> | null
  readonly end: Field<End> | null
  readonly exceptions: readonly Field<Exception>[]
  readonly questions: readonly Question[]
  readonly remarks: readonly Remark[]
}

export interface SeriesWords {
  readonly found: FoundRule
  readonly ends: FoundEnds
  /** A day beside the rule: from when it counts. */
  readonly day: Piece | null
  /** A time beside a rule that says none. */
  readonly time: Piece | null
}

const NONE = {due: null, recurrence: null, end: null, exceptions: [], remarks: []}

/** The rule with its time, its first due date, its end, and what it leaves out. */
export function placeSeries(sentence: Sentence, words: SeriesWords, context: DueContext): Series {
  const {found, ends, time} = words
  const start = startOf(sentence, words, context)
  if (start && 'code' in start) return {...NONE, questions: [start]}
  const clock = time ? readClock(time.text.replace(/^this /u, 'in the ')) : start?.clock
  if (time && !clock) {
    const text = `"${sentence.typed(time.span)}" is no time of day.`
    const choices = [literally(sentence, time.span)]
    const hint = 'times are 0:00 to 23:59 on your own clock, or with am or pm'
    return {...NONE, questions: [{code: 'impossible_date', text, span: time.span, choices, hint}]}
  }
  if (time && saysTime(found.rule)) {
    const hint = 'keep one of the times'
    return {...NONE, questions: [twoTimes(sentence, found.span, {time, hint})]}
  }
  const timed =
    clock && !saysTime(found.rule)
      ? {...found.rule, byHour: [clock.hour], byMinute: [clock.minute], bySecond: [0]}
      : found.rule
  const rule: RecurrenceRule = {...timed, count: ends.times?.count ?? null}
  try {
    return placed(sentence, words, {rule, start: start?.at, context})
  } catch (error) {
    if (!(error instanceof InvalidRecurrence || error instanceof DomainError)) throw error
    const {span} = found
    const choices = [literally(sentence, span)]
    return {
      ...NONE,
      questions: [
        {
          code: 'impossible_rule',
          text: /[.!?]$/u.test(error.message) ? error.message : `${error.message}.`,
          span,
          choices,
          hint: error.hint ?? 'say it in another way',
        },
      ],
    }
  }
}

const twoTimes = (sentence: Sentence, rule: Span, {time, hint}: {time: Piece; hint: string}): Question => ({
  code: 'several_dates',
  text: `Two times: ${sentence.typed(rule)}, and ${sentence.typed(time.span)}?`,
  span: time.span,
  choices: [{write: '', means: `without ${sentence.typed(time.span)}`}, literally(sentence, time.span)],
  hint,
})

interface Start {
  /** Nothing before this instant is an occurrence, ms. */
  readonly at: number
  readonly clock: ReturnType<typeof readClock>
  readonly span: Span
}

function startOf(sentence: Sentence, {ends, day}: SeriesWords, context: DueContext): Start | Question | undefined {
  const from = ends.from ?? (day && {text: day.text, span: day.span})
  if (!from) return undefined
  const due = attempt(from.text, context)
  if (!('at' in due)) return impossible(sentence, from.span, due)
  const wall = wallTime(due.at, context.zone)
  const clock = due.hasTime ? {hour: wall.hour, minute: wall.minute, bare: false} : undefined
  return {at: Math.max(context.now, startOfDay(due.at, context.zone)), clock, span: from.span}
}

const impossible = (sentence: Sentence, span: Span, {code, message, hint}: DomainError): Question => ({
  code: code === 'ambiguous_date' ? 'ambiguous_date' : 'impossible_date',
  text: message,
  span,
  choices: [literally(sentence, span)],
  hint: hint ?? 'give a date that there is, such as "1 dec"',
})

function placed(
  sentence: Sentence,
  {found, ends, day, time}: SeriesWords,
  {rule, start, context}: {rule: RecurrenceRule; start: number | undefined; context: DueContext},
): Series {
  const {zone, now} = context
  const fromCompletion = ends.completion !== null
  const {pattern, due} = placeRule({
    rule,
    due: undefined,
    zone,
    now,
    from: start !== undefined && start > now ? start : undefined,
    fromCompletion,
  })
  const end = endOf(sentence, ends, {due, context})
  if (end && 'code' in end) return {...NONE, questions: [end]}
  const until = end?.value.kind === 'until' ? end.value.until : Infinity
  if (until < due.at) return {...NONE, questions: [endsBefore(sentence, ends)]}
  const plan = compileRecurrence({rule: parseRule(pattern), start: due.at})
  const localStart = due.at + zone.offsetAt(due.at)
  const spans = [found.span, time?.span, ends.completion].filter((span) => span !== null && span !== undefined)
  const alternatives = hourAlternatives(found, time)
  const said = describeRule(rule, localStart, {zone: ''})
  const recurrence: Field<Recurrence> = {
    value: {
      pattern,
      local: rule,
      words: due.hasTime ? said : said.replace(/ at 23:59:59\b/u, ''),
      next: plan.between(due.at + 1, until, 3),
      anchor: fromCompletion ? 'completion' : 'due',
    },
    spans: spans.toSorted((a, b) => a.start - b.start),
    confidence: Math.min(found.confidence, alternatives.length === 0 ? 1 : 0.8),
    alternatives,
  }
  const dueSpans = [ends.from?.span, day?.span].filter((span) => span !== undefined)
  const exceptions = exceptionsOf(sentence, ends, {pattern, due, context})
  return {
    due: {value: due, spans: dueSpans, confidence: 1, alternatives: []},
    recurrence,
    end,
    exceptions: exceptions.fields,
    questions: exceptions.questions,
    remarks: exceptions.remarks,
  }
}

/** "every mon at 7": by the clock of 24 hours; the evening is what else it could be. */
function hourAlternatives({pattern, rule, span}: FoundRule, time: Piece | null): readonly Alternative[] {
  const bare = time ? readClock(time.text)?.bare : / at [1-9]$| at 1[01]$/u.test(pattern) && rule.byHour.length === 1
  if (!bare) return []
  const hour = time ? readClock(time.text)!.hour : rule.byHour[0]!
  const minute = String((time ? readClock(time.text)!.minute : rule.byMinute[0]) ?? 0).padStart(2, '0')
  const late = `${hour + 12}:${minute}`
  const write = time ? `at ${late}` : pattern.replace(/ at \d+$/u, ` at ${late}`)
  return [{write, means: `${late}, in the evening`, span: time?.span ?? span}]
}

function endOf(
  sentence: Sentence,
  {until, lasts, times}: FoundEnds,
  {due, context}: {due: ParsedDue; context: DueContext},
): Field<End> | Question | null {
  const said = [until, lasts, times].filter((one) => one !== null)
  if (said.length > 1) {
    const {span} = said.at(-1)!
    const choices = [{write: '', means: `without ${sentence.typed(span)}`}]
    return {code: 'ambiguous_rule', text: 'A series has one end.', span, choices, hint: 'keep one of them'}
  }
  const field = (value: End, span: Span): Field<End> => ({value, spans: [span], confidence: 1, alternatives: []})
  if (times) return field({kind: 'count', count: times.count}, times.span)
  if (lasts && !isInYears(lastingUntil(due.at, lasts, context))) return endsTooLate(lasts.span)
  if (lasts) return field({kind: 'until', until: lastingUntil(due.at, lasts, context), hasTime: false}, lasts.span)
  if (!until) return null
  const text = /end of (?:the )?year$/u.test(until.text) ? '31 december' : until.text
  const end = attempt(text, context)
  if (!('at' in end)) return impossible(sentence, until.span, end)
  return field({kind: 'until', until: end.at, hasTime: end.hasTime}, until.span)
}

/** "for 6 weeks" from the first: to the end of the day before it would be six weeks later. */
function lastingUntil(from: number, {count, unit}: {count: number; unit: string}, {zone}: DueContext): number {
  const wall = wallTime(from, zone)
  const days = {day: 1, week: 7, fortnight: 14}[unit]
  const after =
    days === undefined ? addMonths(wall, unit === 'year' ? count * 12 : count) : {...wall, day: wall.day + days * count}
  return endOfDay({...after, day: after.day - 1}, zone)
}

const endsTooLate = (span: Span): Question => ({
  code: 'impossible_rule',
  text: 'The series would end after the year 9999.',
  span,
  choices: [{write: '', means: 'without an end'}],
  hint: 'leave the end out',
})

function endsBefore(sentence: Sentence, {until}: FoundEnds): Question {
  const span = until!.span
  return {
    code: 'impossible_rule',
    text: 'The series would end before its first occurrence.',
    span,
    choices: [{write: '', means: `without "${sentence.typed(span)}"`}],
    hint: 'give a later end',
  }
}

interface Exceptions {
  readonly fields: readonly Field<Exception>[]
  readonly questions: readonly Question[]
  readonly remarks: readonly Remark[]
}

/** Single dates: understood and named, since a series cannot be told to leave one out before it comes. */
function exceptionsOf(
  sentence: Sentence,
  {except}: FoundEnds,
  {pattern, due, context}: {pattern: string; due: ParsedDue; context: DueContext},
): Exceptions {
  const fields: Field<Exception>[] = []
  const questions: Question[] = []
  const remarks: Remark[] = []
  const plan = compileRecurrence({rule: parseRule(pattern), start: due.at})
  for (const {text, span} of except) {
    const day = attempt(text, context)
    if (!('at' in day)) {
      questions.push(impossible(sentence, span, day))
      continue
    }
    const first = startOfDay(day.at, context.zone)
    const last = endOfDay(wallTime(day.at, context.zone), context.zone)
    const [occurrence = null] = plan.between(first, last, 1)
    fields.push({value: {day: last, occurrence}, spans: [span], confidence: 1, alternatives: []})
    if (occurrence !== null)
      remarks.push({text: `The series cannot leave out ${text} beforehand: skip it when it comes.`, span})
  }
  return {fields, questions, remarks}
}
