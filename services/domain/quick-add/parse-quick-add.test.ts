import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {zoneOf} from '../dates/zone.ts'
import {parseQuickAdd} from './parse-quick-add.ts'
import {taskFields, withChoice} from './task-fields.ts'
import {type Outcome, outcomeOf} from './testing/outcome.ts'

interface Group {
  readonly zone: string
  /** ISO 8601, UTC. */
  readonly now: string
  readonly cases: readonly Outcome[]
}

const GROUPS = JSON.parse(readFileSync(join(import.meta.dirname, 'testing', 'cases.json'), 'utf8')) as readonly Group[]
const ALL = GROUPS.flatMap(({zone, now, cases}) => cases.map((one) => ({...one, zone, now})))

describe.each(GROUPS)('in $zone at $now', ({zone, now, cases}) => {
  test.each(cases)('$text', (expected) => {
    expect(outcomeOf(expected.text, zone, now)).toEqual(expected)
  })
})

describe('all cases', () => {
  test('are many, in several zones, with questions of each kind', () => {
    expect(ALL.length).toBeGreaterThanOrEqual(200)
    expect(new Set(GROUPS.map(({zone}) => zone)).size).toBeGreaterThanOrEqual(5)
    const codes = new Set(ALL.flatMap(({ask = []}) => ask.map(({code}) => code)))
    expect(codes.size).toBeGreaterThanOrEqual(9)
  })

  const asked = ALL.flatMap(({text, zone, now, ask = []}) =>
    ask.flatMap(({code, choices}) => choices.map((choice) => ({text, zone, now, code, choice}))),
  )
  test.each(asked)('$text: "$choice" answers the question', ({text, zone, now, code, choice}) => {
    const context = {zone: zoneOf(zone), now: Date.parse(now)}
    const question = parseQuickAdd(text, context).questions.find((one) => one.code === code)!
    const answered = withChoice(text, question, {write: choice})
    const left = parseQuickAdd(answered, context).questions.filter(
      (one) =>
        one.code === code &&
        answered.slice(one.span.start, one.span.end) === text.slice(question.span.start, question.span.end),
    )
    expect(left).toEqual([])
  })

  const others = ALL.flatMap(({text, zone, now}) => {
    const {due, recurrence} = parseQuickAdd(text, {zone: zoneOf(zone), now: Date.parse(now)})
    const alternatives = [due, recurrence].flatMap((field) => field?.alternatives ?? [])
    return alternatives.map((alternative) => ({text, zone, now, alternative, write: alternative.write}))
  })
  test.each(others)('$text: "$write" is another reading', ({text, zone, now, alternative}) => {
    const context = {zone: zoneOf(zone), now: Date.parse(now)}
    const one = parseQuickAdd(text, context)
    const other = parseQuickAdd(withChoice(text, alternative, alternative), context)
    expect([other.due?.value, other.recurrence?.value.pattern]).not.toEqual([
      one.due?.value,
      one.recurrence?.value.pattern,
    ])
  })
})

test('the request has what was said, as the HTTP API names it', () => {
  const context = {zone: zoneOf('Europe/Berlin'), now: Date.UTC(2026, 10, 20, 9)}
  const fields = (text: string): object => taskFields(parseQuickAdd(text, context))
  expect(fields('buy milk')).toEqual({title: 'buy milk'})
  expect(
    fields('pay rent on the 1st of every month at 9 until 1 june, remind me 2h before by push #home !high'),
  ).toEqual({
    title: 'pay rent',
    due_at: '2026-12-01T08:00:00Z',
    due_has_time: true,
    recurring_pattern: 'FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=8;BYMINUTE=0;BYSECOND=0',
    recurring_end_date: '2027-06-01T21:59:59Z',
    priority: 3,
    tags: ['home'],
    reminders: [{offset_seconds: 7200, channels: ['push']}],
  })
  expect(fields('change the filter every 3 months after completion, no reminder')).toEqual({
    title: 'change the filter',
    due_at: '2026-11-20T22:59:59Z',
    due_has_time: false,
    recurring_pattern: 'FREQ=MONTHLY;INTERVAL=3',
    anchor: 'completion',
    reminders: [],
  })
})
