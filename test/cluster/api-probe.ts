import {setTimeout as delay} from 'node:timers/promises'

/** Between two requests, ms. */
const PACE_MS = 40

export interface Probed {
  readonly sent: number
  /** What was not answered with 200, a line each. */
  readonly failed: readonly string[]
  /** The longest time between two answers, ms. */
  readonly longestGapMs: number
}

/**
 * Asks a todo5 for one page after another until it is stopped, each time over a connection of its own, as people who have
 * just come do; nothing is asked twice.
 */
export class ApiProbe {
  readonly #url: string
  readonly #headers: Record<string, string>
  readonly #failed: string[] = []
  readonly #running: Promise<void>
  #sent = 0
  #longestGapMs = 0
  #stopping = false

  constructor(url: string, apiKey: string) {
    this.#url = url
    this.#headers = {'x-api-key': apiKey, connection: 'close'}
    this.#running = this.#ask()
  }

  get sent(): number {
    return this.#sent
  }

  async stop(): Promise<Probed> {
    this.#stopping = true
    await this.#running
    return {sent: this.#sent, failed: this.#failed, longestGapMs: Math.round(this.#longestGapMs)}
  }

  async #ask(): Promise<void> {
    let answered = performance.now()
    while (!this.#stopping) {
      this.#sent++
      const problem = await this.#problem()
      const now = performance.now()
      if (problem === undefined) {
        this.#longestGapMs = Math.max(this.#longestGapMs, now - answered)
        answered = now
      } else this.#failed.push(problem)
      await delay(PACE_MS)
    }
  }

  async #problem(): Promise<string | undefined> {
    try {
      const answer = await fetch(this.#url, {headers: this.#headers, signal: AbortSignal.timeout(60_000)})
      const text = await answer.text()
      return answer.ok ? undefined : `${new Date().toISOString()} ${answer.status} ${text}`
    } catch (error) {
      // Refused, broken off, or no answer within a minute.
      if (!(error instanceof Error)) throw error
      return `${new Date().toISOString()} ${error.message} ${error.cause instanceof Error ? error.cause.message : ''}`
    }
  }
}
