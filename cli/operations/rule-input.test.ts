import {afterAll, describe, expect, test} from 'vitest'
import {compileRecurrence} from '../../services/domain/recurrence/index.ts'
import {createComposition} from '../composition.ts'
import {ROOT} from '../testing/run-cli.ts'
import {wallTime, type Zone} from '../../services/domain/dates/zone.ts'
import {parseDue} from '../../services/domain/dates/parse-due.ts'
import {readRule} from './rule-input.ts'

const sink = {write: () => undefined, isTTY: false, columns: 80}
const composition = createComposition({root: ROOT, env: {}, terminal: {stdout: sink, stderr: sink}, now: () => 0})
const now = Date.UTC(2026, 10, 20, 9)
const zoneBefore = process.env['TZ']
afterAll(() => {
  if (zoneBefore === undefined) delete process.env['TZ']
  else process.env['TZ'] = zoneBefore
})

const local = (at: number, zone: Zone): string => {
  const {year, month, day, hour, minute, second} = wallTime(at, zone)
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second)).toISOString().slice(0, 19)
}

describe('a rule without a due date starts at its first occurrence from now on', () => {
  test.each([
    ['daily', 'Europe/Berlin', '2026-11-20T23:59:59', false],
    ['every mon', 'Europe/Berlin', '2026-11-23T23:59:59', false],
    ['weekdays at 9', 'Europe/Berlin', '2026-11-23T09:00:00', true],
    ['weekdays at 11', 'Europe/Berlin', '2026-11-20T11:00:00', true],
    ['FREQ=DAILY;BYHOUR=9', 'Europe/Berlin', '2026-11-21T09:00:00', true],
    ['monthly', 'Europe/Berlin', '2026-11-20T23:59:59', false],
    ['monthly on the first monday at 7', 'Australia/Sydney', '2026-12-07T07:00:00', true],
    ['every hour', 'Asia/Kathmandu', '2026-11-20T15:45:00', true],
    ['daily at 0:30', 'Pacific/Auckland', '2026-11-21T00:30:00', true],
    ['every 2 weeks on tue at 9', 'Europe/Berlin', '2026-11-24T09:00:00', true],
    ['quarterly on the 1st', 'Europe/Berlin', '2026-12-01T23:59:59', false],
  ])('%s in %s: %s', (text, name, expected, hasTime) => {
    const zone = composition.zone(name)
    const {pattern, due} = readRule({text, due: undefined, zone, now})
    expect([local(due.at, zone), due.hasTime]).toEqual([expected, hasTime])
    // What is stored has this occurrence, too.
    expect(compileRecurrence({rule: pattern, start: due.at}).has(due.at)).toBe(true)
  })
})

test('every rule keeps its local time until the clocks change, in zones on both sides of UTC', () => {
  for (const name of [
    'Pacific/Honolulu',
    'America/New_York',
    'UTC',
    'Europe/Berlin',
    'Asia/Kolkata',
    'Pacific/Auckland',
  ]) {
    const zone = composition.zone(name)
    for (const text of [
      'every mon and sun at 0:30',
      'monthly on the 1st at 23:30',
      'monthly on the last day at 1',
      'weekdays at 12',
    ]) {
      const {pattern, due} = readRule({text, due: undefined, zone, now})
      const meant = compileRecurrence({
        rule: readRule({text, due: undefined, zone: composition.zone('UTC'), now}).pattern,
        start: Date.UTC(2026, 10, 1),
      })
      const offset = zone.offsetAt(due.at)
      const stored = compileRecurrence({rule: pattern, start: due.at}).between(due.at, due.at + 90 * 86_400_000, 20)
      expect(stored.map((at) => at + offset)).toEqual(
        meant.between(due.at + offset, due.at + offset + 90 * 86_400_000, 20),
      )
    }
  }
})

test('a due date that the interval cannot be counted from is refused, with the one that it can', async () => {
  const zone = composition.zone('Europe/Berlin')
  const outcomes: string[] = []
  for (const text of [
    'every 2 weeks on mon at 0:30',
    'every 2 weeks on mon and sun at 0:30',
    'every 3 months on the 1st at 0:30',
  ]) {
    for (const when of ['2026-11-21 12:00', '2026-11-22 12:00', '2026-11-23 12:00', '2026-11-24 12:00']) {
      const due = await parseDue(when, {zone, now})
      try {
        const {pattern} = readRule({text, due, zone, now})
        const next = compileRecurrence({rule: pattern, start: due.at}).after(due.at)!
        const meant = compileRecurrence({
          rule: readRule({text, due, zone: composition.zone('UTC'), now}).pattern,
          start: due.at + 3_600_000,
        }).after(due.at + 3_600_000)!
        outcomes.push(next + 3_600_000 === meant ? 'kept' : `${text} from ${when} moved`)
      } catch (error) {
        outcomes.push((error as {code: string}).code)
      }
    }
  }
  expect(
    outcomes.filter((outcome) => outcome !== 'kept' && outcome !== 'rrule_start' && outcome !== 'rrule_no_utc_form'),
  ).toEqual([])
  expect(outcomes).toContain('kept')
  expect(outcomes).toContain('rrule_start')
})
