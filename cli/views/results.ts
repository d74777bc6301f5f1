import type {CliError} from '../errors.ts'
import {errorJson} from '../errors.ts'
import type {Outcome} from '../operations/each-ref.ts'

/** One thing as itself; several as a list, each as for one or with its error. */
export type Results<T> = T | {readonly results: readonly (T | ReturnType<typeof errorJson>)[]}

/** Prints what came of each, and gives it as --json prints it. The error of a single one is thrown. */
export function resultOf<T>(
  outcomes: readonly Outcome<T>[],
  {print, fail}: {print: (value: T) => void; fail: (error: CliError) => void},
): Results<T> {
  const [only] = outcomes
  if (outcomes.length === 1 && only && 'error' in only) throw only.error
  for (const outcome of outcomes) {
    if ('error' in outcome) fail(outcome.error)
    else print(outcome.value)
  }
  if (outcomes.length === 1 && only && 'value' in only) return only.value
  return {results: outcomes.map((outcome) => ('error' in outcome ? errorJson(outcome.error) : outcome.value))}
}
