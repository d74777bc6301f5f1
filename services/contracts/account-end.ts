import {z} from 'zod'
import {instantOutput} from './instant.ts'

export const deleteAccountRequest = z.strictObject({
  /** Without it only a session of the last 10 minutes may. */
  password: z.string().max(128, 'must have at most 128 characters').optional(),
})

export const deletedAccountResponse = z.object({
  deleted_at: instantOutput,
  removed: z.object({
    tasks: z.int(),
    series: z.int(),
    reminders: z.int(),
    keys: z.int(),
    sessions: z.int(),
    conversations: z.int(),
  }),
  /** What stays, how much of it where that is known, and why. */
  kept: z.array(
    z.object({
      what: z.enum(['audit_entries', 'events', 'mails', 'backups']),
      count: z.int().nullable(),
      text: z.string(),
    }),
  ),
})
export type DeletedAccountResponse = z.infer<typeof deletedAccountResponse>

export const signInLinkResponse = z.object({
  /** Works once. What is behind the # stays in the browser. */
  url: z.string(),
  expires_at: instantOutput,
})
export type SignInLinkResponse = z.infer<typeof signInLinkResponse>
