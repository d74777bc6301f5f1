import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {KeyedCall} from './http-call.ts'

/**
 * Nobody is there: no network, no such host, nothing that listens, or an answer that does not come. A certificate that is
 * not right, and whatever else answers in place of todo5, is none of these: that does not pass by waiting.
 */
const AWAY: ReadonlySet<string> = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ETIMEDOUT',
])

const TIMEOUTS: ReadonlySet<string> = new Set(['AbortError', 'TimeoutError'])

export interface UnreachableOptions {
  readonly hints: readonly string[]
  /** What the system said. */
  readonly cause: unknown
  /** The change that was to be made; it may have been made all the same. */
  readonly unsent?: KeyedCall | undefined
}

/** No answer from a todo5. */
export class Unreachable extends CliError {
  readonly unsent: KeyedCall | undefined
  /** Whether it is a matter of waiting. */
  readonly away: boolean
  readonly why: string

  constructor(apiUrl: string, why: string, {hints, cause, unsent}: UnreachableOptions) {
    super(`todo5 does not answer at ${apiUrl}: ${why}.`, {code: 'unreachable', exit: EXIT.unreachable, hints, cause})
    const {code = '', name = ''} = (cause ?? {}) as Partial<NodeJS.ErrnoException>
    this.unsent = unsent
    this.away = AWAY.has(code) || TIMEOUTS.has(name)
    this.why = why
  }
}
