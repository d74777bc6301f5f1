import type {Problem} from '../../../../contracts/problem.ts'

/** What the API refused, or that it could not be reached: then `status` is 0 and `code` is `offline`. */
export class ApiError extends Error {
  readonly status: number
  /** Stable, such as `not_signed_in`. */
  readonly code: string
  /** What to do next, when the server knows. */
  readonly hint: string | undefined
  readonly problem: Problem | undefined
  /** Seconds after which to try again, when the server says. */
  readonly retryAfter: number | undefined

  constructor(fields: {
    status: number
    code: string
    message: string
    hint?: string | undefined
    problem?: Problem | undefined
    retryAfter?: number | undefined
    cause?: unknown
  }) {
    super(fields.message, {cause: fields.cause})
    this.name = 'ApiError'
    this.status = fields.status
    this.code = fields.code
    this.hint = fields.hint
    this.problem = fields.problem
    this.retryAfter = fields.retryAfter
  }

  /** Nothing was answered: the device, the network or todo5 is away, and the same request may be sent again. */
  get isOffline(): boolean {
    return this.status === 0
  }

  /** What `field` of the request was refused for; undefined when that was not it. */
  faultOf(field: string): string | undefined {
    return this.problem?.errors?.find((fault) => fault.field === field)?.message
  }
}

export const isSignedOut = (error: unknown): boolean => error instanceof ApiError && error.status === 401

/** One or two sentences for a person: what happened, what to do. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof ApiError)) return 'todo5 failed here. Reload the page.'
  const [fault] = error.problem?.errors ?? []
  const what = fault ? inWords(fault) : error.message
  const hint = fault?.hint ?? error.hint
  return hint === undefined ? what : `${what} ${hint}`
}

/** The API begins with the name of the field. */
function inWords({field, message}: {field: string; message: string}): string {
  const words = message.startsWith(field) ? field.replaceAll('_', ' ') + message.slice(field.length) : message
  return words.charAt(0).toUpperCase() + words.slice(1)
}
