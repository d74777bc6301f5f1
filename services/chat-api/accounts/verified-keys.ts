import {createHash} from 'node:crypto'
import type {Identity} from './identity.ts'

export interface VerifiedKey {
  readonly identity: Identity
  /** When the key itself ends, ms since 1970; null never. */
  readonly expiresAt: number | null
}

/** How long a verified key is believed, ms: a key that is revoked on another pod works for at most this long. */
export const VERIFIED_KEY_MS = 30_000

/**
 * API keys that were verified in the last 30 s, by their hash, so that a busy client does not cost four statements per
 * request. Bounded: the key that was used longest ago makes room. Requests with one new key wait for one verification.
 */
export class VerifiedKeys {
  readonly #entries = new Map<string, {identity: Identity; until: number}>()
  readonly #underWay = new Map<string, Promise<VerifiedKey | null>>()
  readonly #now: () => number
  readonly #maxEntries: number
  /** Rises with `clear`, so that a verification that began before is not kept. */
  #generation = 0

  constructor(options: {now?: () => number; maxEntries?: number} = {}) {
    this.#now = options.now ?? Date.now
    this.#maxEntries = options.maxEntries ?? 10_000
  }

  get size(): number {
    return this.#entries.size
  }

  /** Whether the key would be believed without asking. */
  has(key: string): boolean {
    return this.#fresh(hashOf(key)) !== undefined
  }

  async get(key: string, verify: () => Promise<VerifiedKey | null>): Promise<Identity | null> {
    const hash = hashOf(key)
    const known = this.#fresh(hash)
    if (known) return known
    let verification = this.#underWay.get(hash)
    if (!verification) {
      verification = this.#verify(hash, verify)
      this.#underWay.set(hash, verification)
    }
    return (await verification)?.identity ?? null
  }

  /** After a change of keys in this process: it takes effect here at once. */
  clear(): void {
    this.#generation++
    this.#entries.clear()
    this.#underWay.clear()
  }

  #fresh(hash: string): Identity | undefined {
    const entry = this.#entries.get(hash)
    if (!entry) return undefined
    this.#entries.delete(hash)
    if (entry.until <= this.#now()) return undefined
    this.#entries.set(hash, entry)
    return entry.identity
  }

  async #verify(hash: string, verify: () => Promise<VerifiedKey | null>): Promise<VerifiedKey | null> {
    const generation = this.#generation
    const startedAt = this.#now()
    try {
      const verified = await verify()
      if (verified && generation === this.#generation) this.#keep(hash, verified, startedAt)
      return verified
    } finally {
      if (generation === this.#generation) this.#underWay.delete(hash)
    }
  }

  #keep(hash: string, {identity, expiresAt}: VerifiedKey, startedAt: number): void {
    const until = Math.min(startedAt + VERIFIED_KEY_MS, expiresAt ?? Infinity)
    this.#entries.set(hash, {identity, until})
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries) break
      this.#entries.delete(oldest)
    }
  }
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64')
