import {setTimeout as delay} from 'node:timers/promises'

/** Looks again and again until `look` gives something true; what it says in the end is in the error. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T> | T,
  limitMs = 60_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + limitMs
  for (;;) {
    let seen: unknown
    try {
      const value = await look()
      if (value) return value
      seen = value
    } catch (error) {
      seen = error
    }
    if (performance.now() > deadline) {
      throw new Error(`not within ${limitMs} ms: ${what}`, {cause: seen})
    }
    await delay(50)
  }
}
