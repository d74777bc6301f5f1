/** Which pager shows what is longer than the screen. */
import {commandWords} from '../command-words.ts'
import type {Environment} from '../environment-variables.ts'
import type {Settings} from '../settings/settings.ts'
import {Pager} from '../tools/pager.ts'
import {withoutSecrets} from './environment.ts'

/** TODO5_PAGER, what is set, PAGER, or less; undefined when one of them says that there shall be none. */
export function pagerOf(env: Environment, settings: Settings): Pager | undefined {
  const command = settings.get('pager') ?? env['PAGER'] ?? 'less -FRX'
  if (command === 'off' || command.trim() === '') return undefined
  const words = commandWords(command, 'The pager') as [string, ...string[]]
  return words[0] === 'cat' && words.length === 1 ? undefined : new Pager(words, withoutSecrets(env))
}
