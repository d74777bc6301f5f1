/**
 * Text → rule, strictly by RFC 5545 section 3.3.10: every part once, every value in its range, every prohibition kept.
 * Names and values may be written in lower case (RFC 5545 section 2: they are case-insensitive).
 */
import {combinationFault} from './check-combination.ts'
import {
  COUNT_PART,
  INTERVAL_PART,
  NUMBER_PARTS,
  readDays,
  readNumber,
  readNumbers,
  readUntil,
  readWeekday,
  refuse,
} from './part-values.ts'
import {FREQUENCIES, type Frequency, type RecurrenceRule} from './rule.ts'

/** Longest rule, in characters: what is stored fits a varchar(500). */
export const MAX_RULE_LENGTH = 500

const PREFIX = 'RRULE:'
const KNOWN_PARTS =
  'FREQ, INTERVAL, COUNT, UNTIL, WKST, BYMONTH, BYWEEKNO, BYYEARDAY, BYMONTHDAY, BYDAY, BYHOUR, BYMINUTE, BYSECOND, BYSETPOS'

type Draft = {-readonly [Key in keyof RecurrenceRule]: RecurrenceRule[Key]}

const NONE: readonly never[] = Object.freeze([])

/** The rule that `text` says; throws {@link InvalidRecurrence}, whose position is an index into `text` as given. */
export function parseRule(text: string): RecurrenceRule {
  if (text.length > MAX_RULE_LENGTH) {
    const hint = `shorten it to ${MAX_RULE_LENGTH} characters`
    refuse('rrule_too_long', `The rule has ${text.length} characters`, hint, MAX_RULE_LENGTH, text.length)
  }
  const source = text.toUpperCase()
  // A letter that grows in upper case (ß → SS) would shift every position after it.
  if (source.length !== text.length) refuseLetter(text)
  const [from, to] = extent(source)
  if (from === to) refuse('rrule_empty', 'The rule is empty', 'write at least FREQ=DAILY', 0, text.length)

  const draft: Draft = {
    freq: 'YEARLY',
    interval: 1,
    count: null,
    until: null,
    untilIsDate: false,
    wkst: 0,
    bySecond: NONE,
    byMinute: NONE,
    byHour: NONE,
    byDay: NONE,
    byMonthDay: NONE,
    byYearDay: NONE,
    byWeekNo: NONE,
    byMonth: NONE,
    bySetPos: NONE,
  }
  let seen = 0
  for (let at = from; ;) {
    const semicolon = source.indexOf(';', at)
    const end = semicolon === -1 || semicolon >= to ? to : semicolon
    const equals = source.indexOf('=', at)
    if (equals === -1 || equals >= end) refuseShape(source, at, end)
    const bit = readPart(draft, source, at, equals, end)
    if ((seen & bit) !== 0) refuseTwice(source.slice(at, equals), at, end)
    seen |= bit
    if (end === to) break
    at = end + 1
  }
  if ((seen & FREQ_BIT) === 0) {
    const hint = `begin with FREQ=, one of ${FREQUENCIES.join(', ')}`
    refuse('rrule_missing_freq', 'The rule has no FREQ', hint, from, to - from)
  }
  const fault = combinationFault(draft)
  if (fault !== null) {
    const position = source.indexOf(`${fault.part}=`, from)
    const semicolon = source.indexOf(';', position)
    const end = semicolon === -1 || semicolon >= to ? to : semicolon
    refuse(fault.code, fault.message, fault.hint, position, end - position)
  }
  return draft
}

const FREQ_BIT = 1

/** Reads one `NAME=value` into the draft and returns the bit that stands for the name. */
function readPart(draft: Draft, text: string, at: number, equals: number, end: number): number {
  const from = equals + 1
  const name = text.slice(at, equals)
  switch (name) {
    case 'FREQ':
      draft.freq = readFrequency(text, from, end)
      return FREQ_BIT
    case 'INTERVAL':
      draft.interval = readNumber(text, from, end, INTERVAL_PART)
      return 2
    case 'COUNT':
      draft.count = readNumber(text, from, end, COUNT_PART)
      return 4
    case 'UNTIL': {
      const {until, untilIsDate} = readUntil(text, from, end)
      draft.until = until
      draft.untilIsDate = untilIsDate
      return 8
    }
    case 'WKST':
      draft.wkst = readWeekday(text, from, end, name)
      return 16
    case 'BYDAY':
      draft.byDay = readDays(text, from, end)
      return 32
    case 'BYMONTH':
      draft.byMonth = readNumbers(text, from, end, NUMBER_PARTS[name])
      return 64
    case 'BYMONTHDAY':
      draft.byMonthDay = readNumbers(text, from, end, NUMBER_PARTS[name])
      return 128
    case 'BYHOUR':
      draft.byHour = readNumbers(text, from, end, NUMBER_PARTS[name])
      return 256
    case 'BYMINUTE':
      draft.byMinute = readNumbers(text, from, end, NUMBER_PARTS[name])
      return 512
    case 'BYSECOND':
      draft.bySecond = readNumbers(text, from, end, NUMBER_PARTS[name])
      return 1024
    case 'BYSETPOS':
      draft.bySetPos = readNumbers(text, from, end, NUMBER_PARTS[name])
      return 2048
    case 'BYYEARDAY':
      draft.byYearDay = readNumbers(text, from, end, NUMBER_PARTS[name])
      return 4096
    case 'BYWEEKNO':
      draft.byWeekNo = readNumbers(text, from, end, NUMBER_PARTS[name])
      return 8192
    default:
      return refuseName(name, at)
  }
}

function readFrequency(text: string, from: number, to: number): Frequency {
  for (const frequency of FREQUENCIES) {
    if (frequency.length === to - from && text.startsWith(frequency, from)) return frequency
  }
  const given = text.slice(from, to)
  const hint = `FREQ=${given}: one of ${FREQUENCIES.join(', ')}`
  return refuse('rrule_syntax', given === '' ? 'FREQ has no value' : `FREQ=${given} is unknown`, hint, from, to - from)
}

/** From where to where the rule lies: without surrounding white space and without a leading `RRULE:`. */
function extent(text: string): readonly [number, number] {
  let from = 0
  let to = text.length
  while (from < to && text.charCodeAt(from) <= 32) from++
  while (to > from && text.charCodeAt(to - 1) <= 32) to--
  if (text.startsWith(PREFIX, from)) from += PREFIX.length
  return [from, Math.max(from, to)]
}

function refuseLetter(text: string): never {
  const position = text.search(/[\u0080-\uffff]/)
  const hint = 'write NAME=value, separated by semicolons, in plain letters'
  refuse('rrule_syntax', `"${text[position]}" has no place in a rule`, hint, position, 1)
}

function refuseShape(text: string, at: number, end: number): never {
  const given = text.slice(at, end)
  const hint =
    given === ''
      ? 'remove the superfluous semicolon'
      : 'write NAME=value, separated by semicolons: FREQ=WEEKLY;BYDAY=MO,TH'
  const message = given === '' ? 'A part is empty' : `"${given}" is not a part of a rule`
  refuse('rrule_syntax', message, hint, at, end - at)
}

function refuseTwice(name: string, at: number, end: number): never {
  refuse('rrule_duplicate_part', `${name} is given twice`, `keep one ${name} and join its values`, at, end - at)
}

function refuseName(name: string, at: number): never {
  if (/TZID|DTSTART/.test(name)) {
    const hint = 'convert the rule to UTC; the start is given apart from the rule'
    refuse('rrule_time_zone', 'A rule has no zone and no start', hint, at, name.length)
  }
  refuse('rrule_unknown_part', `"${name}" is not a part of a rule`, `known: ${KNOWN_PARTS}`, at, name.length)
}
