import {createRequire} from 'node:module'
import {stripVTControlCharacters} from 'node:util'

const require = createRequire(import.meta.url)
let stringWidth: ((text: string) => number) | undefined

/** Loaded when there is something to measure: its Intl.Segmenter costs 35 ms of CPU when it is made. */
function measured(text: string): number {
  stringWidth ??= (require('string-width') as {default: (text: string) => number}).default
  return stringWidth(text)
}

const PLAIN = /^[\u0020-\u007E]*$/u

/** Columns that a text takes in a terminal; colour codes take none. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length
  const uncoloured = stripVTControlCharacters(text)
  return PLAIN.test(uncoloured) ? uncoloured.length : measured(uncoloured)
}

export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)))

/** Cuts a text without colour codes to a width; what is cut ends with `ellipsis`. */
export function truncate(text: string, width: number, ellipsis: string): string {
  if (textWidth(text) <= width) return text
  const room = width - textWidth(ellipsis)
  if (room <= 0) return ellipsis.slice(0, Math.max(0, width))
  let cut = ''
  let taken = 0
  for (const {segment} of new Intl.Segmenter().segment(text)) {
    const next = textWidth(segment)
    if (taken + next > room) break
    cut += segment
    taken += next
  }
  return `${cut.trimEnd()}${ellipsis}`
}

/** Breaks a text at spaces so that no line is wider than `width`; a longer word stays whole. */
export function wrap(text: string, width: number): string[] {
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = []
    let line = ''
    for (const word of paragraph.split(' ')) {
      const longer = line === '' ? word : `${line} ${word}`
      if (line !== '' && textWidth(longer) > width) {
        lines.push(line)
        line = word
      } else {
        line = longer
      }
    }
    return [...lines, line]
  })
}

/** A command, and behind a wide gap what it is for, as in notes and hints. */
const WITH_MEANING = /^( *)(\S+(?: \S+)*) {8}(\S.*)$/u

/**
 * The lines that a line takes on a terminal of `width` columns: it breaks at spaces, as deep as it began, deeper when it has
 * columns; a command that is said with its meaning first between the two. A word that fits no line stays where it is.
 */
export function fold(text: string, width: number): string[] {
  return text.split('\n').flatMap((line) => (textWidth(line) <= width ? [line] : folded(line, width)))
}

function folded(line: string, width: number): string[] {
  const plain = stripVTControlCharacters(line)
  const indent = plain.length - plain.trimStart().length
  const said = WITH_MEANING.exec(line)
  if (said) {
    const [, margin = '', command = '', meaning = ''] = said
    return [`${margin}${command}`, `${margin}    ${meaning}`].flatMap((part) => fold(part, width))
  }
  const hang = indent + (/\S {2,}\S/u.test(plain) ? 2 : 0)
  const lines: string[] = []
  let current = ''
  let taken = 0
  let gap = ''
  for (const [place, part] of line.split(/( +)/u).entries()) {
    if (place % 2 === 1) {
      gap = part
      continue
    }
    const wide = textWidth(part)
    if (taken > indent && taken + gap.length + wide > width && wide <= width - hang) {
      lines.push(current)
      current = ' '.repeat(hang) + part
      taken = hang + wide
    } else {
      current += gap + part
      taken += gap.length + wide
      // The terminal breaks a word that is wider than itself.
      if (taken > width) taken %= width
    }
  }
  return [...lines, current]
}
