import {createRequire} from 'node:module'

const require = createRequire(import.meta.url)
let stringWidth: ((text: string) => number) | undefined

/** Loaded when there is something to measure: its Intl.Segmenter costs 35 ms of CPU when it is made. */
function measured(text: string): number {
  stringWidth ??= (require('string-width') as {default: (text: string) => number}).default
  return stringWidth(text)
}

const PLAIN = /^[\u0020-\u007E]*$/u

/** Columns that a text takes in a terminal; colour codes take none. */
export const textWidth = (text: string): number => (PLAIN.test(text) ? text.length : measured(text))

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
