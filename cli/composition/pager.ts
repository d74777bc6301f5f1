/** Which pager shows what is longer than the screen. */
import {commandWords} from '../command-words.ts'
import type {Environment} from '../environment-variables.ts'
import type {Settings} from '../settings/settings.ts'
import {Pager} from '../tools/pager.ts'
import {withoutSecrets} from './environment.ts'

/** TODO5_PAGER, what is set, PAGER, or less; undefined when one of them says that there shall be none. */
export function pagerOf(env: Environment, settings: Settings): Pager | undefined {
  const chosen = settings.get('pager')
  const command = chosen ?? env['PAGER'] ?? 'less -FRX'
  if (command === 'off' || command.trim() === '') return undefined
  const words = commandWords(command, 'The pager') as [string, ...string[]]
  if (words[0] === 'cat' && words.length === 1) return undefined
  // PAGER is of all programs, and less is nobody's choice: without them it is as if there were no pager.
  return new Pager(words, {env: withoutSecrets(env), isChosen: chosen !== undefined})
}
