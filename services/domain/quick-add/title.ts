import type {Span} from './quick-add.ts'

const GAP = '\uE000'
/** What joined something to the words that are gone. */
const JOINTS = ' ,;:.–-'

/** What is left of a text without these spans and the backslashes of escapes, with tidy spaces and commas. */
export function titleOf(text: string, spans: readonly Span[], escapes: readonly number[]): string {
  const cuts = [
    ...spans.map(({start, end}) => ({start, end, gap: GAP})),
    ...escapes.map((start) => ({start, end: start + 1, gap: ''})),
  ].toSorted((a, b) => a.start - b.start)
  let left = ''
  let at = 0
  for (const {start, end, gap} of cuts) {
    left += `${text.slice(at, start).replaceAll(GAP, ' ')}${gap}`
    at = Math.max(at, end)
  }
  left += text.slice(at).replaceAll(GAP, ' ')
  const even = left
    .replaceAll(/\p{Cc}/gu, ' ')
    .replaceAll(/\s+/gu, ' ')
    .replaceAll(/(?: ?\uE000)+ ?/gu, GAP)
    .replaceAll(/[([]\uE000[)\]]/gu, GAP)
  const first = edge(even, (index) => index)
  const last = edge(even, (index) => even.length - 1 - index)
  const title = even
    .slice(first, Math.max(first, even.length - last))
    .replaceAll(/,?\uE000(?=[,.;:!?])/gu, '')
    .replaceAll(GAP, ' ')
    .replaceAll(/(?<=^| )[\p{Cf}\p{Z}]+(?= |$)/gu, '')
    .replaceAll(/ {2,}/gu, ' ')
    .trim()
  // What cannot be seen is no title.
  return /[^\p{Z}\p{C}]/u.test(title) ? title : ''
}

/** How many characters to drop at an edge: joints and gaps, when there is a gap among them. */
function edge(text: string, place: (index: number) => number): number {
  let length = 0
  let gaps = 0
  for (; length < text.length; length++) {
    const character = text[place(length)]!
    if (character === GAP) gaps++
    else if (!JOINTS.includes(character)) break
  }
  return gaps > 0 ? length : 0
}
