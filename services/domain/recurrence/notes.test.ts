import {describe, expect, it} from 'vitest'
import {formatRule} from './canonical.ts'
import {compileRecurrence} from './compile.ts'
import {notes, skippedMonths} from './notes.ts'
import {parseRecurrence} from './words.ts'

const START = Date.UTC(2026, 10, 20, 9)

const noteOn = (text: string): (readonly [string, string])[] =>
  notes(parseRecurrence(text), START).map(({text: said, instead}) => [said, formatRule(instead)])

describe('notes', () => {
  it.each([
    [
      'monthly on the 31st',
      'Monthly on the 31st skips February, April, June, September and November. To miss no month say "monthly on the last day".',
      'FREQ=MONTHLY;BYMONTHDAY=-1',
    ],
    [
      'monthly on the 30th at 9 and 17',
      'Monthly on the 30th skips February. To miss no month say "monthly on the 30th or last day".',
      'FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYHOUR=9,17;BYMINUTE=0;BYSECOND=0;BYSETPOS=-2,-1',
    ],
    [
      'monthly on the 29th',
      'Monthly on the 29th skips February except in leap years. To miss no month say "monthly on the 29th or last day".',
      'FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1',
    ],
    [
      'yearly on 29 february',
      '29 February comes only in leap years. For the last day of every February say "yearly on the last day of february".',
      'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1',
    ],
    [
      'monthly on the fifth friday',
      'Months with only four Fridays are skipped. To miss no month say "monthly on the last friday".',
      'FREQ=MONTHLY;BYDAY=-1FR',
    ],
  ])('%s', (text, said, instead) => {
    expect(noteOn(text)).toEqual([[said, instead]])
  })

  it.each([
    'monthly on the 28th',
    'monthly on the last day',
    'monthly on the 31st in january',
    'weekly',
    'monthly on the last friday',
  ])('has nothing to say about "%s"', (text) => {
    expect(noteOn(text)).toEqual([])
  })

  it('takes the day from the start when the rule leaves it out', () => {
    expect(notes(parseRecurrence('monthly'), Date.UTC(2027, 0, 31))).toHaveLength(1)
    expect(notes(parseRecurrence('yearly'), Date.UTC(2028, 1, 29))).toHaveLength(1)
  })

  it('offers rules that do come in every month that is reached', () => {
    for (const text of [
      'monthly on the 31st',
      'monthly on the 30th',
      'monthly on the 29th',
      'monthly on the fifth friday',
    ]) {
      const [note] = notes(parseRecurrence(text), START)
      const months = compileRecurrence({rule: note!.instead, start: START}).between(START, Date.UTC(2036, 10, 20), 1000)
      expect(months.length).toBe(120)
    }
  })
})

describe('skippedMonths', () => {
  it('agrees with the occurrences of many years', () => {
    for (const day of ['29th', '30th', '31st']) {
      for (const every of ['monthly', 'every 2 months', 'quarterly', 'every 5 months', 'every 12 months', 'yearly']) {
        const inMonths = every === 'yearly' ? ' of february and march' : ''
        const rule = parseRecurrence(`${every} on the ${day}${inMonths}`)
        const any = parseRecurrence(`${every} on the 1st${inMonths}`)
        const start = Date.UTC(2025, 9, 1)
        const reached = (of: typeof rule): Set<number> =>
          new Set(
            compileRecurrence({rule: of, start})
              .between(start, Date.UTC(2325, 0, 1), 10_000)
              .map((at) => new Date(at).getUTCMonth() + 1),
          )
        const months = reached(rule)
        const never = [...reached(any)].filter((month) => !months.has(month)).sort((a, b) => a - b)
        expect({every, day, never: skippedMonths(rule, start).never}).toEqual({every, day, never})
      }
    }
  })
})
