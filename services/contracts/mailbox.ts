import {z} from 'zod'
import {instantOutput} from './instant.ts'

export const listMailsQuery = z.strictObject({
  limit: z.coerce.number().pipe(z.int().min(1).max(1000)).default(100),
  /** The id of the last mail of the page before. */
  before: z.coerce.number().pipe(z.int().positive()).optional(),
})

export const mailSummary = z.object({
  id: z.int(),
  received_at: instantOutput,
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  message_id: z.string(),
})
export const mailboxListResponse = z.object({mails: z.array(mailSummary)})
export type MailboxListResponse = z.infer<typeof mailboxListResponse>

export const mailResponse = mailSummary.extend({
  text: z.string(),
  html: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
})
export type MailResponse = z.infer<typeof mailResponse>
