/** Words of the titles; one letter is no guess. */
const WORD = /[\p{L}\p{N}]{2,}/gu

/**
 * The search with each word that stands in no title as the nearest that does: at most one letter off, from six letters
 * on two. Undefined when nothing is near, or every word is there as it is.
 */
export function didYouMean(search: string, titles: readonly string[]): string | undefined {
  const words = [...new Set(titles.flatMap((title) => title.toLocaleLowerCase().match(WORD) ?? []))]
  let isOther = false
  for (const wanted of search.toLocaleLowerCase().match(WORD) ?? []) {
    if (words.some((word) => word.includes(wanted))) continue
    const nearest = nearestOf(wanted, words)
    if (nearest === undefined) return undefined
    isOther = true
  }
  if (!isOther) return undefined
  return search
    .toLocaleLowerCase()
    .replaceAll(WORD, (wanted) => (words.some((word) => word.includes(wanted)) ? wanted : nearestOf(wanted, words)!))
}

function nearestOf(wanted: string, words: readonly string[]): string | undefined {
  const most = wanted.length < 6 ? 1 : 2
  let best: {readonly word: string; readonly distance: number} | undefined
  for (const word of words) {
    if (Math.abs(word.length - wanted.length) > most) continue
    const distance = distanceOf(wanted, word)
    if (distance <= most && (best === undefined || distance < best.distance)) best = {word, distance}
  }
  return best?.word
}

/** Letters put in, left out, exchanged, or two neighbours swapped. */
function distanceOf(from: string, to: string): number {
  let before: number[] = []
  let last = Array.from({length: to.length + 1}, (_, at) => at)
  for (let row = 1; row <= from.length; row += 1) {
    const line = [row]
    for (let at = 1; at <= to.length; at += 1) {
      const same = from[row - 1] === to[at - 1] ? 0 : 1
      const isSwap = row > 1 && at > 1 && from[row - 1] === to[at - 2] && from[row - 2] === to[at - 1]
      line[at] = Math.min(
        last[at]! + 1,
        line[at - 1]! + 1,
        last[at - 1]! + same,
        isSwap ? before[at - 2]! + 1 : Infinity,
      )
    }
    before = last
    last = line
  }
  return last[to.length]!
}
