import type {Reference} from './meaning.ts'
import {type Fit, type KnownTask, matchTitles} from './match-titles.ts'

/** What a conversation remembers. */
export interface Memory<T extends KnownTask = KnownTask> {
  /** The last list that was shown, in its order. */
  readonly shown: readonly T[]
  /** The tasks of the last change, or the one that was shown last. */
  readonly last: readonly T[]
}

export type Found<T extends KnownTask = KnownTask> =
  /** `doubt`: what was decided by a rule, for the person to know; null when nothing was. `fit` of a title, else `same`. */
  | {readonly kind: 'found'; readonly tasks: readonly T[]; readonly doubt: string | null; readonly fit: Fit}
  | {readonly kind: 'choose'; readonly text: string; readonly tasks: readonly T[]}
  /** `text` says why. */
  | {readonly kind: 'none'; readonly text: string}

/** More than these are no choice any more. */
const MOST_CHOICES = 8

/**
 * The tasks that a reference means. Numbers and places are those of the last list that was shown, whatever has been done
 * since. `candidates` are those whose title or number can be meant.
 */
export function findTasks<T extends KnownTask>(
  reference: Reference,
  memory: Memory<T>,
  candidates: readonly T[],
): Found<T> {
  switch (reference.kind) {
    case 'it':
      return it(memory, candidates)
    case 'all':
      return all(reference.count, memory)
    case 'places':
      return places(reference.places, memory)
    case 'numbers':
      return numbers(reference.numbers, memory, candidates)
    case 'ids':
      return ids(reference.ids, candidates)
    case 'title':
      return titled(reference.title, candidates)
  }
}

const found = <T extends KnownTask>(tasks: readonly T[], doubt: string | null = null, fit: Fit = 'same'): Found<T> => ({
  kind: 'found',
  tasks,
  doubt,
  fit,
})
const none = (text: string): Found<never> => ({kind: 'none', text})

function it<T extends KnownTask>({last, shown}: Memory<T>, candidates: readonly T[]): Found<T> {
  if (last.length === 1) return found(last)
  if (last.length === 0 && shown.length === 1) return found(shown)
  const choices = last.length > 0 ? last : shown.length > 0 ? shown : candidates
  if (choices.length === 0) return none('There is no open task that you could mean.')
  if (choices.length > MOST_CHOICES) return none('Which task do you mean? Say some words of its title, or its number.')
  return {kind: 'choose', text: 'Which task do you mean?', tasks: choices}
}

function all<T extends KnownTask>(count: number | null, {last, shown}: Memory<T>): Found<T> {
  const tasks = shown.length > 0 && last.length < 2 ? shown : last
  if (tasks.length === 0) return none('Which tasks do you mean? Ask for a list first.')
  if (count !== null && tasks.length !== count)
    return {
      kind: 'choose',
      text: `There are ${tasks.length} of them. Which do you mean?`,
      tasks: tasks.slice(0, MOST_CHOICES),
    }
  return found(tasks)
}

function places<T extends KnownTask>(wanted: readonly number[], {shown, last}: Memory<T>): Found<T> {
  const list = shown.length > 0 ? shown : last
  if (list.length === 0) return none('No list was shown yet. Say "list" first, or some words of the title.')
  const tasks = wanted.map((place) => list.at(place > 0 ? place - 1 : place))
  if (tasks.every((task) => task !== undefined)) return found([...new Set(tasks)])
  return none(`The last list has ${list.length === 1 ? 'one task' : `${list.length} tasks`} only.`)
}

function numbers<T extends KnownTask>(
  wanted: readonly number[],
  {shown}: Memory<T>,
  candidates: readonly T[],
): Found<T> {
  const inList = wanted.every((number) => number >= 1 && number <= shown.length)
  if (!inList) return ids(wanted, candidates)
  const tasks = wanted.map((number) => shown[number - 1]!)
  const clash = wanted.find((number) => shown[number - 1]!.id !== number && candidates.some(({id}) => id === number))
  return found(
    tasks,
    clash === undefined ? null : `${clash} is its place in the list; the task of that number is #${clash}.`,
  )
}

function ids<T extends KnownTask>(wanted: readonly number[], candidates: readonly T[]): Found<T> {
  const tasks = wanted.map((id) => candidates.find((task) => task.id === id))
  const missing = wanted.filter((_, index) => tasks[index] === undefined)
  if (missing.length === 0) return found(tasks as T[])
  return none(`There is no such task: ${missing.map((id) => `#${id}`).join(', ')}.`)
}

const SEVERAL = /(?:, ?and |, | and | & )/u

function titled<T extends KnownTask>(title: string, candidates: readonly T[]): Found<T> {
  const fit = matchTitles(title, candidates)?.fit ?? 'part'
  if (fit === 'part' && SEVERAL.test(title)) {
    // "rent and groceries": each of them has to be found.
    const parts = title.split(SEVERAL).map((part) => oneTitled(part, candidates))
    const tasks = parts.flatMap((part) => (part.kind === 'found' ? part.tasks : []))
    if (tasks.length === parts.length) return found([...new Set(tasks)], null, 'all')
  }
  return oneTitled(title, candidates)
}

function oneTitled<T extends KnownTask>(title: string, candidates: readonly T[]): Found<T> {
  const matches = matchTitles(title, candidates)
  if (!matches) return none(`No task fits "${title}".`)
  const {fit, tasks} = matches
  if (tasks.length === 1 && fit !== 'part') {
    return found(tasks, fit === 'near' ? `"${title}" was taken for "${tasks[0]!.title}".` : null, fit)
  }
  if (tasks.length > MOST_CHOICES) return none(`${tasks.length} tasks fit "${title}". Say more words of the title.`)
  const text = tasks.length === 1 ? `Do you mean this one?` : `Several tasks fit "${title}". Which one?`
  return {kind: 'choose', text, tasks}
}
