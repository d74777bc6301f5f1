import {DomainError} from '../../domain/errors.ts'

export interface SmtpTarget {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (smtps://). */
  readonly secure: boolean
  /** Refuse to go on without STARTTLS: a password must not travel in the clear. */
  readonly requireTls: boolean
  readonly auth: {readonly user: string; readonly pass: string} | null
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** smtp://[user:password@]host[:port] (STARTTLS when the server offers it; required with a password) or smtps://… */
export function parseSmtpUrl(text: string): SmtpTarget {
  const url = URL.parse(text)
  const secure = url?.protocol === 'smtps:'
  if (!url || url.hostname === '' || (!secure && url.protocol !== 'smtp:'))
    throw invalid('It has no host or is no smtp URL.')
  if (url.search !== '' || url.hash !== '' || !['', '/'].includes(url.pathname)) {
    throw invalid('It has something after the host and port.')
  }
  const user = decoded(url.username)
  return {
    host: url.hostname.replace(/^\[|\]$/gu, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTls: !secure && user !== '' && !LOOPBACK.has(url.hostname),
    auth: user === '' ? null : {user, pass: decoded(url.password)},
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (error) {
    throw invalid('Its user or password has a % that is no escape.', error)
  }
}

/** Does not repeat the URL: it may hold a password. */
const invalid = (why: string, cause?: unknown): DomainError =>
  new DomainError('invalid', 'invalid_smtp_url', `The SMTP URL cannot be used. ${why}`, {
    hint: 'Write smtp://user:password@host:587 or smtps://user:password@host:465, special characters as %XX.',
    cause,
  })
