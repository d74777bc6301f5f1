import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {Scope} from '../../services/contracts/scope.ts'
import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'
import {type Update, updateOf} from './edit-task.ts'
import {parseDuration} from './parse-duration.ts'
import {readTaskInput, type TypedTask} from './task-input.ts'

export interface TypedReminders {
  readonly refs: readonly string[]
  /** `1h 1d` as typed. */
  readonly offsets: readonly string[]
}

/** `REF… OFFSET…`: the durations at the end are offsets. An id has no unit and an offset has one, `0` being none. */
export function splitOffsets(words: readonly string[]): TypedReminders {
  const last = words.findLastIndex((word) => !isOffset(word))
  return {refs: words.slice(0, last + 1), offsets: words.slice(last + 1)}
}

function isOffset(word: string): boolean {
  try {
    parseDuration(word, 'OFFSET')
    return true
  } catch (error) {
    if (error instanceof CliError) return false
    throw error
  }
}

export interface RemindRequest extends TypedReminders {
  readonly none: boolean
  readonly nag: string | undefined
  readonly channels: TypedTask['channels']
  readonly scope: Scope | undefined
  readonly zone: Zone
  readonly now: number
}

export function refuseUnclearReminders({
  refs,
  offsets,
  none,
  nag,
  channels,
}: Omit<RemindRequest, 'zone' | 'now'>): void {
  const help = 'todo5 task remind --help'
  if (refs.length === 0)
    throw usageError('REF is missing: todo5 task remind REF... OFFSET...', 'missing_argument', help)
  const more = nag !== undefined || channels !== undefined
  if (none && (offsets.length > 0 || more))
    throw usageError('--none stands with other reminders.', 'conflicting_flags', 'keep one of them')
  if (!none && offsets.length === 0 && !more) {
    throw usageError(
      'OFFSET is missing: how long before the due date?',
      'missing_argument',
      `todo5 task remind ${refs.join(' ')} 1h 1d`,
      `todo5 task remind ${refs.join(' ')} --none`,
    )
  }
}

/** Other reminders, nothing else. With --nag or --channel alone the times stay. */
export async function planReminders(task: TaskResponse, request: RemindRequest): Promise<Update> {
  const {offsets, none, nag, channels, scope, zone, now} = request
  if (task.due_at === null && !none) {
    throw new CliError(`${task.id} ${task.title} has no due date to be reminded before.`, {
      code: 'no_due_date',
      exit: EXIT.refused,
      hints: [
        `todo5 task edit ${task.id} --due "tomorrow 9am" --remind ${offsets.join(' ') || '1h'}`,
        `todo5 task snooze ${task.id} 2h        reminds in two hours`,
      ],
    })
  }
  const currentDue = task.due_at === null ? undefined : {at: Date.parse(task.due_at), hasTime: task.due_has_time}
  const remind = none ? ['none'] : offsets.length === 0 ? undefined : offsets
  const {reminders = []} = await readTaskInput(
    {remind, nag, channels},
    {zone, now, currentDue, current: task.reminders},
  )
  return updateOf(task, {reminders}, scope)
}
