import {DomainError} from '../../domain/errors.ts'

/** Lets `size` pieces of work run at a time; the others wait in the order in which they came. */
export class Turnstile {
  readonly #size: number
  readonly #maxWaiting: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(size: number, maxWaiting: number) {
    this.#size = size
    this.#maxWaiting = maxWaiting
  }

  /** Throws `unavailable` when too many wait already. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#size) this.#running++
    else await this.#wait()
    try {
      return await work()
    } finally {
      // The place goes to the next one in line, or is free.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }

  async #wait(): Promise<void> {
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new DomainError('unavailable', 'busy', 'Too many people are signing in just now.', {
        hint: 'Try again in a moment.',
        retryAfterSeconds: 5,
      })
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}
