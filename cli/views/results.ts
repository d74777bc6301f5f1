import type {CliError} from '../errors.ts'
import {errorJson} from '../errors.ts'

/** One thing as itself; several as a list, each as for one or with its error. */
export type Results<T> = T | {readonly results: readonly (T | ReturnType<typeof errorJson>)[]}

type Outcome<T> = {readonly value: T} | {readonly error: CliError}

interface ResultOptions<T, O extends Outcome<T>> {
  /** One was asked for, so its error is the error of the command. */
  readonly single: boolean
  readonly print: (made: Extract<O, {readonly value: T}>) => void
  readonly fail: (error: CliError) => void
}

/** Prints what came of each, and gives it as --json prints it. The error of a single one is thrown. */
export function resultOf<T, O extends Outcome<T>>(
  outcomes: readonly O[],
  {single, print, fail}: ResultOptions<T, O>,
): Results<T> {
  const results: (T | ReturnType<typeof errorJson>)[] = []
  for (const outcome of outcomes) {
    if ('error' in outcome) {
      if (single) throw outcome.error
      fail(outcome.error)
      results.push(errorJson(outcome.error))
    } else {
      print(outcome as Extract<O, {readonly value: T}>)
      results.push(outcome.value)
    }
  }
  const [only] = results
  return single && only !== undefined ? (only as T) : {results}
}
