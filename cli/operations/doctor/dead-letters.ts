import type {Letter} from '../dead-letters/letter.ts'
import {summarizeLetters} from '../dead-letters/summarize-letters.ts'
import {count, ok, type Verdict, warning} from './check.ts'

/** Events that nobody could handle, and of which nobody has decided what becomes of them. */
export function checkDeadLetters(open: readonly Letter[]): Verdict {
  if (open.length === 0) return ok('none open')
  return warning(`${count(open.length, 'event')} could not be handled`, {
    details: summarizeLetters(open).map(
      ({count: alike, topic, code, consumer}) =>
        `${topic}: ${alike} ${code}${consumer === null ? '' : ` (${consumer})`}`,
    ),
    next: [
      'todo5 dlq list --summary        why',
      'todo5 dlq replay --dry-run        when the reason is gone',
      'todo5 dlq drop ID…',
    ],
  })
}
