import {textWidth} from '../text-width.ts'

/** Breaks a text that comes in pieces at its spaces, so that no line is wider than the terminal; a longer word stays whole. */
export class WordFlow {
  readonly #write: (text: string) => void
  readonly #width: () => number
  #word = ''
  #spaces = ''
  #column = 0

  constructor(write: (text: string) => void, width: () => number) {
    this.#write = write
    this.#width = width
  }

  /** Whether the next text begins a line. */
  get atStart(): boolean {
    return this.#column === 0 && this.#word === ''
  }

  push(text: string): void {
    for (const part of text.split(/(\n| +)/u)) {
      if (part === '\n') {
        this.flush()
        this.#line()
      } else if (part.startsWith(' ')) {
        this.flush()
        this.#spaces += part
      } else {
        this.#word += part
      }
    }
  }

  /** Writes what is held back: a word can go on in the next piece. */
  flush(): void {
    if (this.#word === '') return
    const width = textWidth(this.#word)
    const wide = this.#column + this.#spaces.length + width > this.#width()
    if (wide && this.#column > 0) this.#line()
    else if (this.#spaces !== '') this.#put(this.#spaces, this.#spaces.length)
    this.#spaces = ''
    this.#put(this.#word, width)
    this.#word = ''
  }

  #put(text: string, width: number): void {
    this.#write(text)
    this.#column += width
  }

  #line(): void {
    this.#write('\n')
    this.#column = 0
    this.#spaces = ''
  }
}
