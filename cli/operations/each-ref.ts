import {type CliError, toCliError} from '../errors.ts'

export type Outcome<T> = {readonly ref: string; readonly value: T} | {readonly ref: string; readonly error: CliError}

/** Does one thing to each of several, in order; a failure of one does not hold the others. */
export async function eachRef<T>(refs: readonly string[], work: (ref: string) => Promise<T>): Promise<Outcome<T>[]> {
  const outcomes: Outcome<T>[] = []
  for (const ref of refs) {
    try {
      outcomes.push({ref, value: await work(ref)})
    } catch (error) {
      outcomes.push({ref, error: toCliError(error)})
    }
  }
  return outcomes
}
