import {z} from 'zod'

const EARLIEST = Date.UTC(1970, 0, 1)
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59)

/** An instant as clients send it: ISO 8601 with `Z` or an offset. Parsed to a Date in whole seconds (fractions are cut). */
export const instantInput = z.iso
  .datetime({offset: true, error: 'must be an instant such as 2026-12-01T09:00:00Z'})
  .transform((text) => new Date(Math.floor(Date.parse(text) / 1000) * 1000))
  .refine((at) => at.getTime() >= EARLIEST && at.getTime() <= LATEST, {
    error: 'must lie between the years 1970 and 9999',
  })

/** An instant as todo5 answers: ISO 8601 in UTC, with `Z`, without milliseconds when they are zero. */
export const instantOutput = z.string().meta({format: 'date-time', example: '2026-12-01T09:00:00Z'})

export const formatInstant = (at: Date): string => at.toISOString().replace('.000Z', 'Z')
export const formatInstantOrNull = (at: Date | null | undefined): string | null => (at ? formatInstant(at) : null)
