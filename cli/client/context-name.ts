import {usageError} from '../errors.ts'
import {isTarget} from './running-targets.ts'

/** The name of a todo5 elsewhere; an error when it cannot be one, or is that of a target of this machine. */
export function remoteName(text: string): string {
  if (isTarget(text)) {
    throw usageError(
      `${text} is what runs on this machine.`,
      'invalid_context_name',
      'choose another name, such as work',
    )
  }
  if (/^[\w[][\w.:[\]-]{0,63}$/u.test(text)) return text
  throw usageError(
    `${JSON.stringify(text)} cannot be the name of a context.`,
    'invalid_context_name',
    'letters, digits, dots, colons, - and _, at most 64',
  )
}
