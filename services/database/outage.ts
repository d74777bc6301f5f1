import {setTimeout as delay} from 'node:timers/promises'
import {DomainError} from '../domain/errors.ts'

/** SQLSTATE classes and codes that mean that the server is away, starting, stopping or full, not that the statement is wrong. */
const OUTAGE_STATES = /^(08|53|57P0[1-5]$|25006$|40001$|40P01$|55P03$|57014$)/u
const OUTAGE_SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
  'EHOSTUNREACH',
])
/** node-postgres gives these only as texts. */
const OUTAGE_TEXTS =
  /^(timeout exceeded when trying to connect|connection terminated|client has encountered a connection error|cannot use a pool after)/iu

/** Whether an error of the driver says that the database cannot answer now, and the same request can succeed later. */
export function isDatabaseOutage(error: unknown): boolean {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const {code} = cause as {code?: unknown}
    if (typeof code === 'string' && (OUTAGE_SYSTEM_CODES.has(code) || (code.length === 5 && OUTAGE_STATES.test(code))))
      return true
    if (OUTAGE_TEXTS.test(cause.message)) return true
    if (cause instanceof AggregateError && cause.errors.some(isDatabaseOutage)) return true
  }
  return false
}

const LOOK_AGAIN_MS = 250

/** Does it again and again while the database is away, for at most `forMs`; any other error is thrown at once. */
export async function outlastOutage<T>(forMs: number, work: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + forMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!isDatabaseOutage(error) || performance.now() > giveUpAt) throw error
      await delay(LOOK_AGAIN_MS)
    }
  }
}

export const databaseUnavailable = (cause: unknown): DomainError =>
  new DomainError('unavailable', 'database_unavailable', 'The database does not answer.', {
    hint: 'Nothing was changed. Try again in a moment.',
    retryAfterSeconds: 2,
    cause,
  })
