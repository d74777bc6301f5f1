import type {TextSink} from './terminal.ts'

const HOME = '\u001B[H'
const CLEAR_LINE = '\u001B[K'
const CLEAR_BELOW = '\u001B[J'
const HIDE_CURSOR = '\u001B[?25l'
const SHOW_CURSOR = '\u001B[?25h'
/** A line that is too long is cut: wrapped, it would move all that comes after it. */
const NO_WRAP = '\u001B[?7l'
const WRAP = '\u001B[?7h'

/**
 * A screen of text whose each version takes the place of the one before, in one write: nothing is cleared before it is
 * written anew, so nothing flickers.
 */
export class Redraw {
  readonly #stdout: TextSink
  readonly #ellipsis: string
  readonly #ignoreResize: (() => void) | undefined
  #begun = false

  /** `resized` is called when the terminal has another size, and draws again. */
  constructor(stdout: TextSink, ellipsis: string, resized: () => void) {
    this.#stdout = stdout
    this.#ellipsis = ellipsis
    this.#ignoreResize = stdout.onResize?.(() => {
      if (this.#begun) resized()
    })
  }

  /** A first line, and what follows it; as much of it as there is room for. */
  draw(head: string, text: string): void {
    const room = Math.max(3, this.#stdout.rows ?? 24) - 2
    const lines = text.replace(/\n+$/u, '').split('\n')
    const shown = lines.length <= room ? lines : lines.slice(0, room - 1)
    const left = lines.length - shown.length
    if (left > 0) shown.push(`${this.#ellipsis} ${left} more ${left === 1 ? 'line' : 'lines'}`)
    // What the terminal showed before is pushed up, not written over.
    const before = this.#begun ? '' : `${HIDE_CURSOR}${'\n'.repeat(room + 1)}`
    this.#begun = true
    const drawn = [head, ...shown].map((line) => `${line}${CLEAR_LINE}\n`).join('')
    this.#stdout.write(`${before}${NO_WRAP}${HOME}${drawn}${CLEAR_BELOW}${WRAP}`)
  }

  /** Leaves the last version, and the cursor below it. */
  close(): void {
    this.#ignoreResize?.()
    if (this.#begun) this.#stdout.write(`\r${CLEAR_BELOW}${SHOW_CURSOR}`)
  }
}
