import type {Range} from './program-table.ts'

/** The first version in a text, such as `prometheus, version 2.42.0+ds`: 2.42.0. */
export const versionIn = (text: string): string | undefined => /\d+(?:\.\d+){0,2}/u.exec(text)?.[0]

export function isIn(version: string, {from, before}: Range): boolean {
  return compare(version, from) >= 0 && compare(version, before) < 0
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number)) as [number[], number[]]
  for (const place of [0, 1, 2]) {
    const difference = (left[place] ?? 0) - (right[place] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
