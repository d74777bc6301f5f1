import {CliError, usageError} from './errors.ts'
import {EXIT} from './exit-codes.ts'
import type {Ask} from './question.ts'

export interface ConfirmedChange {
  /** --yes */
  readonly yes: boolean
  /** Undefined: nobody is there who could answer. */
  readonly ask: Ask | undefined
  /** What will be done, as a sentence. */
  readonly what: string
  /** Such as `Set it back?` */
  readonly question: string
}

/** Asks before something is changed that cannot be taken back by a command. Throws when it is not confirmed. */
export async function confirmChange({yes, ask, what, question}: ConfirmedChange): Promise<void> {
  if (yes) return
  if (!ask) {
    throw usageError(
      `${what} This has to be confirmed.`,
      'confirmation_needed',
      '--yes        confirms it',
      '--dry-run    shows what would be done',
    )
  }
  const answer = await ask([what], `${question} [y/N] `)
  if (/^y(es)?$/iu.test(answer ?? '')) return
  throw new CliError('Nothing was changed.', {code: 'not_confirmed', exit: EXIT.refused})
}
