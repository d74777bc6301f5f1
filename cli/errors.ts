import {DomainError, type ErrorKind} from '../services/domain/errors.ts'
// Not from index.ts: every command loads this file, and few need the engine (6 ms of CPU).
import {InvalidRecurrence} from '../services/domain/recurrence/invalid-recurrence.ts'
import {EXIT, type ExitCode} from './exit-codes.ts'

export interface CliErrorOptions {
  /** Stable, snake case. */
  readonly code: string
  readonly exit: ExitCode
  /** What to do next, one line each; a command first, then what it does. */
  readonly hints?: readonly string[]
  /** Lines shown above the message, such as the text with a caret under the fault. */
  readonly excerpt?: readonly string[]
  readonly cause?: unknown
  /** The file with the report of a mistake of ours. */
  readonly report?: string
}

/** The only error whose text a person sees: what happened, a code, what to do next. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: string
  readonly exit: ExitCode
  readonly hints: readonly string[]
  readonly excerpt: readonly string[]
  readonly report: string | undefined

  constructor(message: string, {code, exit, hints, excerpt, cause, report}: CliErrorOptions) {
    super(message, cause === undefined ? undefined : {cause})
    this.code = code
    this.exit = exit
    this.hints = hints ?? []
    this.excerpt = excerpt ?? []
    this.report = report
  }
}

export const usageError = (message: string, code: string, ...hints: string[]): CliError =>
  new CliError(message, {code, exit: EXIT.usage, hints})

const EXIT_OF_KIND: Readonly<Record<ErrorKind, ExitCode>> = {
  invalid: EXIT.usage,
  unauthenticated: EXIT.refused,
  forbidden: EXIT.refused,
  not_found: EXIT.notFound,
  conflict: EXIT.refused,
  precondition: EXIT.refused,
  too_large: EXIT.usage,
  rate_limited: EXIT.refused,
  unavailable: EXIT.unreachable,
}

/** Whatever was thrown, as what is shown. What nobody foresaw is a mistake of ours: exit code 1. */
export function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error
  if (error instanceof DomainError) {
    const hints = error.hint === undefined ? [] : [error.hint]
    return new CliError(error.message, {code: error.code, exit: EXIT_OF_KIND[error.kind], hints, cause: error})
  }
  if (error instanceof InvalidRecurrence) return recurrenceError(error)
  const refused = fileRefusal(error)
  if (refused) return refused
  const message = error instanceof Error ? error.message : String(error)
  return new CliError(`todo5 made a mistake: ${message}`, {
    code: 'internal_error',
    exit: EXIT.bug,
    hints: ['run it again with TODO5_DEBUG=1 to see where'],
    cause: error,
  })
}

const WHY_REFUSED: Readonly<Record<string, string>> = {
  EACCES: 'may not be read or written by this user',
  EPERM: 'may not be changed by this user',
  EROFS: 'is on a file system that cannot be written',
  ENOSPC: 'cannot be written: the disk is full',
}

/** What the system refuses is no mistake of ours. */
function fileRefusal(error: unknown): CliError | undefined {
  const {code, path} = (error ?? {}) as NodeJS.ErrnoException
  const why = WHY_REFUSED[code ?? '']
  if (why === undefined || path === undefined) return undefined
  return new CliError(`${path} ${why}.`, {
    code: 'file_refused',
    exit: EXIT.refused,
    hints: ['run todo5 as the user who owns it, or set TODO5_HOME to another folder'],
    cause: error,
  })
}

/** With the text that was typed, a caret shows the place. */
export function recurrenceError(error: InvalidRecurrence, typed?: string): CliError {
  const message = /[.!?]$/u.test(error.message) ? error.message : `${error.message}.`
  const excerpt = typed === undefined ? [] : caretUnder(typed, error.position, error.length)
  return new CliError(message, {code: error.code, exit: EXIT.usage, hints: [error.hint], excerpt, cause: error})
}

const MOST_SHOWN = 160

function caretUnder(text: string, position: number, length: number): string[] {
  if (length === 0 && position === 0) return []
  const from = Math.max(0, position + Math.max(1, length) - MOST_SHOWN)
  const shown = text.slice(from, from + MOST_SHOWN).replaceAll(/[^\P{C}]/gu, ' ')
  const carets = '^'.repeat(Math.max(1, Math.min(length, MOST_SHOWN)))
  return [`  ${shown}`, `  ${' '.repeat(position - from)}${carets}`]
}

/** The shape of every error with --json; nothing else is printed then. */
export const errorJson = (error: CliError) => ({
  error: {
    code: error.code,
    message: error.message,
    hints: [...error.hints],
    ...(error.report === undefined ? {} : {report: error.report}),
  },
})
