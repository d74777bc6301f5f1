import {describe, expect, test} from 'vitest'
import {type Choices, freshChoices} from './choices.ts'
import {monthlyOptions} from './monthly-options.ts'
import {movedByClocks} from './moved-by-clocks.ts'
import {type Outcome, outcomeOf, type Setting, startOf} from './outcome.ts'
import {saveLabel, scopeNote} from './save-label.ts'

const BERLIN: Setting = {
  zone: 'Europe/Berlin',
  now: Date.UTC(2026, 10, 21, 12),
  dueAt: Date.UTC(2026, 10, 26, 8),
  hasTime: true,
}
const iso = (instants: readonly number[]): string[] => instants.map((at) => new Date(at).toISOString().slice(0, 16))
const of = (choices: Partial<Choices>, setting = BERLIN) =>
  outcomeOf({...freshChoices(startOf(setting)), ...choices}, setting)
const good = (choices: Partial<Choices>, setting = BERLIN): Outcome => {
  const outcome = of(choices, setting)
  if (!outcome.ok) throw new Error(outcome.message)
  return outcome
}

describe('what is chosen in Berlin is stored in UTC and shown in Berlin', () => {
  test('weekly on the day of the date', () => {
    const outcome = good({pattern: 'weekly'})
    expect(outcome).toMatchObject({pattern: 'FREQ=WEEKLY;BYDAY=TH', dueAt: BERLIN.dueAt, hasTime: true})
    expect(outcome.sentence).toBe('every Thursday at 09:00')
    expect(iso(outcome.dates)).toEqual([
      '2026-11-26T08:00',
      '2026-12-03T08:00',
      '2026-12-10T08:00',
      '2026-12-17T08:00',
      '2026-12-24T08:00',
    ])
  })

  test('the first date moves to the first day that is chosen, and intervals count from there', () => {
    const outcome = good({pattern: 'weekly', interval: 2, days: [0]})
    expect(iso(outcome.dates).slice(0, 2)).toEqual(['2026-11-30T08:00', '2026-12-14T08:00'])
    expect(outcome.dueAt).toBe(outcome.dates[0])
  })

  test('clocks that go forward within a year are told, and change the dates', () => {
    const outcome = good({pattern: 'monthly', interval: 2})
    expect(outcome.clockLine).toBe('Clocks go forward on 28 Mar: from here one hour later on your clock.')
    expect(iso(outcome.dates)[3]).toBe('2027-05-26T08:00')
    expect(good({pattern: 'daily', ending: {kind: 'after', count: 3}}).clockLine).toBeNull()
  })

  test('an end by date and by number', () => {
    expect(good({pattern: 'daily', ending: {kind: 'on', date: '2026-11-28'}}).dates).toHaveLength(3)
    expect(good({pattern: 'daily', ending: {kind: 'after', count: 2}})).toMatchObject({pattern: 'FREQ=DAILY;COUNT=2'})
  })

  test('a whole day stays one, and has no time in its sentence and no line about clocks', () => {
    const outcome = good(
      {pattern: 'monthly', monthly: 'last-day'},
      {...BERLIN, dueAt: Date.UTC(2026, 10, 26, 22, 59, 59), hasTime: false},
    )
    expect(outcome).toMatchObject({hasTime: false, sentence: 'every month on the last day', clockLine: null})
    expect(iso(outcome.dates)[0]).toBe('2026-11-30T22:59')
  })

  test('a rule that says a time gives the task that time', () => {
    const wholeDay = {...BERLIN, dueAt: Date.UTC(2026, 10, 26, 22, 59, 59), hasTime: false}
    const outcome = good({pattern: 'custom', text: 'every thursday at 17:30'}, wholeDay)
    expect(outcome.hasTime).toBe(true)
    expect(iso(outcome.dates)[0]).toBe('2026-11-26T16:30')
  })

  test('without a date it begins today', () => {
    const outcome = good({pattern: 'daily'}, {...BERLIN, dueAt: null, hasTime: false})
    expect(iso(outcome.dates)[0]).toBe('2026-11-21T22:59')
    expect(outcome.hasTime).toBe(false)
  })

  test('from the completion the rule only says how long to wait', () => {
    expect(good({pattern: 'weekdays', anchor: 'completion'}).pattern).toBe('FREQ=WEEKLY')
    expect(good({pattern: 'monthly', interval: 2, anchor: 'completion'}).pattern).toBe('FREQ=MONTHLY;INTERVAL=2')
    expect(of({pattern: 'custom', text: 'FREQ=WEEKLY;BYDAY=MO', anchor: 'completion'})).toMatchObject({ok: false})
  })

  test('never is no rule', () => {
    expect(good({pattern: 'never'})).toMatchObject({pattern: null, dueAt: BERLIN.dueAt, dates: []})
  })
})

describe('what cannot be saved says why, and where', () => {
  test.each<[Partial<Choices>, string]>([
    [{pattern: 'custom', text: ''}, 'The pattern is empty'],
    [{pattern: 'daily', ending: {kind: 'after', count: 0}}, 'The number of times is missing'],
    [{pattern: 'daily', ending: {kind: 'on', date: ''}}, 'The last day is missing'],
    [{pattern: 'daily', ending: {kind: 'on', date: '2026-11-01'}}, 'The last day lies before the first date'],
    [
      {pattern: 'weekly', days: [6], ending: {kind: 'on', date: '2026-11-27'}},
      'There is no such date after the first one',
    ],
  ])('%j', (choices, message) => {
    expect(of(choices)).toMatchObject({ok: false, message})
  })

  test('a fault in an RRULE has its place', () => {
    const outcome = of({pattern: 'custom', text: 'FREQ=MONTHLY;BYMONTHDAY=32'})
    expect(outcome).toMatchObject({ok: false, position: 24, length: 2})
  })
})

test('monthly offers what the date can mean', () => {
  const texts = (start: number) =>
    monthlyOptions(start, {interval: 1, monthly: 'day'}).map(({label, note}) => (note ? `${label}, ${note}` : label))
  expect(texts(Date.UTC(2027, 7, 31, 9))).toEqual([
    'Day 31, skips 5 months',
    'Last day',
    'Fifth Tuesday, skips months with four',
    'Last Tuesday',
  ])
  expect(texts(Date.UTC(2026, 10, 11, 9))).toEqual(['Day 11', 'Last day', 'Second Wednesday'])
  expect(texts(Date.UTC(2026, 0, 30, 9))[0]).toBe('Day 30, skips February')
  expect(texts(Date.UTC(2026, 0, 29, 9))[0]).toBe('Day 29, skips February except in leap years')
})

describe('after the clocks changed', () => {
  const occurrence = (occurrence_at: string, state: 'open' | 'done') => ({
    task_id: 1,
    occurrence_at,
    due_at: occurrence_at,
    state,
    closed_at: null,
    late_seconds: null,
  })

  test('the old time of day can be had again', () => {
    const occurrences = [occurrence('2026-10-26T07:00:00Z', 'open'), occurrence('2026-10-19T07:00:00Z', 'done')]
    expect(movedByClocks({occurrences}, 'Europe/Berlin')).toEqual({
      was: '09:00',
      is: '08:00',
      dueAtAsBefore: Date.UTC(2026, 9, 26, 8),
    })
    expect(movedByClocks({occurrences}, 'Asia/Tokyo')).toBeNull()
  })

  test('not when it was set so since, and not for ever', () => {
    const kept = [occurrence('2026-10-26T08:00:00Z', 'open'), occurrence('2026-10-19T07:00:00Z', 'done')]
    expect(movedByClocks({occurrences: kept}, 'Europe/Berlin')).toBeNull()
    const old = ['11-23', '11-16', '11-09', '11-02', '10-19'].map((day, place) =>
      occurrence(`2026-${day}T07:00:00Z`, place === 0 ? 'open' : 'done'),
    )
    expect(movedByClocks({occurrences: old}, 'Europe/Berlin')).toBeNull()
  })
})

test('the button carries the scope', () => {
  expect(saveLabel('following', {from: '26 Nov'})).toBe('Save for this and later (from 26 Nov)')
  expect(scopeNote('following', {done: 11})).toBe('11 done ones stay.')
  expect(scopeNote('following', {done: 1})).toBe('1 done one stays.')
  expect(scopeNote('following', {done: 0})).toBe('')
  expect(saveLabel('this', {from: '26 Nov'})).toBe('Save for this one (26 Nov)')
  expect(scopeNote('all', {done: 2})).toBe('2 done ones get the new text too.')
})
