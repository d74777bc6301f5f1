const SECONDS: Readonly<Record<string, number>> = {s: 1, m: 60, h: 3600, d: 86_400, w: 604_800}
const PART = /(\d+)\s*(weeks?|days?|hours?|minutes?|seconds?|mins?|secs?|hrs?|[wdhms])/gu

/** Seconds of `10m`, `1h30m`, `2 days`, `1w`; `0` alone is 0. Undefined for what is no duration. */
export function readDuration(text: string): number | undefined {
  const typed = text.trim().toLowerCase()
  if (typed === '0') return 0
  if (typed === '' || typed.replace(PART, '').trim() !== '') return undefined
  return [...typed.matchAll(PART)].reduce((sum, [, count, unit]) => sum + Number(count) * SECONDS[unit![0]!]!, 0)
}

/** Seconds as `1d`, `1h`, `10m`, `1h30m`; `0m` for none. */
export function formatDuration(seconds: number): string {
  let rest = seconds
  let text = ''
  for (const unit of ['d', 'h', 'm', 's']) {
    const count = Math.floor(rest / SECONDS[unit]!)
    rest -= count * SECONDS[unit]!
    if (count > 0) text += `${count}${unit}`
  }
  return text || '0m'
}
