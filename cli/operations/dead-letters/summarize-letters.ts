import type {Letter} from './letter.ts'
import type {LeftOut} from './plan-replay.ts'

/** Dead letters that are alike, and what a replay would do with them. */
export interface LetterGroup {
  readonly count: number
  readonly topic: string
  readonly event_type: string | null
  readonly code: string
  readonly consumer: string | null
  readonly oldest_at: string
  readonly newest_at: string
  /** Of the newest of them. */
  readonly reason: string
  /** Why a replay leaves them out; null when it does not. */
  readonly left_out: LeftOut['code'] | null
}

/** How many of each topic, type, code and consumer, the most first. */
export function summarizeLetters(letters: readonly Letter[], leftOut: readonly LeftOut[] = []): LetterGroup[] {
  const why = new Map(leftOut.map(({letter, code}) => [letter.id, code]))
  const groups = Map.groupBy(letters, (letter) => {
    const {id, topic, eventType, code, consumer} = letter
    return JSON.stringify([topic, eventType, code, consumer, why.get(id)])
  })
  return [...groups.values()]
    .map((group) => {
      const byTime = group.toSorted((one, other) => one.at - other.at)
      const newest = byTime.at(-1)!
      const {topic, eventType, code, consumer, reason} = newest
      return {
        count: group.length,
        topic,
        event_type: eventType,
        code,
        consumer,
        oldest_at: new Date(byTime[0]!.at).toISOString(),
        newest_at: new Date(newest.at).toISOString(),
        reason,
        left_out: why.get(newest.id) ?? null,
      }
    })
    .toSorted((one, other) => other.count - one.count)
}
