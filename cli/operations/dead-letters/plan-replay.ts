import {payloadFault, readEvent} from '../../../services/domain/events/event-fault.ts'
import type {Envelope} from '../../../services/domain/events/envelope.ts'
import type {Topic} from '../../../services/domain/events/event-types.ts'
import type {StreamEntry} from '../../../services/ports/event-stream.ts'
import type {Letter} from './letter.ts'

/** After so many replays an event is left out: whatever was mended, it was not what it fails of. */
const MOST_REPLAYS = 3

/** A letter about which nothing is done, and why. */
export interface LeftOut {
  readonly letter: Letter
  readonly code: 'already_handled' | 'no_event' | 'not_ours' | 'fails_again' | 'replayed_too_often'
  /** For a person, without a period. */
  readonly reason: string
}

/** An event that is given to its topic again, for all of its letters at once. */
export interface Replay {
  readonly topic: Topic
  readonly event: Envelope
  readonly letters: readonly Letter[]
}

export interface ReplayPlan {
  /** In the order in which they are published. */
  readonly replays: readonly Replay[]
  readonly leftOut: readonly LeftOut[]
}

/**
 * What a replay does with these letters, which are in the order of their places. An event is published once, however many
 * consumers could not handle it: each of them reads the topic, and those that have handled it know it by its id.
 */
export function planReplay(letters: readonly Letter[], {force}: {force: boolean}): ReplayPlan {
  const leftOut: LeftOut[] = []
  const replays = new Map<string, {topic: Topic; event: Envelope; letters: Letter[]}>()
  for (const letter of letters) {
    const decision = judge(letter, force)
    if ('code' in decision) {
      leftOut.push({letter, ...decision})
      continue
    }
    const {topic} = letter
    const key = `${topic}/${decision.event.event_id}`
    const replay = replays.get(key)
    if (replay) replay.letters.push(letter)
    else replays.set(key, {topic, event: decision.event, letters: [letter]})
  }
  return {replays: inTaskOrder([...replays.values()]), leftOut}
}

function judge(letter: Letter, force: boolean): {event: Envelope} | Omit<LeftOut, 'letter'> {
  const {handled, code, original, replays} = letter
  if (handled && !force)
    return {code: 'already_handled', reason: `it was ${handled.action} already; --force does it once more`}
  // A replay goes out in the name of this installation, under which the letter was written.
  if (code === 'foreign_installation' || code === 'no_cloud_event')
    return {code: 'not_ours', reason: letter.reason.replace(/\.$/u, '')}
  const read = readEvent(original)
  if ('fault' in read)
    return read.fault.code === 'unsupported_version'
      ? {code: 'fails_again', reason: read.fault.reason}
      : {code: 'no_event', reason: original === undefined ? 'it is no JSON' : read.fault.reason}
  const fault = payloadFault(read.event)
  if (fault) return {code: 'fails_again', reason: fault.reason}
  if (replays >= MOST_REPLAYS && !force)
    return {code: 'replayed_too_often', reason: `it was replayed ${replays} times; --force does it once more`}
  return read
}

/**
 * Several consumers' letters of one task may not lie in the order of its events. Those of a task take the places that
 * they have among all by their task_version, which orders events of a task; their ids, v7, order those of one version.
 */
function inTaskOrder(replays: readonly Replay[]): Replay[] {
  const ordered = [...replays]
  const places = Map.groupBy(replays.keys(), (place) => `${replays[place]!.topic}/${replays[place]!.event.task_id}`)
  for (const own of places.values()) {
    const sorted = own.map((place) => replays[place]!).toSorted(byTaskVersion)
    for (const [index, place] of own.entries()) ordered[place] = sorted[index]!
  }
  return ordered
}

function byTaskVersion({event: one}: Replay, {event: other}: Replay): number {
  const difference = versionOf(one) - versionOf(other)
  return difference || (one.event_id < other.event_id ? -1 : 1)
}

const versionOf = ({payload: {task_version: version}}: Envelope): number => (typeof version === 'number' ? version : 0)

/** The event as it was first published, but for the count of its replays; the key of every event is its user. */
export function replayEntry({topic, event, letters}: Replay): StreamEntry {
  const [{source, traceparent, original}] = letters as [Letter]
  const count = 1 + Math.max(event.replay_count ?? 0, ...letters.map(({replays}) => replays))
  return {
    topic,
    key: event.user_id,
    eventId: event.event_id,
    eventType: event.event_type,
    event: {...(original as object), replay_count: count},
    traceparent,
    source,
  }
}
