/** Properties of iCalendar as text: RFC 5545, sections 3.1 (lines), 3.3.4, 3.3.5 (dates) and 3.3.11 (text). */

const MOST_OCTETS = 75

/** A name, with parameters if any, and a value that is written as it is. */
export const line = (name: string, value: string): string => folded(`${name}:${value}`)

export const textLine = (name: string, text: string): string => line(name, escaped(text))

export const escaped = (text: string): string =>
  text.replaceAll(/[\\;,]/gu, String.raw`\$&`).replaceAll(/\r\n|\r|\n/gu, String.raw`\n`)

/** At most 75 octets a line, never within a character; what follows begins with a space. */
export function folded(text: string): string {
  let [lines, octets] = ['', 0]
  for (const character of text) {
    const size = Buffer.byteLength(character)
    if (octets + size > MOST_OCTETS) [lines, octets] = [`${lines}\r\n `, 1]
    lines += character
    octets += size
  }
  return `${lines}\r\n`
}

/** `20261126T080000Z` */
export const instantText = (at: number): string => new Date(at).toISOString().replaceAll(/[-:]|\.\d+/gu, '')
/** `20261126`, of a local instant (ms as if it were UTC). */
export const dayText = (local: number): string => instantText(local).slice(0, 8)
