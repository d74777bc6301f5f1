import {NAMED_HOURS} from '../dates/read-clock.ts'
import {InvalidRecurrence} from '../recurrence/invalid-recurrence.ts'
import type {RecurrenceRule} from '../recurrence/rule.ts'
import {isPatternWord, unitOf} from '../recurrence/vocabulary.ts'
import {parseWords} from '../recurrence/words.ts'
import {ADVERB, corrected, EVERY, ZONE_NAME} from './date-phrases.ts'
import {ORDINAL, WEEKDAY} from '../dates/date-words.ts'
import {EXCEPT} from './find-ends.ts'
import type {Choice, Question, Remark, Span} from './quick-add.ts'
import {phrase, type Sentence} from './sentence.ts'

export interface FoundRule {
  /** On the clock of the person; without an end. */
  readonly rule: RecurrenceRule
  /** The pattern that was read. */
  readonly pattern: string
  readonly span: Span
  readonly confidence: number
}

export interface RuleSearch {
  readonly rule: FoundRule | null
  readonly questions: readonly Question[]
  readonly remarks: readonly Remark[]
}

const WEEKDAYS = '(?:mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays|weekdays|weekends|workdays)'
const DAY_OF = String.raw`(?:the )?(?:${ORDINAL}|last)(?:(?: to last|,| and| &|,? and the| the| ${ORDINAL}| last| ${WEEKDAY}| weekday| day)){0,6} of (?:the|every|each) (?:month|year)`
const BEGINS = phrase(
  `(?<every>${EVERY})|(?<adverb>${ADVERB})|(?:on )?(?<days>${WEEKDAYS})|(?:on )?(?<dayof>${DAY_OF})|(?<often>(?:once|twice|(?:\\d{1,2}|two|three|four|five) times) (?:an?|per|every|each) (?:hour|day|week|month|year))`,
)

/** The first pattern of a rule in the text; what could be one and is not understood becomes a question. */
export function findRule(sentence: Sentence): RuleSearch {
  const remarks: Remark[] = []
  for (const start of sentence.starts()) {
    const found = sentence.match(BEGINS, start)
    if (!found?.groups) continue
    const end = start + found[0].length
    const {adverb, often, days} = found.groups
    if (often !== undefined && !often.startsWith('once')) {
      return {rule: null, questions: [howOften(often, {start, end}, sentence)], remarks}
    }
    const outcome = readRun(sentence, start, end)
    if (outcome === undefined) {
      const unread = unreadEvery(sentence, start)
      if (unread) remarks.push(unread)
      continue
    }
    const word = adverb ?? days
    if ('rule' in outcome && word !== undefined && outcome.span.end === end && !isClear(sentence, {start, end})) {
      // "weekly report", "the daily mail": a word of the title, unless something else says when.
      if (sentence.isNoun(start)) continue
      remarks.push({
        text: `"${word}" stays in the title; "${INSTEAD[corrected(word)] ?? `every ${word.slice(0, -1)}`}" repeats it.`,
        span: {start, end},
      })
      continue
    }
    return 'rule' in outcome ? {rule: outcome, questions: [], remarks} : {rule: null, questions: [outcome], remarks}
  }
  return {rule: null, questions: [], remarks}
}

/** "every school day": that nothing repeats is told, since it was probably meant. */
function unreadEvery(sentence: Sentence, start: number): Remark | undefined {
  const found = sentence.match(EVERY_WORD, start)
  if (!found || /(?:second|minute)$/u.test(found[0])) return undefined
  const span = {start, end: start + found[0].length}
  return {text: `"${sentence.typed(span)}" is no pattern, so nothing repeats.`, span}
}
const EVERY_WORD = phrase('every(?: [a-z]+)?')

const isClear = (sentence: Sentence, {start, end}: Span): boolean =>
  !sentence.isNoun(start) && sentence.isClearAfter(end)

const INSTEAD: Readonly<Record<string, string>> = {
  hourly: 'every hour',
  daily: 'every day',
  weekly: 'every week',
  biweekly: 'every 2 weeks',
  fortnightly: 'every 2 weeks',
  monthly: 'every month',
  quarterly: 'every 3 months',
  yearly: 'every year',
  annually: 'every year',
}

function howOften(often: string, span: Span, sentence: Sentence): Question {
  const [, count = '', unit = ''] = /^(.*?) (?:times )?(?:an?|per|every|each) (\w+)$/u.exec(often) ?? []
  const twice = count === 'twice' || count === '2' || count === 'two'
  const patterns =
    unit === 'day' && twice
      ? ['every day at 9 and 18', 'every 12 hours']
      : unit === 'week' && twice
        ? ['every mon and thu', 'every tue and fri']
        : unit === 'week' && /^(3|three)/u.test(count)
          ? ['every mon, wed and fri']
          : unit === 'month' && twice
            ? ['on the 1st and 15th of every month']
            : []
  return {
    code: 'ambiguous_rule',
    text: `When, ${often}?`,
    span,
    choices: [...patterns.map((pattern) => ({write: pattern, means: pattern})), literally(sentence, span)],
    hint: 'name the days or the times, such as "every mon and thu" or "every day at 9 and 18"',
  }
}

export const literally = (sentence: Sentence, span: Span): Choice => ({
  write: sentence.escaped(span),
  means: `"${sentence.typed(span)}" is a part of the title`,
})

/** Patterns are short; what is longer is read as far as it goes. */
const MOST_WORDS = 24
const WORD =
  /[ ]*(?:[,&–]|\u002D|(?:\d{1,2}[:.]\d\d|\d{1,6}(?:st|nd|rd|th)?|[a-z]+|\d[\da-z]*)(?=$|[ ,.;:!?)&\uE000\u002D–]|[ap]m))/uy
const PARTS = ['morning', 'afternoon', 'evening', 'night']
const JOINING = /^(on|at|in|of|the|and|&|,|to|or|-|–|other|every|each|except|with)$/u

interface Run {
  readonly words: readonly {readonly text: string; readonly end: number}[]
}

const TIMES = phrase(String.raw` ?(?:for )?(?:\d{1,6}|[a-z]{3,6}) times?`)

/** All words from here on that patterns are made of. */
function patternWords(sentence: Sentence, start: number): Run['words'] {
  const words: {text: string; end: number}[] = []
  let at = start
  while (words.length < MOST_WORDS && !sentence.match(TIMES, at)) {
    WORD.lastIndex = at
    const found = WORD.exec(sentence.plain)
    if (!found) break
    const text = corrected(found[0].trim())
    if (!isPatternWord(text) && !PARTS.includes(text)) break
    at += found[0].length
    words.push({text, end: at})
  }
  return words
}

/** The longest run of words that is a pattern; a question where it would be one but for a fault; undefined for neither. */
function readRun(sentence: Sentence, start: number, least: number): FoundRule | Question | undefined {
  const words = patternWords(sentence, start)
  let refused: {error: InvalidRecurrence; pattern: string; end: number} | undefined
  for (let length = words.length; length > 0; length--) {
    const end = words[length - 1]!.end
    if (end < least) break
    if (JOINING.test(words[length - 1]!.text)) continue
    const pattern = asPattern(words.slice(0, length).map(({text}) => text))
    try {
      const rule = parseWords(pattern.text)
      if (isNotMeant(rule, pattern.text)) return undefined
      const rest = isDateException(sentence, end) ? [] : words.slice(length).filter(({text}) => !JOINING.test(text))
      // "every week 3 eggs" is a pattern and a title; "monthly on friday" is a pattern that cannot be kept.
      if (refused && rest.length > 0 && !/^\d+$/u.test(rest[0]!.text)) return faulty(sentence, start, refused)
      const zone = rule.byHour.length > 0 ? sentence.match(ZONE, end) : null
      if (zone) return inZone({start, end: end + zone[0].length}, zone[0].trim())
      return {rule, pattern: pattern.text, span: {start, end}, confidence: pattern.named ? 0.8 : 1}
    } catch (error) {
      if (!(error instanceof InvalidRecurrence)) throw error
      refused ??= {error, pattern: pattern.text, end}
    }
  }
  const names = words.filter(({text}) => text.length > 2 && !JOINING.test(text) && text !== 'weekday')
  return refused && words.length > 1 && names.length > 0 ? faulty(sentence, start, refused) : undefined
}

const ZONE = phrase(` ${ZONE_NAME}`)

const inZone = (span: Span, zone: string): Question => ({
  code: 'impossible_rule',
  text: `A rule is meant on your own clock, not in ${zone.toUpperCase()}.`,
  span,
  choices: [],
  hint: 'give the time as your clock shows it, or the zone for all: --tz UTC',
})

/** Single dates that are left out are no part of the pattern. */
const isDateException = (sentence: Sentence, end: number): boolean =>
  /\d/u.test(sentence.match(EXCEPT, end + 1)?.[0] ?? '')

/** `every mon morning` → `every mon at 9`, with the hours that the words have in due dates. */
function asPattern(words: readonly string[]): {text: string; named: boolean} {
  const place = words.findIndex((word) => PARTS.includes(word))
  if (place === -1) return {text: joined(words), named: false}
  const part = words[place]!
  const rest = [...words.slice(0, place), ...words.slice(place + 1)].filter(
    (word, index, all) => !(word === 'in' || (word === 'the' && all[index - 1] === 'in')),
  )
  const clock = rest.indexOf('at')
  const alone = place > 0 && /^(every|each|other)$/u.test(words[place - 1]!)
  const days = alone ? [...rest.slice(0, place), 'day', ...rest.slice(place)] : rest
  if (clock === -1) return {text: `${joined(days)} at ${NAMED_HOURS.get(part)!}`, named: true}
  const hour = days.indexOf('at') + 1
  const halved = /^[ap]m$/u.test(days[hour + 1] ?? '')
  const late = (word: string): boolean =>
    part !== 'morning' && Number(word) < 12 && (part !== 'night' || Number(word) > 5)
  const timed = days.map((word, index) =>
    index === hour && !halved && /^\d+$/u.test(word) && late(word) ? String(Number(word) + 12) : word,
  )
  return {text: joined(timed), named: false}
}

const joined = (words: readonly string[]): string => words.join(' ').replaceAll(/ (?=,)/gu, '')

/** "make every second count", "enjoy every minute" */
const isNotMeant = (rule: RecurrenceRule, pattern: string): boolean =>
  rule.freq === 'SECONDLY' ||
  (rule.freq === 'MINUTELY' && unitOf(pattern.split(' ').at(-1)!) !== undefined && rule.interval === 1)

function faulty(
  sentence: Sentence,
  start: number,
  {error, pattern, end}: {error: InvalidRecurrence; pattern: string; end: number},
): Question {
  const span = {start, end}
  const message = /[.!?]$/u.test(error.message) ? error.message : `${error.message}.`
  return {
    code: error.instead.length > 0 ? 'ambiguous_rule' : 'impossible_rule',
    text: `"${pattern}": ${message}`,
    span,
    choices: [...error.instead.map((write) => ({write, means: write})), literally(sentence, span)],
    hint: error.hint,
  }
}
