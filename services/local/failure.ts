import {PostgresError} from '../database/server/errors.ts'
import {DomainError} from '../domain/errors.ts'

/** Why the local target cannot start or go on, in words for the person who started it. */
export class LocalFailure extends Error {
  override readonly name = 'LocalFailure'
  readonly code: string
  readonly hints: readonly string[]

  constructor(code: string, message: string, hints: readonly string[], options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.hints = hints
  }
}

/** Whatever was thrown, as a failure; what nobody foresaw points to the log. */
export function toLocalFailure(error: unknown, logFile: string): LocalFailure {
  if (error instanceof LocalFailure) return error
  if (error instanceof PostgresError) return new LocalFailure(error.code, error.message, [error.hint], {cause: error})
  if (error instanceof DomainError) {
    const hints = error.hint === undefined ? [] : [error.hint]
    return new LocalFailure(error.code, error.message, hints, {cause: error})
  }
  const message = error instanceof Error ? error.message : String(error)
  return new LocalFailure('start_failed', `todo5 could not start: ${message}`, [`look at ${logFile}`], {cause: error})
}
