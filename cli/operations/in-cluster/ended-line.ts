import {endedWith, mayTellEnd} from '../../tools/kubectl-pods.ts'

/**
 * What kubectl says on stderr, passed on but for the line in which it tells how the command there ended: that one is said by
 * our own exit code.
 */
export class EndedLine {
  readonly #passOn: (text: string) => void
  #held = ''
  /** Whether a part of the present line has been passed on. */
  #begun = false
  #code: number | undefined

  constructor(passOn: (text: string) => void) {
    this.#passOn = passOn
  }

  /** How the command ended; undefined as long as kubectl has not said. */
  get code(): number | undefined {
    return this.#code
  }

  hear(text: string): void {
    const lines = (this.#held + text).split('\n')
    const rest = lines.pop()!
    for (const line of lines) {
      const code = this.#begun ? undefined : endedWith(line.replace(/\r$/u, ''))
      if (code === undefined) this.#passOn(`${line}\n`)
      else this.#code = code
      this.#begun = false
    }
    const waits = !this.#begun && mayTellEnd(rest)
    this.#held = waits ? rest : ''
    if (waits || rest === '') return
    this.#passOn(rest)
    this.#begun = true
  }

  /** Nothing follows. */
  end(): void {
    const code = endedWith(this.#held)
    if (code !== undefined) this.#code = code
    else if (this.#held !== '') this.#passOn(this.#held)
    this.#held = ''
  }
}
