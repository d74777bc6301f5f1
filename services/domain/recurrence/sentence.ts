import {ORDINAL_NAMES} from './vocabulary.ts'

/** Pieces of English sentences. Pure text, no dates. */

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[], last = 'and'): string {
  if (words.length <= 1) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`
}

/** 1st, 2nd, 3rd, 11th, 31st. */
export function ordinal(number: number): string {
  const tens = number % 100
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')
  return `${number}${suffix}`
}

/** 3 → "3rd", −1 → "last", −2 → "2nd to last". */
export const fromEitherEnd = (number: number): string =>
  number > 0 ? ordinal(number) : number === -1 ? 'last' : `${ordinal(-number)} to last`

/** The same with words where there are some: 3 → "third". */
export const inWords = (number: number): string => ORDINAL_NAMES[number - 1] ?? fromEitherEnd(number)

/** Runs of neighbours of at least three become "a to c"; `numbers` is ascending. */
export function withRanges(numbers: readonly number[], word: (number: number) => string): string[] {
  const words: string[] = []
  for (let at = 0; at < numbers.length;) {
    let end = at
    while (end + 1 < numbers.length && numbers[end + 1] === numbers[end]! + 1) end++
    if (end - at >= 2) words.push(`${word(numbers[at]!)} to ${word(numbers[end]!)}`)
    else for (let next = at; next <= end; next++) words.push(word(numbers[next]!))
    at = end + 1
  }
  return words
}

/** Positive numbers ascending, then those counted from the end, the last one last: 1, 15, −2, −1. */
export const startThenEnd = (numbers: readonly number[]): number[] => [
  ...numbers.filter((number) => number > 0),
  ...numbers.filter((number) => number < 0),
]

export const twoDigits = (number: number): string => String(number).padStart(2, '0')
