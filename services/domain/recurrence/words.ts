/**
 * Patterns in words → rule. The grammar, in full in docs/recurrence.md:
 *
 *     pattern  = schedule { clause }
 *     schedule = adverb | "every" [ count ] unit | "once" ( "a" | "per" ) unit | [ "every" ] days
 *     clause   = "on" days | "on the hour" | "at" times | "in" months | "in the hours" numbers
 *              | "until" date | [ "for" ] number "times" | "once" | "weeks starting on" weekday
 *              | "except" ( "on" weekdays | "in" months )
 *
 * Times are UTC, hours are of 24 unless am or pm is said. One word decides at every place; nothing is guessed.
 */
import {formatRule} from './canonical.ts'
import {InvalidRecurrence} from './invalid-recurrence.ts'
import {MAX_RULE_LENGTH, parseRule} from './parse-rule.ts'
import {placeDays} from './place-days.ts'
import type {RecurrenceRule} from './rule.ts'
import {ADVERBS, numberOf, unitOf, weekdayOf} from './vocabulary.ts'
import {readAt, readCount, readIn, readUntil, readWeekStart} from './word-clauses.ts'
import {readExcept} from './word-except.ts'
import {WordCursor} from './word-cursor.ts'
import {daysBegin, readDays} from './word-days.ts'
import {type Draft, emptyDraft, ruleOf} from './word-draft.ts'

/**
 * The rule that `text` says: an RRULE (with or without `RRULE:`), or a pattern in words.
 * Throws InvalidRecurrence, whose position is an index into `text`.
 */
export function parseRecurrence(text: string): RecurrenceRule {
  return /^\s*rrule:|=/i.test(text) ? parseRule(text) : parseWords(text)
}

/** The rule of a pattern in words, such as "every 2 weeks on mon, thu at 9". Throws InvalidRecurrence `rrule_words`. */
export function parseWords(text: string): RecurrenceRule {
  if (text.length > MAX_RULE_LENGTH) {
    throw new InvalidRecurrence({
      code: 'rrule_too_long',
      message: `The pattern has ${text.length} characters`,
      hint: `a pattern has at most ${MAX_RULE_LENGTH} characters`,
      position: MAX_RULE_LENGTH,
      length: text.length - MAX_RULE_LENGTH,
    })
  }
  const cursor = new WordCursor(text)
  if (cursor.done) {
    const hint = 'write a pattern such as "daily at 9", or an RRULE such as FREQ=DAILY'
    throw new InvalidRecurrence({code: 'rrule_empty', message: 'The pattern is empty', hint, length: text.length})
  }
  const draft = emptyDraft()
  const said = new Set<string>()
  readSchedule(cursor, draft, said)
  while (!cursor.done) if (!cursor.acceptSeparator()) readClause(cursor, draft, said)
  return finished(cursor, draft, text)
}

function readSchedule(cursor: WordCursor, draft: Draft, said: Set<string>): void {
  const adverb = ADVERBS.get(cursor.peek().text)
  if (adverb) {
    cursor.take()
    Object.assign(draft, adverb)
    return
  }
  if (cursor.is('once') && ['a', 'an', 'per'].includes(cursor.peek(1).text)) {
    cursor.take()
    cursor.take()
    const unit = unitOf(cursor.peek().text)
    if (!unit) throw cursor.unexpected('"day", "week", "month" or "year"')
    cursor.take()
    Object.assign(draft, unit)
    return
  }
  if (cursor.accept('every', 'each')) {
    if (readEvery(cursor, draft, said)) return
  } else {
    cursor.accept('on')
  }
  if (!daysBegin(cursor)) throw cursor.unexpected('how often, such as "daily", "every 2 weeks" or "mon, thu"')
  said.add('on')
  placeDays(draft, readDays(cursor), cursor)
}

/** After "every": a unit, a counted unit, or every second of a weekday. False when a list of days follows instead. */
function readEvery(cursor: WordCursor, draft: Draft, said: Set<string>): boolean {
  const here = cursor.mark
  const count = cursor.peek()
  if (unitOf(count.text) && !(count.text === 'second' && followsCount(cursor))) {
    Object.assign(draft, unitOf(cursor.take().text))
    return true
  }
  const ordinal = count.text === 'other' ? 2 : cursor.peekOrdinal()
  const interval = count.kind === 'number' ? count.value : (numberOf(count.text) ?? ordinal)
  if (interval === undefined || interval < 0) return false
  cursor.take()
  const unit = unitOf(cursor.peek().text)
  if (unit && !(ordinal !== undefined && cursor.peek(1).text === 'of')) {
    if (interval < 1) throw cursor.fault('the number must be at least 1', 'say "every 2 weeks"', count)
    cursor.take()
    draft.freq = unit.freq
    draft.interval = unit.interval * interval
    return true
  }
  if (ordinal === undefined || (weekdayOf(cursor.peek().text) === undefined && count.text !== 'other')) {
    cursor.rewind(here)
    return false
  }
  return readEveryNthWeekday(cursor, draft, said, ordinal, here)
}

/** "every second friday" is every two weeks; "every third friday" could be weeks or a month, so it is refused. */
function readEveryNthWeekday(
  cursor: WordCursor,
  draft: Draft,
  said: Set<string>,
  ordinal: number,
  here: number,
): boolean {
  const first = cursor.peek()
  const phrase = readDays(cursor)
  if (phrase.of !== null || phrase.months.length > 0 || ordinal < 2) {
    cursor.rewind(here)
    return false
  }
  if (ordinal > 2) {
    const named = `${ordinal}${ordinal === 3 ? 'rd' : 'th'}`
    const instead = [`every ${ordinal} weeks on ${first.text}`, `monthly on the ${named} ${first.text}`]
    const hint = `say ${instead.map((pattern) => `"${pattern}"`).join(' or ')}`
    throw cursor.fault('this could count weeks or the days of a month', hint, first, instead)
  }
  draft.freq = 'WEEKLY'
  draft.interval = 2
  said.add('on')
  placeDays(draft, phrase, cursor)
  return true
}

/** Whether "second" at the cursor counts something ("every second friday") rather than being the unit of time. */
const followsCount = (cursor: WordCursor): boolean =>
  unitOf(cursor.peek(1).text) !== undefined ||
  weekdayOf(cursor.peek(1).text) !== undefined ||
  cursor.peek(1).text === 'weekday' ||
  cursor.peek(1).text === 'to'

function readClause(cursor: WordCursor, draft: Draft, said: Set<string>): void {
  const token = cursor.peek()
  const once = (clause: string): void => {
    if (said.has(clause)) throw cursor.fault(`"${clause}" is said twice`, 'say it once', token)
    said.add(clause)
  }
  const isCount =
    (token.kind === 'number' || numberOf(token.text) !== undefined) && cursor.peek(1).text.startsWith('time')
  if (isCount || cursor.accept('for')) {
    once('times')
    readCount(cursor, draft)
  } else if (cursor.accept('once')) {
    once('times')
    draft.count = 1
  } else if (cursor.accept('at')) {
    once('at')
    readAt(cursor, draft)
  } else if (cursor.accept('until', 'till', 'through')) {
    once('until')
    readUntil(cursor, draft)
  } else if (cursor.accept('except')) {
    once('except')
    readExcept(cursor, draft)
  } else if (cursor.accept('in')) {
    once(cursor.is('the', 'hour', 'hours') ? 'in the hours' : 'in')
    readIn(cursor, draft)
  } else if (cursor.is('weeks') || cursor.is('week')) {
    cursor.take()
    once('weeks starting on')
    readWeekStart(cursor, draft)
  } else if (cursor.accept('on') || daysBegin(cursor)) {
    readOn(cursor, draft, once)
  } else {
    throw cursor.unexpected('"on", "at", "in", "until" or how many times')
  }
}

function readOn(cursor: WordCursor, draft: Draft, once: (clause: string) => void): void {
  if (cursor.is('the') && cursor.peek(1).text === 'hour') {
    if (draft.freq !== 'HOURLY') throw cursor.fault('only hours have "on the hour"', 'say "at 9"')
    once('at')
    cursor.take()
    cursor.take()
    draft.byMinute.push(0)
    draft.bySecond.push(0)
    return
  }
  once('on')
  placeDays(draft, readDays(cursor), cursor)
}

function finished(cursor: WordCursor, draft: Draft, text: string): RecurrenceRule {
  const {freq} = draft
  if (freq === null) throw cursor.unexpected('how often')
  if (draft.needsMonth && draft.byMonth.length === 0) {
    const hint = 'name the month, as in "yearly on the last friday of november", or say "of the year"'
    throw cursor.fault('a yearly day needs its month', hint, draft.needsMonth)
  }
  try {
    // The strict parser holds every range, cap and prohibition; a pattern in words gets past none of them.
    return parseRule(formatRule(ruleOf({...draft, freq})))
  } catch (error) {
    if (!(error instanceof InvalidRecurrence)) throw error
    throw new InvalidRecurrence({
      code: error.code,
      message: error.message,
      hint: error.hint,
      position: 0,
      length: text.length,
    })
  }
}
