import {describe, expect, test} from 'vitest'
import {dayHead, dayKey, daysBetween, dueDate, dueWords, startOfDay} from './day-words.ts'

const BERLIN = 'Europe/Berlin'
const at = (text: string): number => Date.parse(text)
const now = at('2026-11-22T10:30:00Z') // Sunday 11:30 in Berlin

describe('when something is due, in words', () => {
  test.each([
    ['2026-11-20T08:00:00Z', true, '2 days late', true],
    ['2026-11-21T22:59:59Z', false, '1 day late', true],
    ['2026-11-21T20:00:00Z', true, '14 hours late', true],
    ['2026-11-22T08:00:00Z', true, '2 hours late', true],
    ['2026-11-22T10:29:00Z', true, '1 minute late', true],
    ['2026-11-22T16:00:00Z', true, 'today 17:00', false],
    ['2026-11-22T22:59:59Z', false, 'today', false],
    ['2026-11-22T23:30:00Z', true, 'tomorrow 00:30', false],
    ['2026-11-26T08:00:00Z', true, 'Thu 09:00', false],
    ['2026-11-29T08:00:00Z', true, '29 Nov', false],
    ['2027-01-12T08:00:00Z', true, '12 Jan 2027', false],
  ])('%s, with a time %s: %s', (due, hasTime, text, isLate) => {
    expect(dueWords({at: at(due), hasTime}, BERLIN, now)).toEqual({text, isLate})
  })

  test('just now is late, too', () => {
    expect(dueWords({at: now - 1000, hasTime: true}, BERLIN, now)).toEqual({text: 'a moment late', isLate: true})
  })

  test('the day of the zone counts, not that of UTC', () => {
    expect(dueWords({at: at('2026-11-22T23:30:00Z'), hasTime: true}, 'UTC', now).text).toBe('today 23:30')
    expect(daysBetween(now, at('2026-11-22T23:30:00Z'), BERLIN)).toBe(1)
    expect(dueDate({at: at('2026-11-30T06:00:00Z'), hasTime: true}, BERLIN, now)).toBe('Mon 30 Nov, 07:00')
    expect(dayHead(at('2026-11-24T06:00:00Z'), BERLIN, now)).toEqual({name: 'Tuesday', date: '24 Nov'})
  })
})

describe('the first instant of a day', () => {
  test.each([
    [BERLIN, '2026-11-22T10:30:00Z', 0, '2026-11-21T23:00:00Z'],
    [BERLIN, '2026-03-28T12:00:00Z', 1, '2026-03-28T23:00:00Z'],
    [BERLIN, '2026-03-28T12:00:00Z', 2, '2026-03-29T22:00:00Z'],
    ['Asia/Kathmandu', '2026-11-22T10:30:00Z', 0, '2026-11-21T18:15:00Z'],
    ['Pacific/Kiritimati', '2026-11-22T10:30:00Z', 0, '2026-11-22T10:00:00Z'],
    ['Pacific/Niue', '2026-11-22T10:30:00Z', 0, '2026-11-21T11:00:00Z'],
    // Clocks go forward at midnight: the day begins at 01:00.
    ['America/Asuncion', '2023-09-30T12:00:00Z', 1, '2023-10-01T04:00:00Z'],
  ])('%s, %s and %i days: %s', (zone, from, days, expected) => {
    const start = startOfDay(at(from), zone, days)
    expect(new Date(start).toISOString()).toBe(new Date(expected).toISOString())
    expect(dayKey(start - 60_000, zone) < dayKey(start, zone)).toBe(true)
  })
})
