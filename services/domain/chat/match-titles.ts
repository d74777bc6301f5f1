import {baseOfPast} from './verb-forms.ts'

/** As much of a task as one needs to know which is meant. */
export interface KnownTask {
  readonly id: number
  readonly title: string
}

/** How well the best titles fit. `part` fits so little that it has to be asked. */
export type Fit = 'same' | 'all' | 'near' | 'part'

export interface Matches<T> {
  readonly fit: Fit
  readonly tasks: readonly T[]
}

const LONGEST_WANTED = 20
const LONGEST_TITLE = 60
const STOP = new Set('a an the my our your to of for and at in on with task todo one it is'.split(' '))

/**
 * The tasks whose title a text means, best rule first, and only those of the first rule that any title fits:
 * `same` the same words; `all` every word of the text is in the title; `near` every word is, or begins one of its words
 * (three letters and more), or is one letter off (from four letters on; two from eight on); `part` at least half of them
 * are near. Small words, accents, case, plurals and the past ("paid" for "pay") make no difference.
 */
export function matchTitles<T extends KnownTask>(text: string, tasks: readonly T[]): Matches<T> | null {
  const wanted = wordsOf(text).slice(0, LONGEST_WANTED)
  if (wanted.length === 0) return null
  const known = tasks.map((task) => ({task, words: wordsOf(task.title).slice(0, LONGEST_TITLE)}))
  const key = wanted.join(' ')
  const fits: readonly [Fit, (words: readonly string[]) => boolean][] = [
    ['same', (words) => words.join(' ') === key],
    ['all', (words) => wanted.every((word) => words.includes(word))],
    ['near', (words) => wanted.every((word) => words.some((other) => isNear(word, other)))],
    ['part', (words) => nearOnes(wanted, words) * 2 >= wanted.length && nearOnes(wanted, words) > 0],
  ]
  for (const [fit, test] of fits) {
    const found = known.filter(({words}) => test(words)).map(({task}) => task)
    if (found.length > 0) return {fit, tasks: found}
  }
  return null
}

const nearOnes = (wanted: readonly string[], words: readonly string[]): number =>
  wanted.filter((word) => words.some((other) => isNear(word, other))).length

function wordsOf(text: string): string[] {
  const all = text
    .slice(0, 1000)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(rootOf)
  const telling = all.filter((word) => !STOP.has(word))
  return telling.length > 0 ? telling : all
}

const rootOf = (word: string): string => {
  const base = baseOfPast(word) ?? word
  return /[^s]s$/u.test(base) && base.length > 3 ? base.slice(0, -1) : base
}

const isNear = (word: string, other: string): boolean =>
  word === other ||
  (word.length >= 3 && other.startsWith(word)) ||
  isWithin(word, other, word.length >= 8 ? 2 : word.length >= 4 ? 1 : 0)

/** Whether at most so many letters are to be changed, left out, put in, or swapped with the next. */
function isWithin(one: string, other: string, most: number): boolean {
  if (most === 0 || Math.abs(one.length - other.length) > most || one.length > 30) return false
  let before: number[] = []
  let last = Array.from({length: other.length + 1}, (_, index) => index)
  for (let i = 1; i <= one.length; i++) {
    const row = [i]
    for (let j = 1; j <= other.length; j++) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost)
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        least = Math.min(least, before[j - 2]! + 1)
      row.push(least)
    }
    if (Math.min(...row) > most) return false
    before = last
    last = row
  }
  return last[other.length]! <= most
}
