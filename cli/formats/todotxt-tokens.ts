/** The words of todo.txt that say something, and how a title says them all the same: with a backslash before. */

/** What todo5 reads besides projects and contexts; everything else with a colon stays in the title. */
const KEYS = ['due', 'time', 't', 'rec', 'rrule', 'anchor', 'until', 'catch-up', 'remind', 'moved', 'pri'] as const
export type TodotxtKey = (typeof KEYS)[number]

const SPEAKING = new RegExp(String.raw`^(?:[+@]\S|(?:${KEYS.join('|')}):\S)`, 'u')
const SPEAKING_FIRST = /^(?:x|X|\([A-Z]\)|\d{4}-\d\d-\d\d)$/u

const speaks = (word: string, first: boolean): boolean => SPEAKING.test(word) || (first && SPEAKING_FIRST.test(word))

/** A word of a title, so that it is read as that. */
export const escapedWord = (word: string, first: boolean): string =>
  speaks(word.replace(/^\\+/u, ''), first) ? `\\${word}` : word

/** A word of a line: part of the title, or undefined when it says something. */
export function plainWord(word: string, first: boolean): string | undefined {
  if (word.startsWith('\\') && speaks(word.replace(/^\\+/u, ''), first)) return word.slice(1)
  return SPEAKING.test(word) ? undefined : word
}

export function keyOf(word: string): {key: TodotxtKey; value: string} | undefined {
  const colon = word.indexOf(':')
  const key = KEYS.find((known) => known === word.slice(0, colon))
  return key === undefined ? undefined : {key, value: word.slice(colon + 1)}
}
