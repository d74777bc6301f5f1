import type {PartitionEnds, StreamRange} from '../../services/ports/event-stream.ts'

/** How far each range of a reading has come. */
export interface OpenRanges {
  readonly topics: string[]
  readonly done: boolean
  /** From where on the partition is still wanted; undefined when nothing more of it is. */
  position(topic: string, partition: number): number | undefined
  /** What is wanted of a partition begins at `from` now, at least; true when that was the last of it. */
  advance(topic: string, partition: number, from: number): boolean
  /** Whether the offset is wanted, and has not been passed. */
  has(topic: string, partition: number, offset: number): boolean
  /** Whether a range with an end is among them, and one without. */
  readonly ending: boolean
  readonly endless: boolean
}

const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`

/** Of the ranges what exists now; those without an end go on. One range for a partition. */
export function openRanges(ranges: readonly StreamRange[], ends: readonly PartitionEnds[]): OpenRanges {
  const open = new Map<string, StreamRange>()
  for (const {topic, partition, from, to} of ranges) {
    const end = ends.find((one) => one.topic === topic && one.partition === partition)
    if (!end) continue
    const range = {topic, partition, from: Math.max(from, end.first), to: to === Infinity ? to : Math.min(to, end.next)}
    if (range.from < range.to) open.set(placeOf(topic, partition), range)
  }
  return {
    get topics() {
      return [...new Set([...open.values()].map(({topic}) => topic))]
    },
    get done() {
      return open.size === 0
    },
    get ending() {
      return [...open.values()].some(({to}) => to !== Infinity)
    },
    get endless() {
      return [...open.values()].some(({to}) => to === Infinity)
    },
    position: (topic, partition) => open.get(placeOf(topic, partition))?.from,
    advance: (topic, partition, from) => {
      const place = placeOf(topic, partition)
      const range = open.get(place)
      if (!range || range.from >= from) return false
      if (from < range.to) open.set(place, {...range, from})
      else open.delete(place)
      return from >= range.to
    },
    has: (topic, partition, offset) => {
      const range = open.get(placeOf(topic, partition))
      return range !== undefined && offset >= range.from && offset < range.to
    },
  }
}
