import {z} from 'zod'
import {instantOutput} from './instant.ts'

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/u

function isReceiver(text: string): boolean {
  const url = URL.parse(text)
  if (!url || url.username !== '' || url.password !== '' || url.hash !== '') return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))
}

export const newWebhookRequest = z.strictObject({
  url: z
    .string()
    .trim()
    .max(2000, 'must have at most 2000 characters')
    .refine(
      isReceiver,
      'must be an https:// URL without user, password and #fragment (http:// for this machine alone)',
    ),
})

export const webhookState = z.object({
  /** Null: there is no webhook. */
  url: z.string().nullable(),
  created_at: instantOutput.nullable(),
  last_success_at: instantOutput.nullable(),
  /** When its receiver said 410; nothing is sent since. */
  ended_at: instantOutput.nullable(),
})
export type WebhookState = z.infer<typeof webhookState>

export const newWebhook = z.object({
  url: z.string(),
  /** `whsec_` and the base64 of the key that messages are signed with. Shown this once. */
  secret: z.string(),
  created_at: instantOutput,
})
export type NewWebhook = z.infer<typeof newWebhook>

export const webhookTest = z.object({
  taken: z.boolean(),
  /** Why it was not taken, such as `no_answer`, `redirect`, `address_refused`; null when it was. */
  code: z.string().nullable(),
  /** What the receiver said, at most 500 characters. */
  answer: z.string(),
})
export type WebhookTest = z.infer<typeof webhookTest>
