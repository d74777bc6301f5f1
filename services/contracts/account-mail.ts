import {z} from 'zod'

/** What chat-api asks notification-service to send to the user of the request. The token ends in a link of our own site. */
export const accountMailRequest = z.strictObject({
  kind: z.enum(['password_reset']),
  token: z.string().regex(/^[\w-]{16,200}$/u, 'must be a token'),
  expires_at: z.iso.datetime(),
})
export type AccountMailRequest = z.infer<typeof accountMailRequest>
