import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {TaskWrite} from '../client/task-writes.ts'
import {CliError} from '../errors.ts'

interface Attempt {
  readonly task: TaskResponse
  readonly write: TaskWrite
}

/** What can be typed next where the server says what it refuses. Undefined: the server's own hint is enough. */
function adviceFor(code: string, {task: {id, series_id}, write}: Attempt): string[] | undefined {
  switch (code) {
    case 'task_changed':
      return [`todo5 task show ${id}        as it is now; then ${write.op === 'update' ? 'change it' : 'do it'} again`]
    case 'rule_needs_scope':
      return [
        'a rule is of the series, not of one occurrence:',
        '--scope following        from this one on; what is done stays',
        `todo5 task reschedule ${id} WHEN        moves this one only`,
      ]
    case 'due_at_not_in_rule':
      return [
        `todo5 task reschedule ${id} WHEN        moves this one only`,
        `todo5 task edit ${id} --due WHEN --repeat RULE        the series gets both`,
      ]
    case 'task_closed': {
      const open = '--scope following        changes the open one of its series'
      return [...(series_id === null ? [] : [open]), `todo5 task reopen ${id}`]
    }
    case 'nothing_to_skip':
      return [`todo5 task show ${id}        when it comes`]
    case 'series_ended':
      return [`todo5 task show ${id}        the series as it was`]
    default:
      return undefined
  }
}

/** Refusals that a person gets past by taking other changes back first. */
const UNDO_FIRST: ReadonlySet<string> = new Set(['successor_touched', 'changed_since'])

/** The error with what to type next. */
export function withAdvice(error: CliError, attempt: Attempt): CliError {
  const own = adviceFor(error.code, attempt)
  if (own === undefined && !UNDO_FIRST.has(error.code)) return error
  const hints = own ?? [...error.hints, UNDO_LIST]
  return new CliError(error.message, {code: error.code, exit: error.exit, hints, cause: error.cause})
}

export const UNDO_LIST = 'todo5 undo --list        what can be taken back, newest first'
