import {type Topic, TOPICS} from '../../../services/domain/events/event-types.ts'
import type {EventStream} from '../../../services/ports/event-stream.ts'
import {CliError, usageError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {letterId, type Letter} from './letter.ts'
import {type LetterFilter, readLetters, readPartition} from './read-letters.ts'

interface LetterPlace {
  readonly topic: Topic
  readonly partition: number
  readonly offset: number
}

/** The letters of these ids in the order of their places, or all that the filter lets through; throws when an id is none. */
export async function chooseLetters(
  stream: EventStream,
  ids: readonly string[],
  filter: LetterFilter,
): Promise<Letter[]> {
  if (ids.length === 0) return await readLetters(stream, filter)
  if (chooses(filter))
    throw usageError('Ids name dead letters, flags choose among all of them.', 'conflicting_flags', 'keep one of them')
  return await findLetters(stream, ids)
}

/** Throws when neither ids nor flags say which dead letters are meant. */
export function requireChoice(ids: readonly string[], filter: LetterFilter): void {
  if (ids.length > 0 || chooses(filter)) return
  throw usageError(
    'Which dead letters? Name them, or say what they have in common.',
    'choice_needed',
    '--code malformed_event',
    'todo5 dlq list --summary        what there is',
  )
}

const chooses = (filter: LetterFilter): boolean => Object.values(filter).some((value) => value !== undefined)

/** The letters of these ids, whether or not something was done about them, in the order of their places. */
export async function findLetters(stream: EventStream, ids: readonly string[]): Promise<Letter[]> {
  const wanted = new Set(ids.map((id) => letterId(placeOf(id))))
  const partitions = new Map(ids.map(placeOf).map((place) => [`${place.topic}/${place.partition}`, place]))
  const found: Letter[] = []
  for (const {topic, partition} of [...partitions.values()].toSorted(byPlace))
    found.push(...(await readPartition(stream, topic, partition)).filter(({id}) => wanted.delete(id)))
  const [missing] = wanted
  if (missing === undefined) return found
  throw new CliError(`There is no dead letter ${missing}, or it has expired.`, {
    code: 'dead_letter_not_found',
    exit: EXIT.notFound,
    hints: ['todo5 dlq list', 'todo5 dlq list --all        those that were replayed or dropped, too'],
  })
}

const byPlace = (one: LetterPlace, other: LetterPlace): number =>
  TOPICS.indexOf(one.topic) - TOPICS.indexOf(other.topic) || one.partition - other.partition

const ID = new RegExp(String.raw`^(?<topic>${TOPICS.join('|')})(-dlq)?/(?<partition>\d{1,5})/(?<offset>\d{1,15})$`, 'u')

function placeOf(id: string): LetterPlace {
  const {topic, partition, offset} = ID.exec(id)?.groups ?? {}
  if (topic === undefined)
    throw usageError(
      `${id} is no dead letter's id.`,
      'invalid_dead_letter_id',
      'it looks like task-events/3/17',
      'todo5 dlq list',
    )
  return {topic: topic as Topic, partition: Number(partition), offset: Number(offset)}
}
