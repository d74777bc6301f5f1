import type {ChaosTarget} from './chaos-target.ts'
import {unlessAway} from './recovery.ts'

const LINE = /^consumer_duplicates_suppressed_total(?:\{[^}]*\})? (\S+)$/gmu

/** Events that consumers had handled before, over all processes of a run: a counter ends with its process. */
export class SuppressedDuplicates {
  readonly #target: ChaosTarget
  readonly #seen = new Map<string, number>()

  constructor(target: ChaosTarget) {
    this.#target = target
  }

  /** Counted when it was last looked at: what came between that and a kill is missing. */
  get count(): number {
    return [...this.#seen.values()].reduce((sum, n) => sum + n, 0)
  }

  async look(): Promise<void> {
    const texts = await this.#target.metrics().catch((error: unknown) => unlessAway(error) || new Map<string, string>())
    for (const [process, text] of texts) {
      const sum = [...text.matchAll(LINE)].reduce((total, [, value]) => total + Number(value), 0)
      this.#seen.set(process, Math.max(sum, this.#seen.get(process) ?? 0))
    }
  }
}
