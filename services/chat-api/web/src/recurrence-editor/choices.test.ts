import {describe, expect, test} from 'vitest'
import {formatRule, parseRule, toUtcRule} from '../../../../domain/recurrence/index.ts'
import {type Choices, choicesOfRule, choicesOfSentence, freshChoices} from './choices.ts'
import {choicesOfTask} from './choices-of-task.ts'
import {ruleOfChoices} from './rule-of-choices.ts'

/** Thu 26 Nov 2026, 09:00, on the user's clock. */
const START = Date.UTC(2026, 10, 26, 9)
const fresh = freshChoices(START)

describe('a rule becomes the simple choice that says the same, and that choice the rule again', () => {
  test.each<[string, Partial<Choices>]>([
    ['FREQ=DAILY', {pattern: 'daily', interval: 1}],
    ['FREQ=DAILY;INTERVAL=3', {pattern: 'daily', interval: 3}],
    ['FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR', {pattern: 'weekdays'}],
    ['FREQ=WEEKLY;BYDAY=TH', {pattern: 'weekly', days: [3]}],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH', {pattern: 'weekly', interval: 2, days: [0, 3]}],
    ['FREQ=MONTHLY;BYMONTHDAY=26', {pattern: 'monthly', monthly: 'day'}],
    ['FREQ=MONTHLY;BYMONTHDAY=-1', {pattern: 'monthly', monthly: 'last-day'}],
    ['FREQ=MONTHLY;BYDAY=4TH', {pattern: 'monthly', monthly: 'weekday'}],
    ['FREQ=MONTHLY;INTERVAL=3;BYDAY=-1TH', {pattern: 'monthly', monthly: 'last-weekday', interval: 3}],
    ['FREQ=YEARLY', {pattern: 'yearly'}],
    ['FREQ=DAILY;COUNT=5', {pattern: 'daily', ending: {kind: 'after', count: 5}}],
    ['FREQ=DAILY;UNTIL=20270601', {pattern: 'daily', ending: {kind: 'on', date: '2027-06-01'}}],
  ])('%s', (text, expected) => {
    const choices = choicesOfRule(parseRule(text), START, fresh)
    expect(choices).toMatchObject(expected)
    expect(formatRule(ruleOfChoices(choices, START)!)).toBe(text)
  })

  test.each([
    'FREQ=HOURLY',
    'FREQ=DAILY;BYHOUR=9,17',
    'FREQ=DAILY;BYHOUR=8',
    'FREQ=DAILY;BYMONTH=6',
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU',
    'FREQ=MONTHLY;BYMONTHDAY=1,15',
    'FREQ=MONTHLY;BYMONTHDAY=12',
    'FREQ=MONTHLY;BYDAY=-1FR',
    'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1',
    'FREQ=YEARLY;BYMONTH=3',
    'FREQ=YEARLY;BYMONTHDAY=26',
    'FREQ=DAILY;COUNT=4;BYMONTH=1',
    'FREQ=DAILY;UNTIL=20270601T060000Z',
  ])('%s is a custom one, and loses nothing', (text) => {
    const choices = choicesOfRule(parseRule(text), START, fresh)
    expect(choices.pattern).toBe('custom')
    expect(formatRule(ruleOfChoices(choices, START)!)).toBe(formatRule(parseRule(text)))
  })

  test('a time of day that is the one of the task is none of its own', () => {
    expect(choicesOfRule(parseRule('FREQ=DAILY;BYHOUR=9;BYMINUTE=0'), START, fresh).pattern).toBe('daily')
  })
})

test('a sentence sets the choices; the end that was chosen stays unless the sentence has one', () => {
  const ending = {kind: 'after', count: 4} as const
  expect(choicesOfSentence('every 2 weeks on mon and thu', START, {...fresh, ending})).toMatchObject({
    pattern: 'weekly',
    interval: 2,
    days: [0, 3],
    ending,
  })
  expect(choicesOfSentence('daily for 3 times', START, {...fresh, ending}).ending).toEqual({kind: 'after', count: 3})
  expect(choicesOfSentence('daily at 17:30', START, fresh).pattern).toBe('custom')
  expect(() => choicesOfSentence('every blue moon', START, fresh)).toThrow()
})

describe('of a stored task', () => {
  const zone = 'Australia/Sydney'
  const place = {zone, now: Date.UTC(2026, 10, 1)}

  test.each([
    'FREQ=WEEKLY;BYDAY=MO',
    'FREQ=MONTHLY;BYDAY=1MO',
    'FREQ=MONTHLY;BYMONTHDAY=-1',
    'FREQ=DAILY;UNTIL=20270601',
  ])('%s on the clock of Sydney is what was chosen there', (text) => {
    // 07:00 in Sydney is the evening before in UTC.
    const start = {'FREQ=MONTHLY;BYMONTHDAY=-1': Date.UTC(2026, 10, 29, 20)}[text] ?? Date.UTC(2026, 11, 6, 20)
    const moved = toUtcRule({rule: parseRule(text), zone, start})
    const {choices, inUtc} = choicesOfTask(
      {
        due_at: new Date(moved.start).toISOString(),
        occurrence_at: new Date(moved.start).toISOString(),
        recurring_pattern: formatRule(moved.rule),
        recurring_end_date: null,
      },
      {anchor: 'due', catch_up: 'each', coming: []},
      place,
    )
    expect(inUtc).toBe(false)
    expect(choices.pattern).not.toBe('custom')
    expect(choices.catchUp).toBe('each')
    expect(formatRule(ruleOfChoices(choices, moved.start + 11 * 3_600_000)!)).toBe(text)
  })

  test('COUNT is what is left, an end beside the rule is an end', () => {
    const task = {due_at: '2026-12-01T08:00:00Z', occurrence_at: '2026-12-01T08:00:00Z', recurring_end_date: null}
    const coming = ['2026-12-02T08:00:00Z', '2026-12-03T08:00:00Z']
    const berlin = {zone: 'Europe/Berlin', now: 0}
    expect(
      choicesOfTask(
        {...task, recurring_pattern: 'FREQ=DAILY;COUNT=12'},
        {anchor: 'due', catch_up: 'once', coming},
        berlin,
      ).choices.ending,
    ).toEqual({kind: 'after', count: 3})
    expect(
      choicesOfTask(
        {...task, recurring_pattern: 'FREQ=DAILY', recurring_end_date: '2026-12-24T22:59:59Z'},
        {anchor: 'due', catch_up: 'once', coming},
        berlin,
      ).choices.ending,
    ).toEqual({kind: 'on', date: '2026-12-24'})
  })

  test('one that does not repeat is never, with its own weekday for the chips', () => {
    const task = {
      due_at: '2026-12-01T22:30:00Z',
      occurrence_at: null,
      recurring_pattern: null,
      recurring_end_date: null,
    }
    expect(choicesOfTask(task, null, place).choices).toMatchObject({pattern: 'never', days: [2]})
  })
})
