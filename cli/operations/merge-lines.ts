import type {LogLine} from './read-logs.ts'

/** By time, and lines of one time as they came. */
export function byTime<T extends {readonly at: string}>(lines: readonly T[]): T[] {
  return lines.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
}

/**
 * Puts lines of several files, each of which is looked at every now and then, into the order of their times. A line is held
 * for `holdMs` after it came, for an older one of another file; one that comes later than that is printed as it comes.
 */
export class LineMerger {
  readonly #print: (line: LogLine) => void
  readonly #holdMs: number
  readonly #last = new Map<string, string>()
  #held: {at: string; came: number; line: LogLine}[] = []

  constructor(print: (line: LogLine) => void, holdMs: number) {
    this.#print = print
    this.#holdMs = holdMs
  }

  /** `now`: ms of a clock that only goes forward. */
  add(file: string, line: LogLine, now: number): void {
    // The rest of a message that has several lines belongs to its first.
    const at = line.timestamp ?? this.#last.get(file) ?? ''
    this.#last.set(file, at)
    this.#held.push({at, came: now, line})
  }

  /** Prints what was held for long enough, and what is older than that. */
  release(now: number): void {
    const sorted = byTime(this.#held)
    const count = sorted.findLastIndex(({came}) => now - came >= this.#holdMs) + 1
    this.#held = sorted.slice(count)
    for (const {line} of sorted.slice(0, count)) this.#print(line)
  }
}
