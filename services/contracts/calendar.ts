import {z} from 'zod'
import {instantOutput} from './instant.ts'

/** `token` is that of a link; without it the request needs a key or a session as all others do. */
export const calendarQuery = z.strictObject({
  token: z
    .string()
    .regex(/^[\w-]{43}$/u, 'must be the token of a calendar link')
    .optional(),
  /** Dated tasks as events, open tasks as to-dos; both unless given. */
  only: z.enum(['events', 'todos']).optional(),
})
export type CalendarQuery = z.infer<typeof calendarQuery>

/** An iCalendar stream (RFC 5545). */
export const calendarText = z.string()

export const calendarLinkState = z.object({
  /** When the link was made; null: there is none. */
  created_at: instantOutput.nullable(),
})
export type CalendarLinkState = z.infer<typeof calendarLinkState>

/** The address is shown this once; a new one takes its place. */
export const calendarLink = z.object({url: z.url(), created_at: instantOutput})
export type CalendarLink = z.infer<typeof calendarLink>
