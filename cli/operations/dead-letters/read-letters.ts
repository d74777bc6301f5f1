import {deadLetterTopic} from '../../../services/domain/events/dead-letter.ts'
import {TOPICS, type Topic} from '../../../services/domain/events/event-types.ts'
import type {EventStream, PartitionEnds, StreamRange} from '../../../services/ports/event-stream.ts'
import {type Letter, toLetter, toMark} from './letter.ts'

/** Which dead letters are meant; all conditions hold together. */
export interface LetterFilter {
  readonly topics?: readonly Topic[] | undefined
  readonly type?: string | undefined
  readonly code?: string | undefined
  readonly consumer?: string | undefined
  readonly user?: string | undefined
  /** ms since the epoch, UTC: not older than that. */
  readonly since?: number | undefined
  /** Those that were replayed or dropped, too. */
  readonly handled?: boolean
}

/**
 * The dead letters that lie there now, by topic and partition in the order of their offsets, each with what became of it.
 * What comes while they are read is left out.
 */
export async function readLetters(stream: EventStream, filter: LetterFilter = {}): Promise<Letter[]> {
  const topics = (filter.topics ?? TOPICS).map(deadLetterTopic)
  const letters = await readRanges(stream, (await stream.ends(topics)).map(whole))
  return letters.filter((letter) => matches(letter, filter))
}

/** The letters of one partition of a topic, all of them. */
export async function readPartition(stream: EventStream, topic: Topic, partition: number): Promise<Letter[]> {
  const ends = await stream.ends([deadLetterTopic(topic)])
  return await readRanges(stream, ends.filter((end) => end.partition === partition).map(whole))
}

const whole = ({topic, partition, first, next}: PartitionEnds): StreamRange => ({
  topic,
  partition,
  from: first,
  to: next,
})

async function readRanges(stream: EventStream, ranges: readonly StreamRange[]): Promise<Letter[]> {
  const full = ranges.filter(({from, to}) => from < to)
  if (full.length === 0) return []
  const partitions = new Map(full.map(({topic, partition}) => [`${topic}/${partition}`, new PartitionLetters()]))
  for await (const batch of stream.read(full))
    for (const record of batch) partitions.get(`${record.topic}/${record.partition}`)!.take(record)
  return full.flatMap(({topic, partition}) => partitions.get(`${topic}/${partition}`)!.all())
}

/** Reads a partition in its order. A key, and with it an event, is in one partition only. */
class PartitionLetters {
  readonly #letters = new Map<number, Letter>()
  readonly #replays = new Map<string, number>()

  take(record: Parameters<typeof toLetter>[0]): void {
    const mark = toMark(record)
    if (!mark) {
      this.#letters.set(record.offset, toLetter(record))
      return
    }
    const {action, at, by} = mark
    if (action === 'replayed' && mark.event_id !== null) {
      const event = eventOf(mark.event_id, mark.consumer)
      this.#replays.set(event, (this.#replays.get(event) ?? 0) + 1)
    }
    const letter = this.#letters.get(mark.offset)
    if (letter) this.#letters.set(mark.offset, {...letter, handled: {action, at, by}})
  }

  /** The marks count what this consumer got again; the letter says what it knows itself, also when marks have expired. */
  all(): Letter[] {
    return [...this.#letters.values()].map((letter) => {
      const marked = letter.eventId === null ? 0 : (this.#replays.get(eventOf(letter.eventId, letter.consumer)) ?? 0)
      return {...letter, replays: Math.max(marked, letter.replays)}
    })
  }
}

const eventOf = (eventId: string, consumer: string | null): string => JSON.stringify([eventId, consumer])

function matches(letter: Letter, {type, code, consumer, user, since, handled = false}: LetterFilter): boolean {
  if (letter.handled && !handled) return false
  if (type !== undefined && letter.eventType !== type) return false
  if (code !== undefined && letter.code !== code) return false
  if (consumer !== undefined && letter.consumer !== consumer) return false
  if (user !== undefined && letter.userId !== user && letter.key !== user) return false
  return since === undefined || letter.at >= since
}
