import {expect, test} from 'vitest'
import {changeOfRule} from './change-of-rule.ts'
import {type Choices, freshChoices} from './choices.ts'
import {type Outcome, outcomeOf} from './outcome.ts'
import {dateInWords} from './shown-date.ts'
import {textForCustom} from './text-for-custom.ts'

const START = Date.UTC(2026, 10, 26, 9)
const setting = {
  zone: 'Europe/Berlin',
  now: Date.UTC(2026, 10, 21, 12),
  dueAt: Date.UTC(2026, 10, 26, 8),
  hasTime: true,
}
const state = (part: Partial<Choices>) => {
  const choices = {...freshChoices(START), ...part}
  return {choices, outcome: outcomeOf(choices, setting) as Outcome}
}
const weekly = state({pattern: 'weekly'})

test('only what was changed is sent, a rule with its first date', () => {
  expect(changeOfRule(weekly, weekly)).toBeNull()
  expect(changeOfRule(weekly, state({pattern: 'weekly', days: [0]}))).toEqual({
    recurring_pattern: 'FREQ=WEEKLY;BYDAY=MO',
    due_at: '2026-11-30T08:00:00Z',
    due_has_time: true,
  })
  expect(changeOfRule(weekly, state({pattern: 'weekly', catchUp: 'each'}))).toEqual({catch_up: 'each'})
  expect(changeOfRule(weekly, state({pattern: 'daily', anchor: 'completion'}))).toMatchObject({
    recurring_pattern: 'FREQ=DAILY',
    anchor: 'completion',
  })
  expect(changeOfRule(weekly, state({}))).toEqual({recurring_pattern: null})
  expect(changeOfRule(state({}), state({}))).toBeNull()
})

test('custom begins with what was chosen', () => {
  expect(textForCustom(state({pattern: 'monthly', monthly: 'last-weekday', interval: 2}).choices, START)).toBe(
    'FREQ=MONTHLY;INTERVAL=2;BYDAY=-1TH',
  )
  expect(textForCustom(state({}).choices, START)).toBe('FREQ=WEEKLY;BYDAY=TH')
  expect(textForCustom(state({pattern: 'custom', text: 'daily at 9'}).choices, START)).toBe('daily at 9')
})

test('dates on the clock of the user; a whole day stays its day when clocks change', () => {
  const {zone, now} = setting
  expect(dateInWords(START - 3_600_000, {zone, now, hasTime: true})).toBe('Thu 26 Nov, 09:00')
  expect(dateInWords(Date.UTC(2027, 2, 29, 22, 59, 59), {zone, now, hasTime: false})).toBe('Mon 29 Mar 2027')
})
