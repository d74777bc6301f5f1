import {expect, test} from 'vitest'
import {partitionOf} from './partition.ts'

test('a key has one partition, whatever the sign of its hash', () => {
  // FNV-1a, 32 bit, of '' and 'a' is 0x811c9dc5 and 0xe40c292c; both are negative as signed numbers.
  const signed = [0x811c9dc5, 0xe40c292c].map((hash) => 2 ** 32 - hash)
  expect(['', 'a'].map((key) => partitionOf(key, 2 ** 31))).toEqual(signed)
  const partitions = Array.from({length: 2000}, (_, n) => partitionOf(`key ${n}`))
  expect(new Set(partitions)).toEqual(new Set(Array.from({length: 12}, (_, n) => n)))
  // −0 is a number of its own for some.
  expect(partitions.filter((partition) => Object.is(partition, -0))).toEqual([])
})
