import {defaultReminders, offsetBefore} from '../../services/domain/reminders/reminder-times.ts'
import type {ReminderInput, TaskResponse} from '../../services/contracts/tasks.ts'
import type {TaskChanges} from '../client/task-writes.ts'
import {usageError} from '../errors.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'
import {parseDuration} from './parse-duration.ts'
import {parseDue, type ParsedDue} from '../../services/domain/dates/parse-due.ts'
import {readRule} from './rule-input.ts'

export const PRIORITIES = ['none', 'low', 'medium', 'high'] as const
export type PriorityName = (typeof PRIORITIES)[number]

/** What a person typed about a task, as typed. Undefined: not said. */
export interface TypedTask {
  readonly due?: string | undefined
  readonly repeat?: string | undefined
  readonly until?: string | undefined
  readonly count?: number | undefined
  readonly remind?: readonly string[] | undefined
  readonly nag?: string | undefined
  readonly channels?: ReminderInput['channels']
  readonly anchor?: 'due' | 'completion' | undefined
  readonly catchUp?: 'once' | 'each' | undefined
  readonly priority?: PriorityName | undefined
  readonly tags?: readonly string[] | undefined
  readonly description?: string | undefined
}

export interface InputContext {
  readonly zone: Zone
  readonly now: number
  /** The due date that the task has, for an edit. */
  readonly currentDue?: ParsedDue | undefined
  /** The reminders that it has: their times stay when only nagging or channels are said. */
  readonly current?: TaskResponse['reminders']
}

const isNone = (text: string): boolean => text.trim().toLowerCase() === 'none'

/** The fields of a request; only those that were said. */
export async function readTaskInput(typed: TypedTask, context: InputContext): Promise<TaskChanges> {
  const {zone, now, currentDue, current} = context
  const clearsDue = typed.due !== undefined && isNone(typed.due)
  const given = typed.due === undefined || clearsDue ? undefined : await parseDue(typed.due, {zone, now})
  const rule = typed.repeat === undefined || isNone(typed.repeat) ? undefined : typed.repeat
  if (rule === undefined && typed.count !== undefined) {
    throw usageError('--count needs a rule.', 'missing_rule', '--repeat "every mon" --count 10')
  }
  const read =
    rule === undefined
      ? undefined
      : readRule({
          text: rule,
          count: typed.count,
          due: given ?? (clearsDue ? undefined : currentDue),
          zone,
          now,
          fromCompletion: typed.anchor === 'completion',
        })
  const due = read?.due ?? given
  const until = typed.until === undefined ? undefined : await readUntil(typed.until, {zone, now})
  return {
    ...(due === undefined ? {} : {due_at: instantText(due.at), due_has_time: due.hasTime}),
    ...(clearsDue && !due ? {due_at: null} : {}),
    ...(read ? {recurring_pattern: read.pattern} : typed.repeat === undefined ? {} : {recurring_pattern: null}),
    ...(until === undefined ? {} : {recurring_end_date: until}),
    ...(typed.anchor === undefined ? {} : {anchor: typed.anchor}),
    ...(typed.catchUp === undefined ? {} : {catch_up: typed.catchUp}),
    ...(typed.priority === undefined ? {} : {priority: PRIORITIES.indexOf(typed.priority)}),
    ...(typed.tags === undefined ? {} : {tags: typed.tags.map((tag) => tag.replace(/^#/u, ''))}),
    ...(typed.description === undefined ? {} : {description: typed.description}),
    ...remindersOf(typed, due ?? currentDue, current),
  }
}

async function readUntil(text: string, context: {zone: Zone; now: number}): Promise<string | null> {
  return isNone(text) ? null : instantText((await parseDue(text, context)).at)
}

function remindersOf(
  typed: TypedTask,
  due: ParsedDue | undefined,
  current: TaskResponse['reminders'] = [],
): {reminders?: ReminderInput[]} {
  const nag = typed.nag === undefined ? undefined : parseDuration(typed.nag, '--nag')
  const words = typed.remind?.flatMap((word) => word.split(/[,\s]+/u)).filter((word) => word !== '')
  if (words === undefined && nag === undefined && typed.channels === undefined) return {}
  if (words?.some(isNone)) {
    if (words.length === 1 && nag === undefined && typed.channels === undefined) return {reminders: []}
    throw usageError('--remind none stands with other reminders.', 'conflicting_flags', 'keep one of them')
  }
  const times: ReminderInput[] = words
    ? words.map((word) => ({offset_seconds: offsetBefore(parseDuration(word, '--remind'), due?.hasTime ?? true)}))
    : current.some(isAhead)
      ? current.filter(isAhead).map(asInput)
      : defaultReminders(due?.hasTime ?? true).map(({offset_seconds}) => ({offset_seconds}))
  const reminders = times.map((reminder) => ({
    ...reminder,
    ...(nag === undefined ? {} : {nag_every_seconds: nag}),
    ...(typed.channels === undefined ? {} : {channels: [...new Set(typed.channels)]}),
  }))
  // The same time twice is meant when it goes out by two ways.
  const unique = new Map(reminders.map((one) => [`${one.offset_seconds} ${one.channels?.join() ?? ''}`, one]))
  return {reminders: [...unique.values()].sort((a, b) => b.offset_seconds - a.offset_seconds)}
}

type Reminder = TaskResponse['reminders'][number]

/** Before the due date, and not a snooze. */
const isAhead = (reminder: Reminder): reminder is Reminder & {offset_seconds: number} =>
  reminder.offset_seconds !== null

const asInput = ({
  offset_seconds,
  channels,
  nag_every_seconds,
}: Reminder & {offset_seconds: number}): ReminderInput => ({
  offset_seconds,
  ...(channels === null ? {} : {channels: channels as NonNullable<ReminderInput['channels']>}),
  ...(nag_every_seconds === null ? {} : {nag_every_seconds}),
})

/** As the HTTP API wants instants: whole seconds, UTC. */
export const instantText = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')
