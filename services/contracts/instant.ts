import {z} from 'zod'

const EARLIEST = Date.UTC(1970, 0, 1)
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59)

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/u

/** ms since the epoch; NaN for what is no instant. Date.parse alone would take 30 February for 2 March. */
function parseInstant(text: string): number {
  const match = INSTANT.exec(text)
  if (!match) return Number.NaN
  const [, year, month, day] = match.map(Number) as [number, number, number, number]
  const lastDay = new Date(Date.UTC(2000, month, 0)).setUTCFullYear(year, month, 0)
  return day >= 1 && day <= new Date(lastDay).getUTCDate() ? Date.parse(text) : Number.NaN
}

/**
 * An instant as clients send it: ISO 8601 with `Z` or an offset, seconds may be left out. Parsed to a Date in whole
 * seconds (fractions are cut).
 */
export const instantInput = z
  .string()
  .max(40, 'must be an instant such as 2026-12-01T09:00:00Z')
  .refine((text) => !Number.isNaN(parseInstant(text)), 'must be an instant such as 2026-12-01T09:00:00Z')
  .transform((text) => new Date(Math.floor(parseInstant(text) / 1000) * 1000))
  .refine((at) => at.getTime() >= EARLIEST && at.getTime() <= LATEST, 'must lie between the years 1970 and 9999')
  .meta({format: 'date-time'})

/** An instant as todo5 answers: ISO 8601 in UTC, with `Z`, without milliseconds when they are zero. */
export const instantOutput = z.string().meta({format: 'date-time', example: '2026-12-01T09:00:00Z'})

export const formatInstant = (at: Date): string => at.toISOString().replace('.000Z', 'Z')
export const formatInstantOrNull = (at: Date | null | undefined): string | null => (at ? formatInstant(at) : null)
