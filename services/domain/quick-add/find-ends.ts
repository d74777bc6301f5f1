import {spelledOut} from '../dates/date-words.ts'
import {ANY_DAY, corrected} from './date-phrases.ts'
import type {Span} from './quick-add.ts'
import {phrase, type Sentence} from './sentence.ts'

/** How long a series goes on, and from when, as texts that are read once the rule is known. */
export interface FoundEnds {
  readonly until: {readonly text: string; readonly span: Span} | null
  readonly lasts: {readonly count: number; readonly unit: string; readonly span: Span} | null
  readonly times: {readonly count: number; readonly span: Span} | null
  readonly from: {readonly text: string; readonly span: Span} | null
  readonly except: readonly {readonly text: string; readonly span: Span}[]
  readonly completion: Span | null
}

const TIME = String.raw`(?:,? (?:at )?(?:\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m)?|noon|midnight))?`
const COUNT = '(?:\\d{1,6}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)'
const UNTIL = phrase(
  String.raw`(?:until|untill|till|til|thru|through|ending|ends|up to)(?: on)? (?<text>${ANY_DAY}${TIME}|(?:the )?end of (?:the )?year)`,
)
const LASTS = phrase(`(?:for )(?:the next )?(?<count>${COUNT}) (?<unit>days?|weeks?|fortnights?|months?|years?)`)
const TIMES = phrase(`(?:for |only )?(?<count>${COUNT}) (?:times|time)(?: in all| only)?`)
const FROM = phrase(String.raw`(?:starting|beginning|start|from|as of)(?: on| from)? (?<text>${ANY_DAY}${TIME})`)
/** A number before another day is a day of its month: `21 and 28 december`. */
const DAY = String.raw`(?:${ANY_DAY}|\d{1,2}(?=(?:,| and|, and| or) (?:\d|the )))`
export const EXCEPT = phrase(
  String.raw`(?:except|but not|not|excluding|skipping)(?: on| for)? (?<days>${DAY}(?:(?:,| and|, and| or)(?: on)? ${DAY}){0,9})`,
)
const SEVERAL = /(?:, and|,| and| or)(?: on)? /u
const COMPLETION = phrase(
  "(?:after|from|since|once) (?:(?:the |its )?(?:completion|completing(?: it)?|finishing(?: it)?|last (?:one|time)|i(?: am|'m)? (?:finish|complete|done)(?: it)?|it(?: is|'s) done|done)|each completion)|when (?:done|completed|finished)",
)

type Match = RegExpExecArray | null

/** Looked for beside a rule alone: without one "until friday" is something else. */
export function findEnds(sentence: Sentence): FoundEnds {
  let [until, lasts, times, from, completion]: [
    FoundEnds['until'],
    FoundEnds['lasts'],
    FoundEnds['times'],
    FoundEnds['from'],
    Span | null,
  ] = [null, null, null, null, null]
  const except: {text: string; span: Span}[] = []
  for (const start of sentence.starts()) {
    const done = completion ? null : sentence.match(COMPLETION, start)
    if (done) {
      completion = taken(sentence, start, done)
      continue
    }
    const found: Match = until ? null : sentence.match(UNTIL, start)
    if (found) {
      until = {text: corrected(found.groups!['text']!), span: taken(sentence, start, found)}
      continue
    }
    const counted: Match = times ? null : sentence.match(TIMES, start)
    if (counted) {
      times = {count: numberOf(counted.groups!['count']!), span: taken(sentence, start, counted)}
      continue
    }
    const lasting: Match = lasts ? null : sentence.match(LASTS, start)
    if (lasting) {
      const {count = '', unit = ''}: Record<string, string> = lasting.groups!
      lasts = {count: numberOf(count), unit: unit.replace(/s$/u, ''), span: taken(sentence, start, lasting)}
      continue
    }
    const starting: Match = from ? null : sentence.match(FROM, start)
    if (starting) {
      from = {text: corrected(starting.groups!['text']!), span: taken(sentence, start, starting)}
      continue
    }
    const out = sentence.match(EXCEPT, start)
    if (out) except.push(...daysOf(sentence, start, out))
  }
  return {until, lasts, times, from, except, completion}
}

function taken(sentence: Sentence, start: number, found: RegExpExecArray): Span {
  const span = {start, end: start + found[0].length}
  sentence.take(span)
  return span
}

const numberOf = (text: string): number => (/^an?$/u.test(text) ? 1 : Number(spelledOut(text)))

/** `except 24, 26 and 31 december`: numbers before a month are days of it. Each has its span; the first has "except". */
function daysOf(sentence: Sentence, start: number, found: RegExpExecArray): {text: string; span: Span}[] {
  const days = found.groups!['days']!
  const texts = days.split(SEVERAL)
  const whole = taken(sentence, start, found)
  let at = whole.end - days.length
  return texts.map((text, index) => {
    const place = sentence.text.slice(0, whole.end).toLowerCase().indexOf(text, at)
    const end = place === -1 ? whole.end : place + text.length
    const span = {start: index === 0 ? whole.start : at, end: index === texts.length - 1 ? whole.end : end}
    at = end
    return {text: corrected(withMonth(texts, index)), span}
  })
}

/** A day without its month has that of the next one. */
function withMonth(texts: readonly string[], index: number): string {
  const text = texts[index]!
  if (!/^\d+(?:st|nd|rd|th)?$/u.test(text)) return text
  const months = texts.slice(index).map((later) => / ([a-z]+(?: \d{4})?)$/u.exec(later)?.[1])
  const month = months.find((found) => found !== undefined)
  return month === undefined ? text : `${text} ${month}`
}
