import {v7 as uuidv7} from 'uuid'
import {DEAD_LETTER_MARK, type DeadLetterMark, deadLetterTopic} from '../../../services/domain/events/dead-letter.ts'
import type {EventStream, StreamEntry} from '../../../services/ports/event-stream.ts'
import {CliError} from '../../errors.ts'
import {interrupted} from '../../interruption.ts'
import type {Letter} from './letter.ts'
import {type ReplayPlan, replayEntry} from './plan-replay.ts'

interface SettleOptions {
  /** Who does it, for the marks. */
  readonly by: string
  /** ms since the epoch, UTC. */
  readonly now: number
  /** Ends between two portions; what was done stays, and the same command goes on from there. */
  readonly signal?: AbortSignal | undefined
}

/** Between two portions it can be interrupted; a crash in a portion publishes its events a second time, never none. */
const PORTION = 100

/** Publishes the events of a plan in its order, then marks their letters. */
export async function replayLetters(stream: EventStream, {replays}: ReplayPlan, options: SettleOptions): Promise<void> {
  await inPortions(replays, {...options, done: 'replayed'}, async (portion) => {
    await stream.publish(portion.map(replayEntry))
    await markLetters(
      stream,
      portion.flatMap(({letters}) => letters),
      'replayed',
      options,
    )
  })
}

/** Marks letters so that nobody is asked about them again. They lie where they are until they expire. */
export async function dropLetters(
  stream: EventStream,
  letters: readonly Letter[],
  options: SettleOptions,
): Promise<void> {
  await inPortions(letters, {...options, done: 'dropped'}, async (portion) => {
    await markLetters(stream, portion, 'dropped', options)
  })
}

async function inPortions<T>(
  all: readonly T[],
  {signal, done}: {signal?: AbortSignal | undefined; done: string},
  settle: (portion: readonly T[]) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < all.length; from += PORTION) {
    const sofar = `${from} of ${all.length} were ${done}; the same command goes on with the rest.`
    if (signal?.aborted) throw interrupted(`Interrupted: ${sofar}`)
    try {
      await settle(all.slice(from, from + PORTION))
    } catch (error) {
      if (!(error instanceof CliError) || from === 0) throw error
      const {code, exit, hints} = error
      throw new CliError(`${error.message} ${sofar}`, {code, exit, hints, cause: error})
    }
  }
}

type Action = DeadLetterMark['dead_letter_mark']['action']

async function markLetters(
  stream: EventStream,
  letters: readonly Letter[],
  action: Action,
  {by, now}: SettleOptions,
): Promise<void> {
  const at = new Date(now).toISOString()
  await stream.publish(letters.map((letter) => markOf(letter, {action, at, by})))
}

function markOf(letter: Letter, done: {action: Action; at: string; by: string}): StreamEntry {
  const {id, topic, partition, offset, key, consumer, eventId, traceparent, source} = letter
  const mark: DeadLetterMark = {dead_letter_mark: {offset, event_id: eventId, consumer, ...done}}
  return {
    topic: deadLetterTopic(topic),
    partition,
    // What has none is undecodable; anything will do, since the partition is given.
    key: key ?? id,
    eventId: uuidv7(),
    eventType: DEAD_LETTER_MARK,
    event: mark,
    traceparent,
    source,
  }
}
