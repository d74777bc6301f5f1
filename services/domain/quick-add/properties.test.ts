import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {zoneOf} from '../dates/zone.ts'
import {parseQuickAdd} from './parse-quick-add.ts'
import type {QuickAdd, Span} from './quick-add.ts'

const ZONES = ['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Australia/Sydney'].map(zoneOf)
const NOW = Date.UTC(2026, 10, 20, 9)

const PIECES = [
  'buy milk, call mom, tomorrow, today, friday, next friday, on monday, in 2 hours, at 9, at 17:30, 9am, noon, tonight',
  'every, every day, every second friday, weekly, daily, on the first of every month, monthly, until, until 1 june, for 6 weeks',
  '10 times, except, except sunday, starting, starting 1 dec, remind me, 2 hours before, by push, nag every 10 minutes',
  'no reminder, #home, #, !high, !1, !!!, p1, 3/4, 24.12., 2026-12-01, 29 february, 30 february, the 31st, the, of, and, or, to',
  '", \\, `, (, ), -, :, ., ;, \u200F, \u202E, 🥛, 牛乳, İ, ﬁ, \u0000, \u0001, \u0002, \n, \t, 0, 99999999, may, second, sat, sun',
]
  .join(', ')
  .split(', ')
const sentence = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), {maxLength: 14}).map((words) => words.join(' ')),
  fc.array(fc.constantFrom(...PIECES), {maxLength: 8}).map((words) => words.join('')),
  fc.string({unit: 'binary', maxLength: 60}),
  fc.string({unit: 'grapheme', maxLength: 60}),
)
const moment = fc.record({
  zone: fc.constantFrom(...ZONES),
  now: fc.integer({min: Date.UTC(1990, 0, 1), max: Date.UTC(2100, 0, 1)}),
})

const fieldSpans = (parsed: QuickAdd): Span[] =>
  [parsed.due, parsed.recurrence, parsed.end, parsed.reminders, parsed.priority, ...parsed.tags, ...parsed.exceptions]
    .flatMap((field) => field?.spans ?? [])
    .toSorted((a, b) => a.start - b.start)

const allSpans = (parsed: QuickAdd): Span[] => [
  ...fieldSpans(parsed),
  ...parsed.questions.map(({span}) => span),
  ...parsed.remarks.map(({span}) => span),
]

const words = (part: string): string[] => part.match(/[\p{L}\p{N}]+/gu) ?? []
const unread = (text: string, read: readonly Span[]): string =>
  text
    .split('')
    .filter((_, at) => !read.some(({start, end}) => at >= start && at < end))
    .join('')

describe('any text at any moment in any zone', () => {
  test('is read without an error, and its spans lie in the text and do not overlap', () => {
    fc.assert(
      fc.property(sentence, moment, (text, context) => {
        const parsed = parseQuickAdd(text, context)
        for (const {start, end} of allSpans(parsed)) {
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeGreaterThanOrEqual(start)
          expect(end).toBeLessThanOrEqual(text.length)
        }
        let before = 0
        for (const {start, end} of fieldSpans(parsed)) {
          expect(start).toBeGreaterThanOrEqual(before)
          expect(end).toBeGreaterThan(start)
          before = end
        }
      }),
      {numRuns: 800},
    )
  })

  test('keeps every other word in the title, which is empty only when there is none', () => {
    fc.assert(
      fc.property(sentence, moment, (text, context) => {
        const parsed = parseQuickAdd(text, context)
        const asked = parsed.questions.map(({code}) => code)
        const read = [...fieldSpans(parsed), ...parsed.questions.map(({span}) => span)]
        const left = unread(text, parsed.title === '' ? [] : read)
        expect(parsed.title).toBe(parsed.title.trim())
        expect(asked.includes('missing_title')).toBe(parsed.title === '')
        const lost = asked.length > 0 ? [] : words(left).filter((word) => !words(parsed.title).join(' ').includes(word))
        expect(lost).toEqual([])
      }),
      {numRuns: 500},
    )
  })

  test('escaped with a backslash before each word it is all title', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...PIECES.filter((piece) => /^[ \w]+$/u.test(piece))), {minLength: 1}),
        moment,
        (words, context) => {
          const text = words.join(' ')
          const parsed = parseQuickAdd(text.replaceAll(/\S+/gu, String.raw`\$&`), context)
          expect(parsed).toMatchObject({
            title: text,
            due: null,
            recurrence: null,
            reminders: null,
            tags: [],
            questions: [],
          })
        },
      ),
      {numRuns: 200},
    )
  })

  test('an instant is a whole second, an occurrence of its rule, and the rule can be stored', () => {
    fc.assert(
      fc.property(sentence, moment, (text, context) => {
        const {due, recurrence} = parseQuickAdd(text, context)
        const at = due?.value.at ?? 0
        expect(at % 1000).toBe(0)
        expect(recurrence?.value.pattern.length ?? 0).toBeLessThanOrEqual(500)
        expect((recurrence?.value.next ?? []).filter((next) => next <= at)).toEqual([])
      }),
      {numRuns: 500},
    )
  })
})

describe('10,000 characters take at most 100 ms', () => {
  const fill = (part: string): string => part.repeat(Math.ceil(10_000 / part.length)).slice(0, 10_000)
  test.each([
    'friday ',
    'every ',
    'every friday and ',
    '#a ',
    '!1 ',
    '3/4 ',
    'at 5 guys ',
    'remind me ',
    'remind me 1h and ',
    'except 1 dec, ',
    'the first and second ',
    '1st, 2nd and ',
    'in 2 days ',
    'from 3 to 5 ',
    '"',
    '\\a ',
    '(',
    ' ',
    '\u200F',
    '-, ',
    'x',
    'until ',
    'at at at ',
    '1 1 1 ',
    'half past ',
  ])('%j', (part) => {
    const text = fill(part)
    const context = {zone: ZONES[1]!, now: NOW}
    parseQuickAdd(text, context)
    // The best of several: other processes share the machine.
    let best = Infinity
    for (let run = 0; run < 12 && best > 100; run++) {
      const before = process.cpuUsage()
      parseQuickAdd(text, context)
      const {user, system} = process.cpuUsage(before)
      best = Math.min(best, (user + system) / 1000)
    }
    expect(best).toBeLessThanOrEqual(100)
  })
})
