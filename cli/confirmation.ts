import {CliError, usageError} from './errors.ts'
import {EXIT} from './exit-codes.ts'
import type {Ask} from './question.ts'

/** Asks before something is lost: the name of the target has to be typed, or given beforehand. */
export function confirmation(options: {
  /** Of the target. */
  name: string
  given: string | undefined
  ask: Ask | undefined
  /** Of other commands than `down --delete`. */
  words?: {
    /** A sentence, such as `This deletes all tasks, so it has to be confirmed.` */
    needed: string
    /** That is not asked. */
    command: string
    /** Such as `delete it`. */
    deed: string
    /** Such as `Nothing was deleted or stopped.` */
    refused: string
  }
}): (lines: readonly string[]) => Promise<void> {
  const {name, given, ask, words = wordsOfDown(name)} = options
  return async (lines) => {
    if (given === name) return
    if (given !== undefined)
      throw usageError(`--confirm ${given} does not name the target.`, 'wrong_name', `--confirm ${name}`)
    if (!ask) {
      throw usageError(words.needed, 'confirmation_needed', `${words.command} --confirm ${name}`)
    }
    const answer = await ask(
      lines.map((line) => `  ${line}`),
      `Type ${name} to ${words.deed}: `,
    )
    if (answer === name) return
    throw new CliError(words.refused, {code: 'not_confirmed', exit: EXIT.refused})
  }
}

const wordsOfDown = (name: string) => ({
  needed: 'This deletes all tasks, so it has to be confirmed.',
  command: `todo5 down${name === 'local' ? '' : ` ${name}`} --delete`,
  deed: 'delete it',
  refused: 'Nothing was deleted or stopped.',
})
