import {expect, test} from 'vitest'
import {comingOccurrences} from './coming-occurrences.ts'
import type {SeriesRule} from './next-occurrence.ts'

const at = (day: number, hour = 9): number => Date.UTC(2026, 10, 1 + day, hour)
const daily = (over: Partial<SeriesRule> = {}): SeriesRule => ({
  rule: 'FREQ=DAILY',
  startAt: at(0),
  endAt: null,
  anchor: 'due',
  catchUp: 'once',
  excludedAt: [],
  countLeft: null,
  ...over,
})
const open = (day: number) => ({occurrenceAt: at(day), closedAt: null})

test('after the open one, as far as asked for', () => {
  expect(comingOccurrences(daily(), open(1), at(0), 3)).toEqual([at(2), at(3), at(4)])
  expect(comingOccurrences(daily(), open(1), at(0), 0)).toEqual([])
})

test('after an overdue one only dates that lie ahead, or each that was missed', () => {
  expect(comingOccurrences(daily(), open(1), at(10, 12), 2)).toEqual([at(11), at(12)])
  expect(comingOccurrences(daily({catchUp: 'each'}), open(1), at(10, 12), 2)).toEqual([at(2), at(3)])
})

test('after a closed one whose successor is not there yet', () => {
  expect(comingOccurrences(daily(), {occurrenceAt: at(1), closedAt: at(3, 10)}, at(9), 2)).toEqual([at(4), at(5)])
})

test('without excluded dates, up to the end', () => {
  expect(comingOccurrences(daily({excludedAt: [at(3)], endAt: at(5)}), open(1), at(0), 9)).toEqual([
    at(2),
    at(4),
    at(5),
  ])
})

test('what is left of a COUNT from the completion', () => {
  const series = daily({anchor: 'completion', countLeft: 2})
  expect(comingOccurrences(series, open(1), at(0), 9)).toEqual([at(2), at(3)])
})
