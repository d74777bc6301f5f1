/** Lines of iCalendar, as RFC 5545 has them in sections 3.1 and 3.3.11. */

const MOST_OCTETS = 75

export const escapedText = (text: string): string =>
  text.replaceAll(/[\\;,]/gu, String.raw`\$&`).replaceAll(/\r\n|\r|\n/gu, String.raw`\n`)

/** At most 75 octets a line, never within a character; what follows begins with a space. */
export function foldedLine(text: string): string {
  let [lines, octets] = ['', 0]
  for (const character of text) {
    const size = Buffer.byteLength(character)
    if (octets + size > MOST_OCTETS) [lines, octets] = [`${lines}\r\n `, 1]
    lines += character
    octets += size
  }
  return `${lines}\r\n`
}
