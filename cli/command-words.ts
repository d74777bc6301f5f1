import {usageError} from './errors.ts'

/**
 * A command line as words, as a shell would split it: spaces part them, quotes and \ keep them together. Null for none.
 * `said`: what gave it, for errors.
 */
export function commandWords(text: string | undefined, said = '--notify-command'): string[] | null {
  if (text === undefined) return null
  const words: string[] = []
  const pattern = /\s+|"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^\s"'\\]+)|(["'\\])/gsu
  let word: string | undefined
  for (const [, double, single, escaped, plain, open] of text.matchAll(pattern)) {
    if (open !== undefined)
      throw usageError(`${said}: ${open} is never closed.`, 'invalid_value', 'quote it as for a shell')
    const part = double?.replaceAll(/\\(["\\$`])/gu, '$1') ?? single ?? escaped ?? plain
    if (part !== undefined) word = (word ?? '') + part
    else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  if (word !== undefined) words.push(word)
  if (words.length === 0)
    throw usageError(`${said} is empty.`, 'invalid_value', 'name a program, such as "notify-send"')
  return words
}
