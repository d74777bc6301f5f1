import {expect, test} from 'vitest'
import {LineMerger} from './merge-lines.ts'
import type {LogLine} from './read-logs.ts'

const line = (second: number | null, message: string): LogLine => ({
  timestamp: second === null ? null : `2026-12-01T09:00:0${second}.000Z`,
  level: 'INFO',
  service: 'task-service',
  user_id: null,
  event_id: null,
  message,
})

function merger() {
  const printed: string[] = []
  return {printed, merged: new LineMerger(({message}) => printed.push(message), 300)}
}

test('an older line of a file that was looked at later comes first', () => {
  const {printed, merged} = merger()
  merged.add('a.log', line(2, 'second'), 0)
  merged.release(100)
  expect(printed).toEqual([])
  merged.add('b.log', line(1, 'first'), 200)
  merged.add('b.log', line(3, 'third'), 200)
  merged.release(300)
  expect(printed).toEqual(['first', 'second'])
  merged.release(500)
  expect(printed).toEqual(['first', 'second', 'third'])
})

test('the lines of one message stay together, and lines of one time as they came', () => {
  const {printed, merged} = merger()
  merged.add('a.log', line(2, 'Error: no'), 0)
  merged.add('a.log', line(null, '  at line 1'), 0)
  merged.add('b.log', line(2, 'other'), 0)
  merged.add('b.log', line(1, 'older'), 0)
  merged.release(300)
  expect(printed).toEqual(['older', 'Error: no', '  at line 1', 'other'])
})

test('what comes too late is printed as it comes', () => {
  const {printed, merged} = merger()
  merged.add('a.log', line(2, 'on time'), 0)
  merged.release(300)
  merged.add('b.log', line(1, 'late'), 400)
  merged.release(700)
  expect(printed).toEqual(['on time', 'late'])
})
