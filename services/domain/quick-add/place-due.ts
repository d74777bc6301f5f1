import {readClock, type TimeOfDay} from '../dates/read-clock.ts'
import {type CalendarDay, readDay} from '../dates/read-day.ts'
import type {DueContext, ParsedDue} from '../dates/read-date.ts'
import {daysBetween, instantOf, startOfDay, wallTime} from '../dates/zone.ts'
import {attempt} from './attempt.ts'
import {ZONE_NAME} from './date-phrases.ts'
import {daysOf, typedDate} from './day-choices.ts'
import type {Piece} from './find-dates.ts'
import {literally} from './find-rule.ts'
import type {Alternative, Choice, Field, Question} from './quick-add.ts'
import type {Sentence} from './sentence.ts'

type Due = Field<ParsedDue>

const NEW_DATE = 'give a date that there is, such as "1 dec"'

/** The due date of a day, a time, or both; a question where it can be more than one. */
export function dueOf(
  sentence: Sentence,
  {day, time}: {day: Piece | null; time: Piece | null},
  context: DueContext,
): Due | Question | null {
  if (!day && !time) return null
  const span = (day ?? time)!.span
  const spans = [day, time].filter((piece) => piece !== null).map((piece) => piece.span)
  const question = day ? ofDay(sentence, day, {time, context}) : ofTime(time!, context)
  if (question) return question
  const text = [
    day?.text,
    time && `at ${timeText(time).replace(/^at /u, '')}${/ (?:utc|gmt)$/u.test(time.text) ? ' utc' : ''}`,
  ]
    .filter((part) => part)
    .join(' ')
  if (time && !readClock(timeText(time))) return noTime(sentence, time)
  const zone = otherZone(time)
  if (zone !== undefined) return inOtherZone(time!, zone)
  const due = attempt(text, context)
  if (!('at' in due)) {
    const choices = [literally(sentence, span)]
    return {
      code: 'impossible_date',
      text: due.message,
      span,
      choices,
      hint: NEW_DATE,
    }
  }
  const clock = time ? readClock(timeText(time)) : undefined
  const sure = day ? day.strength >= 2 : true
  const alternatives = [
    ...(time && clock?.bare && day?.text !== 'tonight' ? [evening(time, clock)] : []),
    ...(sure ? [] : [{...literally(sentence, span), span}]),
  ]
  return {
    value: due,
    spans: spans.toSorted((a, b) => a.start - b.start),
    confidence: alternatives.length === 0 ? 1 : sure ? 0.8 : 0.7,
    alternatives,
  }
}

const otherZone = (time: Piece | null): string | undefined =>
  / (?!utc|gmt)([a-z]{3,4})$/u.exec(ZONE_AT_END.exec(time?.text ?? '')?.[0] ?? '')?.[1]

const inOtherZone = (time: Piece, zone: string): Question => ({
  code: 'ambiguous_time',
  text: `${zone.toUpperCase()} is more than one time zone, or one that is left in summer.`,
  span: time.span,
  choices: [],
  hint: 'give the time on your own clock, or in UTC',
})

const noTime = (sentence: Sentence, {text, span}: Piece): Question => ({
  code: 'impossible_date',
  text: `"${text}" is no time of day.`,
  span,
  choices: [literally(sentence, span)],
  hint: 'times are 0:00 to 23:59, or with am or pm',
})

const ZONE_AT_END = new RegExp(` ${ZONE_NAME}$`, 'u')
/** A time without its zone; "this evening" alone is a day, too. */
const timeText = (time: Piece): string => time.text.replace(/^this /u, 'in the ').replace(ZONE_AT_END, '')

const two = (number: number): string => String(number).padStart(2, '0')
/** On the clock of 24 hours, which is read in one way. */
const clockText = ({minute}: TimeOfDay, hour: number): string => `${two(hour)}:${two(minute)}`

function evening(time: Piece, clock: TimeOfDay): Alternative {
  const text = clockText(clock, clock.hour + 12)
  const lead = time.before === 'at' || time.text.startsWith('at ') ? 'at ' : ''
  return {write: `${lead}${text}`, means: `${text}, in the evening`, span: time.span}
}

function ofDay(
  sentence: Sentence,
  day: Piece,
  {time, context}: {time: Piece | null; context: DueContext},
): Question | null {
  const {span, form, before, text} = day
  const typed = sentence.typed(span)
  const today = wallTime(context.now, context.zone)
  const days = daysOf(day, today)
  const literal = day.before === '' ? [literally(sentence, span)] : []
  const ask = (said: string, choices: readonly Choice[], hint = 'write the date, such as "1 dec"'): Question => ({
    code: 'ambiguous_date',
    text: said,
    span,
    choices,
    hint,
  })
  if (form === 'several') return severalDays(sentence, day)
  if (form === 'offset') {
    const said = 'todo5 does not count from another day.'
    return {...ask(said, [literally(sentence, span)]), code: 'impossible_date'}
  }
  if (before === 'until' || before === 'till') {
    return {
      ...ask(`Nothing repeats ${typed}.`, [{write: `by ${text}`, means: `due ${text}`}, literally(sentence, span)]),
      code: 'missing_rule',
      hint: 'say how often: "every day until 1 dec"',
    }
  }
  if (
    form === 'dated' &&
    before === '' &&
    time === null &&
    /^\d+\.\d+\.$/u.test(text) &&
    sentence.text.trimEnd().length === span.end
  ) {
    const due = attempt(text, context)
    const date =
      'at' in due
        ? [{write: `on ${typedDate(wallTime(due.at, context.zone), today)}`, means: 'the day, before its month'}]
        : []
    return ask(`Is "${typed}" a date?`, [...date, ...literal])
  }
  if (form === 'month') return ask(`Which day of ${text}?`, monthEnds(text, {today, before}))
  if (before === 'before') return beforeDay(day, {today, context, ask})
  if (form === 'abbreviated' && day.strength < 2 && /^(sun|sat|wed|mon)$/u.test(text)) {
    const full = {write: `on ${text}`, means: `due ${text}`}
    return ask(`Is "${typed}" a day?`, [full, ...literal], 'write it in full: "sunday"')
  }
  const passed = time !== null && days.length > 1 && isPast(`today ${timeText(time)}`, context)
  if (form === 'vague') return ask(`Which day is ${text}?`, [...days, ...literal])
  if (days.length > 1 && !passed)
    return ask(`Which day is "${typed}"?`, [...days, ...(form === 'slashed' ? literal : [])])
  if (text === 'today' && time && isPast(`today ${timeText(time)}`, context)) return pastToday(day, time, context)
  return null
}

/** `mon, wed and fri`: a rule for them, or one of them. */
function severalDays(sentence: Sentence, {text, span, other, before}: Piece): Question {
  const names = text.split('/')
  const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1)!}`
  const lead = before === '' ? '' : `${before} `
  return {
    code: 'several_dates',
    text: `A task has one due date: ${names.join(' or ')}?`,
    span,
    choices: [
      ...(other === 'or' ? [] : [{write: `every ${list}`, means: `every ${list}`}]),
      ...names.map((name) => ({write: `${lead}${name}`, means: `due ${name}`})),
      literally(sentence, span),
    ],
    hint: 'name one day, or say "every mon and thu"',
  }
}

/** The first and the last day of a month that is named without one. */
function monthEnds(text: string, {today, before}: {today: CalendarDay; before: string}): Choice[] {
  const lead = before === 'before' || before.startsWith('until') ? 'by' : before
  const day = readDay(`end of ${text}`, today)
  if (!day) return []
  const first = {...day, month: day.month - 1, day: before === 'before' ? 0 : 1}
  return [first, day].map((one) => ({
    write: `${lead} ${typedDate(one, today)}`,
    means: one === day ? `due on the last day of ${text}` : `due when ${text} begins`,
  }))
}

/** "before friday": until its eve, or with it. */
function beforeDay({text, span}: Piece, {today, context, ask}: BeforeContext): Question {
  const due = attempt(text, context)
  if (!('at' in due)) return {code: 'impossible_date', text: due.message, span, choices: [], hint: NEW_DATE}
  const {zone} = context
  const isToday = daysBetween(context.now, due.at, zone) === 0
  const dayAt = (days: number): CalendarDay => wallTime(startOfDay(due.at, zone, days + (isToday ? 7 : 0)), zone)
  return ask(`Is ${text} still in time?`, [
    {write: `by ${typedDate(dayAt(-1), today)}`, means: 'due the day before'},
    {write: `by ${typedDate(dayAt(0), today)}`, means: 'due on that day'},
  ])
}

interface BeforeContext {
  readonly today: CalendarDay
  readonly context: DueContext
  readonly ask: (said: string, choices: readonly Choice[]) => Question
}

const isPast = (text: string, context: DueContext): boolean => {
  const due = attempt(text, context)
  return 'at' in due && due.at <= context.now
}

/** "today at 9" when it is ten already: nine in the evening, or tomorrow. */
function pastToday(day: Piece, time: Piece, context: DueContext): Question | null {
  const clock = readClock(timeText(time))
  if (!clock?.bare || isPast(`today ${clockText(clock, clock.hour + 12)}`, context)) return null
  const span = {start: Math.min(day.span.start, time.span.start), end: Math.max(day.span.end, time.span.end)}
  const text = time.text.replace(/^at /u, '')
  const [early, late] = [clockText(clock, clock.hour), clockText(clock, clock.hour + 12)]
  return {
    code: 'ambiguous_time',
    text: `${text} has passed today.`,
    span,
    choices: [
      {write: `today at ${late}`, means: `today, ${late}`},
      {write: `tomorrow at ${early}`, means: `tomorrow, ${early}`},
    ],
    hint: 'write the hour of 24, or am or pm',
  }
}

/** "at 7" at ten in the morning: seven this evening comes before seven tomorrow. */
function ofTime(time: Piece, {zone, now}: DueContext): Question | null {
  const clock = readClock(timeText(time))
  if (!clock?.bare) return null
  const today = wallTime(now, zone)
  const at = (hour: number): number => instantOf({...today, hour, minute: clock.minute, second: 0}, zone)
  if (at(clock.hour) > now || at(clock.hour + 12) <= now) return null
  const text = time.text
  const [early, late] = [clockText(clock, clock.hour), clockText(clock, clock.hour + 12)]
  return {
    code: 'ambiguous_time',
    text: `Which ${text}?`,
    span: time.span,
    choices: [
      {write: `at ${late}`, means: `today, ${late}`},
      {write: `tomorrow at ${early}`, means: `tomorrow, ${early}`},
    ],
    hint: 'write the hour of 24, or am or pm',
  }
}
