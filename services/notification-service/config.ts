import {z} from 'zod'
import {variable} from '../runtime/environment.ts'

export const NOTIFICATION_SERVICE_VARIABLES = {
  PUBLIC_URL: variable.origin(),
  SMTP_URL: variable.url('smtp:', 'smtps:'),
  /** The password of SMTP_URL's user, when it is not in the URL. */
  SMTP_PASSWORD: variable.secret(1).optional(),
  /** An address, or `name <address>`. */
  MAIL_FROM: variable.sender(),
  /** Where webhooks and notifications may lead besides the internet. */
  OUTBOUND_REACH: z.enum(['public', 'loopback', 'any'], 'must be public, loopback or any').optional(),
  /** The key of web push is made of it; without it there is no push. */
  PUSH_SECRET: variable.secret(32).optional(),
}

/** The URL with its password in it. */
export function smtpUrl({SMTP_URL, SMTP_PASSWORD}: {SMTP_URL: string; SMTP_PASSWORD?: string | undefined}): string {
  if (SMTP_PASSWORD === undefined) return SMTP_URL
  const url = new URL(SMTP_URL)
  url.password = encodeURIComponent(SMTP_PASSWORD)
  return url.href
}
