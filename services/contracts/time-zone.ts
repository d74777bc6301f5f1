import {z} from 'zod'

/** A time zone by its IANA name, such as Europe/Berlin. Plain offsets are no zones: they know no daylight saving. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,99}$/u.test(name)) return false
  try {
    return new Intl.DateTimeFormat('en', {timeZone: name}).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

export const timeZone = z
  .string()
  .max(100)
  .refine(isTimeZone, 'must be the IANA name of a time zone such as Europe/Berlin')
