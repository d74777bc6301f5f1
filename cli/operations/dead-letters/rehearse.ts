import {partitionOf} from '../../../services/domain/events/partition.ts'
import type {EventStream} from '../../../services/ports/event-stream.ts'
import type {Letter} from './letter.ts'
import type {LeftOut, ReplayPlan} from './plan-replay.ts'
import {type LetterGroup, summarizeLetters} from './summarize-letters.ts'

/** What would be done. */
export interface Rehearsal {
  readonly dry_run: true
  readonly steps: readonly string[]
  readonly groups: readonly LetterGroup[]
  readonly left_out: readonly LeftOutLetter[]
}

export interface LeftOutLetter {
  readonly id: string
  readonly code: LeftOut['code']
  readonly reason: string
}

export const leftOutLetters = (leftOut: readonly LeftOut[]): LeftOutLetter[] =>
  leftOut.map(({letter: {id}, code, reason}) => ({id, code, reason}))

/** The steps of a replay, with the partitions into which its events would go. */
export async function rehearseReplay(
  stream: EventStream,
  letters: readonly Letter[],
  {replays, leftOut}: ReplayPlan,
): Promise<Rehearsal> {
  const topics = [...new Set(replays.map(({topic}) => topic))]
  const partitions = Map.groupBy(await stream.ends(topics), ({topic}) => topic)
  const places = Map.groupBy(replays, ({topic, event}) => {
    return `partition ${partitionOf(event.user_id, partitions.get(topic)?.length)} of ${topic}`
  })
  const marked = replays.reduce((sum, {letters: own}) => sum + own.length, 0)
  const steps = [...places].map(([place, events]) => `publish ${counted(events.length, 'event')} to ${place}`)
  return {
    dry_run: true,
    steps: marked === 0 ? [] : [...steps.toSorted(byNumbers), `mark ${counted(marked, 'dead letter')} as replayed`],
    groups: summarizeLetters(letters, leftOut),
    left_out: leftOutLetters(leftOut),
  }
}

export const rehearseDrop = (letters: readonly Letter[], leftOut: readonly LeftOut[]): Rehearsal => ({
  dry_run: true,
  steps: letters.length === 0 ? [] : [`mark ${counted(letters.length, 'dead letter')} as dropped`],
  groups: summarizeLetters(letters),
  left_out: leftOutLetters(leftOut),
})

/** `1 event`, `2 events`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const byNumbers = (one: string, other: string): number => one.localeCompare(other, 'en', {numeric: true})
