/** What kind of refusal an error is; the HTTP edge and the CLI translate it, nothing else decides by message. */
export type ErrorKind =
  | 'invalid' // the request itself is wrong: 400 or 422
  | 'unauthenticated' // 401
  | 'forbidden' // 403
  | 'not_found' // 404
  | 'conflict' // refused by the present state: 409
  | 'precondition' // If-Match did not match: 412
  | 'too_large' // 413
  | 'rate_limited' // 429
  | 'unavailable' // a part of ours is away: 503

/** One thing that is wrong with a request. `field` is a JSON path such as `reminders[0].offset_seconds`, empty for the whole. */
export interface Fault {
  readonly field: string
  readonly code: string
  readonly message: string
  readonly hint?: string
}

/**
 * The errors that use cases throw. `code` is stable and part of the contract, `retryable` says whether the same request
 * can succeed later without a change, `hint` says what to do next.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError'
  readonly kind: ErrorKind
  readonly code: string
  readonly retryable: boolean
  readonly hint: string | undefined
  readonly faults: readonly Fault[]
  /** Further facts for the client, such as the current state of a task after a failed If-Match. */
  readonly details: Readonly<Record<string, unknown>>
  /** For `unavailable` and `rate_limited`: when to try again. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    kind: ErrorKind,
    code: string,
    message: string,
    options: {
      hint?: string
      faults?: readonly Fault[]
      details?: Readonly<Record<string, unknown>>
      retryAfterSeconds?: number
      cause?: unknown
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : {cause: options.cause})
    this.kind = kind
    this.code = code
    this.retryable = kind === 'unavailable' || kind === 'rate_limited'
    this.hint = options.hint
    this.faults = options.faults ?? []
    this.details = options.details ?? {}
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

export const taskNotFound = (id: number | string): DomainError =>
  new DomainError('not_found', 'task_not_found', `There is no task ${id}.`, {hint: 'List your tasks to see their ids.'})

export const invalidRequest = (faults: readonly Fault[]): DomainError =>
  new DomainError('invalid', 'invalid_request', faults.map((fault) => fault.message).join(' '), {faults})
