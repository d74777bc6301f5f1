import {readDuration} from '../../services/domain/dates/duration.ts'
import {usageError} from '../errors.ts'

/** Seconds of a duration such as `10m`, `1h`, `1h30m`, `2 days`, `1w`; `0` alone is 0. */
export function parseDuration(text: string, what: string): number {
  const seconds = readDuration(text)
  if (seconds !== undefined) return seconds
  throw usageError(`${what}: "${text}" is no duration.`, 'invalid_duration', 'write it as 10m, 1h, 1h30m, 2d or 1w')
}
