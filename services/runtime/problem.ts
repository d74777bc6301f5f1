import type {Problem} from '../contracts/problem.ts'
import {DomainError, type ErrorKind, type Fault} from '../domain/errors.ts'
import {databaseUnavailable, isDatabaseOutage} from '../database/outage.ts'

const STATUS: Readonly<Record<ErrorKind, number>> = {
  invalid: 422,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  precondition: 412,
  too_large: 413,
  rate_limited: 429,
  unavailable: 503,
}

const TITLES: Readonly<Record<ErrorKind, string>> = {
  invalid: 'The request is not valid.',
  unauthenticated: 'You are not signed in.',
  forbidden: 'You may not do this.',
  not_found: 'Not found.',
  conflict: 'The present state does not allow this.',
  precondition: 'It was changed meanwhile.',
  too_large: 'The request is too large.',
  rate_limited: 'Too many requests.',
  unavailable: 'A part of todo5 is away.',
}

/** Where the HTTP status says more than the kind: a malformed request is 400, a well-formed one with wrong values 422. */
const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  malformed_json: 400,
  malformed_request: 400,
  unsupported_content_type: 415,
  method_not_allowed: 405,
}

export interface ProblemAnswer {
  readonly status: number
  readonly body: Problem
  readonly retryAfterSeconds: number | undefined
}

/** Any error as RFC 9457 problem+json. What is not a domain error is ours: 500, without details. */
export function toProblem(error: unknown, requestId: string): ProblemAnswer {
  const known = asDomainError(error)
  if (!known) {
    const body = {
      type: 'about:blank',
      title: 'todo5 failed.',
      status: 500,
      detail: 'An error that todo5 did not expect. It was logged.',
      code: 'internal_error',
      hint: `Look for request ${requestId} in the logs.`,
      request_id: requestId,
    }
    return {status: 500, body, retryAfterSeconds: undefined}
  }
  const status = STATUS_OF_CODE[known.code] ?? STATUS[known.kind]
  const body: Problem = {
    type: `urn:todo5:problem:${known.code}`,
    title: TITLES[known.kind],
    status,
    detail: known.message,
    code: known.code,
    ...(known.hint === undefined ? {} : {hint: known.hint}),
    request_id: requestId,
    ...(known.faults.length === 0 ? {} : {errors: known.faults.map(presentFault)}),
    ...('current' in known.details ? {current: known.details['current']} : {}),
    ...(typeof known.details['index'] === 'number' ? {index: known.details['index']} : {}),
  }
  return {status, body, retryAfterSeconds: known.retryAfterSeconds}
}

function asDomainError(error: unknown): DomainError | undefined {
  if (error instanceof DomainError) return error
  return isDatabaseOutage(error) ? databaseUnavailable(error) : undefined
}

const presentFault = (fault: Fault) => ({
  field: fault.field,
  code: fault.code,
  message: fault.message,
  ...(fault.hint === undefined ? {} : {hint: fault.hint}),
})
