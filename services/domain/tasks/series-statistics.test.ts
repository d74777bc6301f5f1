import {describe, expect, test} from 'vitest'
import type {SeriesRule} from './next-occurrence.ts'
import {MOST_MISSED, type OccurrenceRecord, lateSeconds, seriesStatistics} from './series-statistics.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** A Sunday; day 1 is Monday. */
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
const rule = daily()
const occurrence = (day: number, over: Partial<OccurrenceRecord> = {}): OccurrenceRecord => ({
  occurrenceAt: at(day),
  dueAt: at(day),
  doneAt: null,
  skippedAt: null,
  series: rule,
  ...over,
})
const done = (day: number, doneAt = at(day) - HOUR, over: Partial<OccurrenceRecord> = {}) =>
  occurrence(day, {doneAt, ...over})
const skipped = (day: number, skippedAt = at(day) - HOUR) => occurrence(day, {skippedAt})

test('all on time: a streak, and a rate of 1', () => {
  expect(seriesStatistics([done(1), done(2), done(3), occurrence(4)], at(3, 12))).toEqual({
    done: 3,
    skipped: 0,
    late: 0,
    missed: 0,
    currentStreak: 3,
    longestStreak: 3,
    completionRate: 1,
  })
})

test('a late completion covers the dates that passed: they are missed, and end the streak', () => {
  const statistics = seriesStatistics([done(1), done(2), done(3, at(6, 10)), done(7), occurrence(8)], at(7, 12))
  expect(statistics).toMatchObject({done: 4, late: 1, missed: 3, currentStreak: 1, longestStreak: 3})
  expect(statistics.completionRate).toBeCloseTo(4 / 7)
})

test('late, but before the next date: late, and nothing is missed', () => {
  expect(seriesStatistics([done(1, at(1, 20)), done(2), occurrence(3)], at(2, 12))).toMatchObject({
    late: 1,
    missed: 0,
    currentStreak: 2,
    completionRate: 1,
  })
})

test('an open one that is overdue counts against the rate, and dates that passed since it end the streak', () => {
  expect(seriesStatistics([done(1), occurrence(2)], at(2, 12))).toMatchObject({
    missed: 0,
    currentStreak: 1,
    completionRate: 0.5,
  })
  expect(seriesStatistics([done(1), occurrence(2)], at(4, 12))).toMatchObject({
    missed: 2,
    currentStreak: 0,
    longestStreak: 1,
    completionRate: 0.25,
  })
})

test('skipped ones neither count nor end a streak, and are no missed dates', () => {
  const series = daily({excludedAt: [at(2), at(3)]})
  const records = [
    done(1, at(1), {series}),
    {...skipped(2, at(1, 10)), series},
    {...skipped(3, at(1, 10)), series},
    done(4, at(4), {series}),
    occurrence(5, {series}),
  ]
  expect(seriesStatistics(records, at(4, 12))).toEqual({
    done: 2,
    skipped: 2,
    late: 0,
    missed: 0,
    currentStreak: 2,
    longestStreak: 2,
    completionRate: 1,
  })
})

test('nothing was due yet: no rate', () => {
  expect(seriesStatistics([occurrence(5)], at(1)).completionRate).toBeNull()
  expect(seriesStatistics([], at(1))).toMatchObject({done: 0, completionRate: null, longestStreak: 0})
})

test('one by one, and from the completion: no date is missed', () => {
  for (const series of [daily({catchUp: 'each'}), daily({anchor: 'completion'})]) {
    const records = [done(1, at(6), {series}), occurrence(2, {series})]
    expect(seriesStatistics(records, at(9))).toMatchObject({missed: 0, late: 1})
  }
})

test('dates after the end of a series are not missed', () => {
  const series = daily({endAt: at(3)})
  expect(seriesStatistics([done(1, at(9), {series})], at(20))).toMatchObject({missed: 2, completionRate: 1 / 3})
})

test('the last one of a series that was done late: dates that passed before are missed', () => {
  expect(seriesStatistics([done(1, at(3, 10))], at(3, 11))).toMatchObject({missed: 2})
})

test('a rule that was changed: each occurrence is judged by its own', () => {
  const weekly = daily({rule: 'FREQ=WEEKLY;BYDAY=SU', startAt: at(7)})
  const records = [done(1, at(3, 10)), done(7, at(8), {series: weekly}), occurrence(14, {series: weekly})]
  expect(seriesStatistics(records, at(15))).toMatchObject({done: 2, missed: 2, longestStreak: 1, currentStreak: 1})
})

test('a due date that was moved decides what is late; the date of the rule does not', () => {
  expect(seriesStatistics([done(1, at(1, 20), {dueAt: at(2)})], at(1, 21))).toMatchObject({late: 0})
})

test('the count of missed dates has a bound', () => {
  const series = daily({rule: 'FREQ=SECONDLY', startAt: at(0)})
  const records = [done(1, at(9), {series}), done(10, at(20), {series}), occurrence(21, {series})]
  expect(seriesStatistics(records, at(300)).missed).toBe(MOST_MISSED)
})

describe('late by', () => {
  test.each([
    ['in time', done(1), 0],
    ['late', done(1, at(1, 10)), 3600],
    ['overdue', occurrence(1), (10 * DAY) / 1000],
    ['not due yet', occurrence(30), 0],
    ['skipped', skipped(1), null],
    ['without a due date', occurrence(1, {dueAt: null}), 0],
  ])('%s', (_what, record, seconds) => {
    expect(lateSeconds(record, at(11))).toBe(seconds)
  })
})
