import {CliError, usageError} from './errors.ts'
import {EXIT} from './exit-codes.ts'
import type {Ask} from './question.ts'

/** Asks before something is lost: the name of the target has to be typed, or given beforehand. */
export function confirmation(options: {
  /** Of the target. */
  name: string
  given: string | undefined
  ask: Ask | undefined
}): (lines: readonly string[]) => Promise<void> {
  const {name, given, ask} = options
  return async (lines) => {
    if (given === name) return
    if (given !== undefined)
      throw usageError(`--confirm ${given} does not name the target.`, 'wrong_name', `--confirm ${name}`)
    if (!ask) {
      throw usageError(
        'This deletes all tasks, so it has to be confirmed.',
        'confirmation_needed',
        `todo5 down${name === 'local' ? '' : ` ${name}`} --delete --confirm ${name}`,
      )
    }
    const answer = await ask(
      lines.map((line) => `  ${line}`),
      `Type ${name} to delete it: `,
    )
    if (answer === name) return
    throw new CliError('Nothing was deleted or stopped.', {code: 'not_confirmed', exit: EXIT.refused})
  }
}
