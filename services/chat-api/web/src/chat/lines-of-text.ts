/** A part of a plain text: words with their line breaks, or a list. */
export type Lines =
  | {readonly kind: 'words'; readonly text: string}
  | {readonly kind: 'list'; readonly items: readonly string[]}
  /** With the number before each. */
  | {readonly kind: 'numbered'; readonly items: readonly {readonly number: number; readonly text: string}[]}

const BULLET = /^\s*[-•*] +(?<text>\S.*)$/u
const NUMBER = /^\s*(?<number>\d{1,3})[.)] +(?<text>\S.*)$/u

/** Lists of a plain text; everything else stays as it is written, whatever it looks like. */
export function linesOf(text: string): Lines[] {
  const found: Lines[] = []
  for (const line of text.split('\n')) {
    const last = found.at(-1)
    const bullet = BULLET.exec(line)?.groups?.['text']
    const numbered = NUMBER.exec(line)?.groups
    if (bullet !== undefined) {
      if (last?.kind === 'list') found[found.length - 1] = {kind: 'list', items: [...last.items, bullet]}
      else found.push({kind: 'list', items: [bullet]})
    } else if (numbered) {
      const item = {number: Number(numbered['number']), text: numbered['text']!}
      if (last?.kind === 'numbered') found[found.length - 1] = {kind: 'numbered', items: [...last.items, item]}
      else found.push({kind: 'numbered', items: [item]})
    } else if (last?.kind === 'words' && line.trim() !== '' && !last.text.endsWith('\n')) {
      found[found.length - 1] = {kind: 'words', text: `${last.text}\n${line}`}
    } else if (line.trim() !== '') {
      found.push({kind: 'words', text: line})
    } else if (last?.kind === 'words') {
      // A paragraph ends here.
      found[found.length - 1] = {kind: 'words', text: `${last.text}\n`}
    }
  }
  return found.map((lines) => (lines.kind === 'words' ? {...lines, text: lines.text.trimEnd()} : lines))
}
