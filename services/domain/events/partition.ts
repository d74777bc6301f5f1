import {PARTITIONS} from './event-types.ts'

/** FNV-1a, 32 bit, over the UTF-8 bytes: the hash by which Dapr's Kafka component chooses a partition. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash | 0
}

/** The partition of a key: as sarama computes it, the remainder of the hash as a signed number, made positive. */
export function partitionOf(key: string, partitions = PARTITIONS): number {
  return Math.abs(fnv1a(key) % partitions)
}
