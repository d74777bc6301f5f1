import type {Problem} from '../../services/contracts/problem.ts'
import {CliError} from '../errors.ts'
import {EXIT, type ExitCode} from '../exit-codes.ts'

const EXIT_OF_STATUS: ReadonlyMap<number, ExitCode> = new Map([
  [400, EXIT.usage],
  [404, EXIT.notFound],
  [413, EXIT.usage],
  [415, EXIT.bug],
  [422, EXIT.usage],
  [500, EXIT.bug],
  [502, EXIT.unreachable],
  [503, EXIT.unreachable],
  [504, EXIT.unreachable],
])

/** Values that are refused because of how the task is now: the same words would do for another task. */
const BY_STATE: ReadonlySet<string> = new Set(['rule_needs_scope', 'due_at_not_in_rule'])

/**
 * An answer that is no success, as our error. The body is problem+json, unless a proxy stands between. `whenRefused`: hints
 * when the key is not known there.
 */
export function problemError(
  status: number,
  body: unknown,
  {apiUrl, whenRefused = []}: {readonly apiUrl: string; readonly whenRefused?: readonly string[] | undefined},
): CliError {
  const exit = EXIT_OF_STATUS.get(status) ?? (status >= 500 ? EXIT.bug : EXIT.refused)
  const problem: Partial<Problem> = typeof body === 'object' && body !== null ? body : {}
  if (typeof problem.detail !== 'string' || typeof problem.code !== 'string') {
    return new CliError(`${apiUrl} answered with HTTP ${status}.`, {
      code: `http_${status}`,
      exit,
      hints: ['todo5 status'],
    })
  }
  const code = problem.errors?.find((fault) => BY_STATE.has(fault.code))?.code ?? problem.code
  const hints = [problem.hint, ...(problem.errors ?? []).map((fault) => fault.hint)]
  if (status === 401) hints.push(...whenRefused)
  return new CliError(problem.detail, {
    code,
    exit: BY_STATE.has(code) ? EXIT.refused : exit,
    hints: [...new Set(hints.filter((hint) => hint !== undefined))],
    cause: problem,
  })
}
