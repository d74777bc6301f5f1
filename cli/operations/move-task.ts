import {DATE_ONLY_OFFSET_SECONDS} from '../../services/domain/reminders/reminder-times.ts'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {TaskWrite} from '../client/task-writes.ts'
import {usageError} from '../errors.ts'
import {readDuration} from '../../services/domain/dates/duration.ts'
import {atTimeOfDay, dueOrNone} from '../../services/domain/dates/at-time-of-day.ts'
import {type DueContext, parseDue, type ParsedDue} from '../../services/domain/dates/parse-due.ts'
import {parseDuration} from './parse-duration.ts'
import {type Update, updateOf} from './edit-task.ts'
import {instantText} from './task-input.ts'

interface Moved {
  readonly refs: readonly string[]
  readonly when: string
}

/** `REF… WHEN`: the last word is the date. A date in several words has to be quoted; one that is not is pointed at. */
export async function splitWhen(
  words: readonly string[],
  {verb, name}: {verb: string; name: string},
  context: DueContext,
): Promise<Moved> {
  const when = words.at(-1)!
  const refs = words.slice(0, -1)
  if (refs.length === 0) {
    const usage = `todo5 task ${verb} REF... ${name}`
    throw usageError(`${name} is missing: ${usage}`, 'missing_argument', `todo5 task ${verb} --help`)
  }
  const before = refs.at(-1)!
  if (refs.length > 1 && !/^\d+$/u.test(before) && (await isDate(`${before} ${when}`, context))) {
    throw usageError(
      `"${before} ${when}" looks like one date in two words.`,
      'unquoted_date',
      `todo5 task ${verb} ${refs.slice(0, -1).join(' ')} "${before} ${when}"`,
    )
  }
  return {refs, when}
}

const isDate = async (text: string, context: DueContext): Promise<boolean> =>
  (await dueOrNone(text, context)) !== undefined

/** Moves the due date of one occurrence. A day without a time leaves the time of day as it is, while that is ahead. */
export async function planReschedule(
  task: TaskResponse,
  {when, day}: {when: string; day: ParsedDue},
  context: DueContext,
): Promise<Update> {
  const keepsTime = !day.hasTime && task.due_has_time && task.due_at !== null
  const timed = keepsTime ? await atTimeOfDay(when, day, {time: Date.parse(task.due_at!), context}) : undefined
  const {at, hasTime} = timed !== undefined && timed > context.now ? {at: timed, hasTime: true} : day
  return updateOf(task, {due_at: instantText(at), due_has_time: hasTime}, 'this')
}

export type Snooze = Extract<TaskWrite, {op: 'snooze'}>

/** `10m` and `2 h` from now; `tomorrow 9:00`; of a day the morning, when reminders of whole days come. */
export async function readSnooze(text: string, context: DueContext): Promise<Snooze['snooze']> {
  if (/^\s*\d+\s*[a-z]/iu.test(text) && isDuration(text)) return {for_seconds: parseDuration(text, 'FOR')}
  const due = await parseDue(text, context)
  const morning = due.at - DATE_ONLY_OFFSET_SECONDS * 1000
  const at = due.hasTime ? due.at : await atTimeOfDay(text, due, {time: morning, context})
  if (at > context.now) return {until: instantText(at)}
  throw usageError(
    `"${text}" is past: a reminder cannot come then.`,
    'snooze_in_past',
    'examples: 10m, 2h, tomorrow, "friday 9:00"',
  )
}

const isDuration = (text: string): boolean => (readDuration(text) ?? 0) > 0
