/** Edits (insert, delete, replace, swap of neighbours) that lead from one word to the other. */
export function editDistance(from: string, to: string): number {
  const rows: number[][] = [Array.from({length: to.length + 1}, (_, column) => column)]
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1]
      let best = Math.min(
        rows[row - 1]![column]! + 1,
        current[column - 1]! + 1,
        rows[row - 1]![column - 1]! + (same ? 0 : 1),
      )
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        best = Math.min(best, rows[row - 2]![column - 2]! + 1)
      }
      current.push(best)
    }
    rows.push(current)
  }
  return rows[from.length]![to.length]!
}

/**
 * The known words nearest to one that is not known, nearest first, at most three; none when all are far, and none that is two
 * edits farther than the nearest.
 */
export function nearest(word: string, known: readonly string[]): string[] {
  const limit = Math.max(1, Math.floor(word.length / 3))
  const near = known
    .map((candidate) => ({candidate, distance: editDistance(word.toLowerCase(), candidate.toLowerCase())}))
    .filter(({candidate, distance}) => distance <= limit || (word.length >= 3 && candidate.startsWith(word)))
    .sort((a, b) => a.distance - b.distance)
  return near
    .filter(({candidate, distance}) => distance <= near[0]!.distance + 1 || candidate.startsWith(word))
    .slice(0, 3)
    .map(({candidate}) => candidate)
}
