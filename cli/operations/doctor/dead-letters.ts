import type {Letter} from '../dead-letters/letter.ts'
import {summarizeLetters} from '../dead-letters/summarize-letters.ts'
import {count, ok, type Verdict, warning} from './check.ts'
import {HOST_COMMANDS, type NextCommands} from './next-commands.ts'

/** Events that nobody could handle, and of which nobody has decided what becomes of them. */
export function checkDeadLetters(open: readonly Letter[], {stream}: NextCommands = HOST_COMMANDS): Verdict {
  if (open.length === 0) return ok('none open')
  return warning(`${count(open.length, 'event')} could not be handled`, {
    details: summarizeLetters(open).map(
      ({count: alike, topic, code, consumer}) =>
        `${topic}: ${alike} ${code}${consumer === null ? '' : ` (${consumer})`}`,
    ),
    next: [
      `${stream('dlq list --summary')}        why`,
      `${stream('dlq replay --dry-run')}        when the reason is gone`,
      stream('dlq drop ID…'),
    ],
  })
}
