import {usageError} from '../errors.ts'
import {parseDuration} from './parse-duration.ts'

/** ms since the epoch of `10m` (ago) or of a time such as 2026-11-21T09:00Z. */
export function parseSince(text: string, now: number, what = '--since'): number {
  if (/^\d{4}-/u.test(text)) {
    const instant = Date.parse(text)
    if (!Number.isNaN(instant)) return instant
    throw usageError(`${what}: "${text}" is no time.`, 'invalid_time', 'write it as 10m, 2h or 2026-11-21T09:00Z')
  }
  return now - parseDuration(text, what) * 1000
}
