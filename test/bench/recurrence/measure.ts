/** Times of single calls, and what is made of them. */

export interface Spread {
  /** ns */
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** The time of each call, ns, without what taking the time itself costs. */
export function timesOf(calls: number, call: (index: number) => unknown): Float64Array {
  const times = new Float64Array(calls)
  for (let index = 0; index < calls; index++) {
    const started = performance.now()
    kept = call(index)
    times[index] = (performance.now() - started) * 1e6
  }
  const own = timerCost()
  return times.map((time) => Math.max(0, time - own))
}

/**
 * Keeps the compiler from leaving calls out whose result nobody reads.
 * @public
 */
export let kept: unknown

function timerCost(): number {
  const times = new Float64Array(2_000)
  for (let index = 0; index < times.length; index++) {
    const started = performance.now()
    times[index] = (performance.now() - started) * 1e6
  }
  return times.sort()[times.length >> 1]!
}

export function spreadOf(times: Float64Array): Spread {
  const sorted = times.toSorted()
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
  return {p50: at(0.5), p99: at(0.99), max: sorted.at(-1)!}
}

/** Mean time of a call in a tight loop, ns: what a single timing cannot resolve. */
export function meanOf(calls: number, call: (index: number) => unknown): number {
  const started = performance.now()
  for (let index = 0; index < calls; index++) kept = call(index)
  return ((performance.now() - started) / calls) * 1e6
}

/** 83 ns, 1.4 µs, 12 ms, 4 s. */
export function readable(nanoseconds: number): string {
  if (nanoseconds < 999.5) return `${nanoseconds.toFixed(0)} ns`
  if (nanoseconds < 999_500) return `${(nanoseconds / 1e3).toPrecision(3)} µs`
  if (nanoseconds < 999_500_000) return `${(nanoseconds / 1e6).toPrecision(3)} ms`
  return `${(nanoseconds / 1e9).toPrecision(3)} s`
}
