import {expect, test} from 'vitest'
import {eventsAgain, eventsSkipped, type PartitionNow, planReset, type ResetTo} from './plan-reset.ts'

const now: PartitionNow = {topic: 'task-events', partition: 4, first: 100, next: 200, committed: 150, atTime: 120}

test.each<[string, ResetTo, Partial<PartitionNow>, [from: number, to: number]]>([
  ['the oldest', {kind: 'earliest'}, {}, [150, 100]],
  ['the next to come', {kind: 'latest'}, {}, [150, 200]],
  ['the first of a time', {kind: 'datetime', at: 0}, {}, [150, 120]],
  ['forward', {kind: 'shift', by: 7}, {}, [150, 157]],
  ['back', {kind: 'shift', by: -7}, {}, [150, 143]],
  ['not past the end', {kind: 'shift', by: 1000}, {}, [150, 200]],
  ['not before what is kept', {kind: 'shift', by: -1000}, {}, [150, 100]],
  ['from the oldest when nothing was ever acknowledged', {kind: 'shift', by: 5}, {committed: null}, [100, 105]],
  ['from the oldest when the position expired', {kind: 'shift', by: 0}, {committed: 20}, [100, 100]],
  ['from the end of a topic that was made anew', {kind: 'latest'}, {committed: 900}, [200, 200]],
  ['nowhere when nothing is there', {kind: 'earliest'}, {first: 0, next: 0, committed: null}, [0, 0]],
])('%s', (_name, to, changes, [from, target]) => {
  expect(planReset(to, [{...now, ...changes}])).toEqual([{topic: 'task-events', partition: 4, from, to: target}])
})

test('events that come again and events that are skipped are counted by themselves', () => {
  const resets = [
    {topic: 'a', partition: 0, from: 10, to: 4},
    {topic: 'a', partition: 1, from: 3, to: 5},
    {topic: 'b', partition: 0, from: 1, to: 1},
  ]
  expect([eventsAgain(resets), eventsSkipped(resets)]).toEqual([6, 2])
})
