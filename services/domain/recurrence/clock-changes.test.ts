import {describe, expect, it} from 'vitest'
import {type ClockChange, clockChanges, reanchoredRule} from './clock-changes.ts'
import {formatRule} from './canonical.ts'
import {compileRecurrence} from './compile.ts'
import {InvalidRecurrence} from './invalid-recurrence.ts'
import {toLocalRule, toUtcRule} from './local-rule.ts'
import {parseRecurrence} from './words.ts'
import {offsetAt, zoneTransitions} from './zone-offset.ts'

const iso = (at: number): string => new Date(at).toISOString().slice(0, 16)

function changes(text: string, zone: string, from: string, until: string): readonly ClockChange[] {
  const start = Date.parse(`${from}Z`)
  return clockChanges({rule: parseRecurrence(text), zone, start, after: start, until: Date.parse(`${until}Z`)})
}

const told = (list: readonly ClockChange[]): string[] =>
  list.map(({at, first, effect}) => `${iso(at)} ${iso(first)} ${effect}`)

describe('clockChanges', () => {
  it('tells when the clocks move an occurrence, and from which on', () => {
    expect(told(changes('FREQ=MONTHLY;BYDAY=-1FR', 'Europe/Berlin', '2026-11-27T16:00', '2028-01-01T00:00'))).toEqual([
      '2027-03-28T01:00 2027-04-30T16:00 clocks go forward on 28 Mar: from here one hour later on your clock',
      '2027-10-31T01:00 2027-11-26T16:00 clocks go back on 31 Oct: from here one hour earlier on your clock',
    ])
  })

  it('tells when a weekday becomes another, near midnight', () => {
    expect(told(changes('weekly', 'Europe/Berlin', '2026-11-23T22:30', '2028-01-01T00:00'))).toEqual([
      '2027-03-28T01:00 2027-03-29T22:30 clocks go forward on 28 Mar: from here one hour later on your clock, 00:30 on Tuesday instead of 23:30 on Monday',
      '2027-10-31T01:00 2027-11-01T22:30 clocks go back on 31 Oct: from here one hour earlier on your clock, 23:30 on Monday instead of 00:30 on Tuesday',
    ])
    expect(told(changes('daily', 'America/New_York', '2027-01-01T04:30', '2027-06-01T00:00'))).toEqual([
      '2027-03-14T07:00 2027-03-15T04:30 clocks go forward on 14 Mar: from here one hour later on your clock, 00:30 on the next day instead of 23:30',
    ])
  })

  it('knows half hours, the south, and zones without changes', () => {
    const [lordHowe] = changes('daily', 'Australia/Lord_Howe', '2027-01-01T00:00', '2027-12-01T00:00')
    expect(lordHowe).toMatchObject({from: 39_600_000, to: 37_800_000})
    expect(lordHowe?.effect).toContain('back on 4 Apr: from here 30 minutes earlier')
    expect(changes('daily', 'Asia/Kolkata', '2027-01-01T00:00', '2030-01-01T00:00')).toEqual([])
  })

  it('leaves out what changes nothing', () => {
    // Always in winter; a pattern that is the same an hour later; a rule that has ended.
    expect(changes('yearly', 'Europe/Berlin', '2026-11-23T12:00', '2032-01-01T00:00')).toEqual([])
    expect(changes('every 15 minutes', 'Europe/Berlin', '2026-11-23T12:00', '2028-01-01T00:00')).toEqual([])
    expect(changes('hourly', 'Europe/Berlin', '2026-11-23T12:00', '2028-01-01T00:00')).toEqual([])
    expect(changes('daily, 5 times', 'Europe/Berlin', '2026-11-23T12:00', '2028-01-01T00:00')).toEqual([])
    // Half an hour moves what comes every hour, and an hour what comes every four.
    expect(changes('hourly', 'Australia/Lord_Howe', '2027-01-01T00:00', '2028-01-01T00:00')).toHaveLength(2)
    expect(changes('every 4 hours', 'Europe/Berlin', '2027-01-01T00:00', '2028-01-01T00:00')).toHaveLength(2)
  })

  it('agrees with the offsets of the occurrences themselves', () => {
    for (const zone of [
      'America/New_York',
      'Europe/Berlin',
      'Australia/Sydney',
      'Africa/Casablanca',
      'America/Sao_Paulo',
    ]) {
      for (const text of ['every 10 days', 'every 45 days', 'monthly', 'every 5 months', 'yearly on 29 february']) {
        const start = Date.UTC(2012, 0, 31, 12)
        const until = Date.UTC(2030, 0, 1)
        const rule = parseRecurrence(text)
        const found = clockChanges({rule, zone, start, after: start, until, limit: 1000})
        const plan = compileRecurrence({rule, start})
        const moved = plan
          .between(start, until, 10_000)
          .filter((at) => offsetAt(zone, plan.before(at) ?? start) !== offsetAt(zone, at))
        expect({zone, text, at: found.map(({first}) => iso(first))}).toEqual({zone, text, at: moved.map(iso)})
      }
    }
  })
})

describe('zoneTransitions', () => {
  it('finds every change, to the minute', () => {
    const found = zoneTransitions('Africa/Casablanca', Date.UTC(2025, 0, 1), Date.UTC(2026, 0, 1))
    expect(found.map(({at, before, after}) => [iso(at), (after - before) / 3_600_000])).toEqual([
      ['2025-02-23T02:00', -1],
      ['2025-04-06T02:00', 1],
    ])
    // Samoa left out 30 December 2011.
    const samoa = zoneTransitions('Pacific/Apia', Date.UTC(2011, 11, 1), Date.UTC(2012, 0, 15))
    expect(samoa).toEqual([{at: Date.UTC(2011, 11, 30, 10), before: -36_000_000, after: 50_400_000}])
  })
})

describe('reanchoredRule', () => {
  const start = Date.UTC(2026, 10, 23, 22, 30)
  const zone = 'Europe/Berlin'

  it('brings back the local time that was typed, from the next occurrence on', () => {
    const {rule} = toUtcRule({rule: parseRecurrence('every mon at 23:30, 60 times'), zone, start})
    const again = reanchoredRule({rule, zone, start, at: Date.UTC(2027, 4, 1)})
    expect(iso(again.start)).toBe('2027-05-03T21:30')
    // 23 weeks have passed by 1 May.
    expect(formatRule(again.rule)).toBe('FREQ=WEEKLY;BYDAY=MO;BYHOUR=21;BYMINUTE=30;BYSECOND=0;COUNT=37')
    expect(formatRule(toLocalRule({...again, zone})!.rule)).toMatch(/^FREQ=WEEKLY;BYDAY=MO;BYHOUR=23;BYMINUTE=30/)
  })

  it('refuses what has ended', () => {
    const rule = parseRecurrence('daily, 3 times')
    expect(() => reanchoredRule({rule, zone, start, at: Date.UTC(2027, 4, 1)})).toThrow(InvalidRecurrence)
    const until = parseRecurrence('daily until 1 december 2026')
    expect(() => reanchoredRule({rule: until, zone, start, at: Date.UTC(2027, 4, 1)})).toThrow('No occurrence is left')
  })
})
