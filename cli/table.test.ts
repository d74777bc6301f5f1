import {describe, expect, test} from 'vitest'
import {formatDuration} from '../services/domain/dates/duration.ts'
import {parseDuration} from './operations/parse-duration.ts'
import {editDistance, nearest} from './suggest.ts'
import {type Column, tableLines} from './table.ts'
import {padEnd, textWidth, truncate, wrap} from './text-width.ts'

describe('widths are columns of the terminal', () => {
  test.each([
    ['plain', 5],
    ['牛乳', 4],
    ['🥛', 2],
    ['👩‍👩‍👧', 2],
    ['e\u0301', 1],
    ['שלום', 4],
    ['', 0],
  ])('%s: %i', (text, width) => {
    expect(textWidth(text)).toBe(width)
    expect(textWidth(padEnd(text, 10))).toBe(10)
  })

  test('what is cut fits, and no character is broken', () => {
    for (const text of ['Buy 牛乳 🥛 and bread', '👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 'plain and rather long']) {
      for (let width = 1; width < 12; width++) {
        const cut = truncate(text, width, '…')
        expect(textWidth(cut)).toBeLessThanOrEqual(width)
        expect(cut).not.toMatch(/\p{Surrogate}/u)
      }
    }
    expect(truncate('plain', 5, '…')).toBe('plain')
    expect(truncate('plainer', 5, '...')).toBe('pl...')
  })

  test('lines are broken at spaces', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three'])
    expect(wrap('a-very-long-word b', 5)).toEqual(['a-very-long-word', 'b'])
    expect(wrap('one\n\ntwo', 9)).toEqual(['one', '', 'two'])
  })
})

test('a table may be longer than a function takes arguments', () => {
  const rows = Array.from({length: 200_000}, (_, row) => row)
  const lines = tableLines([{title: 'N', text: String}], rows, {width: 80, ellipsis: '…'})
  expect(lines).toHaveLength(200_001)
  expect(lines.at(-1)).toBe('199999')
})

test('a table gives way where it may, and fits every width from 30 on', () => {
  const columns: Column<{id: number; title: string; note: string}>[] = [
    {title: 'ID', text: (row) => String(row.id), align: 'right'},
    {title: 'TITLE', text: (row) => row.title, atLeast: 10},
    {title: 'NOTE', text: (row) => row.note, atMost: 8},
  ]
  const rows = [
    {id: 7, title: 'A title that goes on and on and on 牛乳牛乳牛乳', note: 'a longer note'},
    {id: 1234, title: '', note: ''},
  ]
  for (let width = 30; width < 100; width++) {
    for (const line of tableLines(columns, rows, {width, ellipsis: '…'})) {
      expect(textWidth(line)).toBeLessThanOrEqual(width)
      expect(line).not.toMatch(/\s$/u)
    }
  }
  expect(tableLines(columns, rows, {width: 34, ellipsis: '…'})).toEqual([
    '  ID  TITLE               NOTE',
    '   7  A title that goes…  a longe…',
    '1234',
  ])
})

test('durations', () => {
  const cases = [
    ['10m', 600],
    ['1h30m', 5400],
    ['2 days', 172_800],
    ['1w', 604_800],
    ['0', 0],
  ] as const
  for (const [text, seconds] of cases) expect(parseDuration(text, '--nag')).toBe(seconds)
  for (const text of ['', 'soon', '5', '1h x', '-1h', '1.5h'])
    expect(() => parseDuration(text, '--nag')).toThrow('is no duration')
  expect([0, 600, 5400, 86_400, 90_061].map(formatDuration)).toEqual(['0m', '10m', '1h30m', '1d', '1d1h1m1s'])
})

test('near words', () => {
  expect(editDistance('lsit', 'list')).toBe(1)
  expect(editDistance('', 'abc')).toBe(3)
  expect(nearest('lsit', ['list', 'lint', 'show'])).toEqual(['list'])
  expect(nearest('frobnicate', ['list'])).toEqual([])
})

test('what can be spared goes before anything else is cut, the least needed first', () => {
  const columns: Column<{id: string; age: string; who: string}>[] = [
    {title: 'ID', text: (row) => row.id},
    {title: 'AGE', text: (row) => row.age, spare: 1},
    {title: 'WHO', text: (row) => row.who, spare: 2},
  ]
  const at = (width: number): string[] =>
    tableLines(columns, [{id: 'topic/7/0', age: '5 min', who: 'audit'}], {width, ellipsis: '…'})
  expect(at(23)).toEqual(['ID         AGE    WHO', 'topic/7/0  5 min  audit'])
  expect(at(22)).toEqual(['ID         AGE', 'topic/7/0  5 min'])
  expect(at(15)).toEqual(['ID', 'topic/7/0'])
})
