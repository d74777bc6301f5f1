import {expect, test} from 'vitest'
import {openRanges} from './kafka-ranges.ts'

const ends = [
  {topic: 'a', partition: 0, first: 3, next: 10},
  {topic: 'a', partition: 1, first: 0, next: 0},
  {topic: 'b', partition: 0, first: 5, next: 5},
]

test('a range is cut to what exists; what is empty or unknown is done at once', () => {
  const open = openRanges(
    [
      {topic: 'a', partition: 0, from: 0, to: 100},
      {topic: 'a', partition: 1, from: 0, to: 5},
      {topic: 'b', partition: 0, from: 0, to: 5},
      {topic: 'c', partition: 0, from: 0, to: Infinity},
    ],
    ends,
  )
  expect([open.topics, open.done, open.endless, open.ending]).toEqual([['a'], false, false, true])
  expect([2, 3, 9, 10].map((offset) => open.has('a', 0, offset))).toEqual([false, true, true, false])
  expect([open.position('a', 0), open.position('a', 1)]).toEqual([3, undefined])
})

test('it is done when the last offset is passed, and goes back never', () => {
  const open = openRanges([{topic: 'a', partition: 0, from: 4, to: 7}], ends)
  expect(open.advance('a', 0, 6)).toBe(false)
  expect(open.advance('a', 0, 5)).toBe(false)
  expect([open.has('a', 0, 5), open.has('a', 0, 6)]).toEqual([false, true])
  expect(open.advance('b', 0, 9)).toBe(false)
  expect([open.done, open.advance('a', 0, 9), open.done]).toEqual([false, true, true])
})

test('a range without an end is never done', () => {
  const open = openRanges([{topic: 'a', partition: 1, from: 0, to: Infinity}], ends)
  expect(open.advance('a', 1, 1_000_000)).toBe(false)
  expect([open.done, open.endless, open.ending, open.has('a', 1, 1_000_000)]).toEqual([false, true, false, true])
})
