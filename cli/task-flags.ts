import * as Flags from '@oclif/core/flags'
import type {ReminderInput} from '../services/contracts/tasks.ts'
import {type TypedTask, PRIORITIES, type PriorityName} from './operations/task-input.ts'

type Channel = NonNullable<ReminderInput['channels']>[number]

/** By which ways reminders of this task go out. */
export const channelFlag = {
  channel: Flags.option({
    options: ['email', 'push', 'webhook'] as const satisfies readonly Channel[],
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    helpValue: 'NAME',
    description: 'By which way to remind: email, push, webhook (default: those of your account).',
  })(),
}

/** What can be said about a task, in `task add` and `task edit`. */
export const taskFlags = {
  due: Flags.string({
    char: 'd',
    helpValue: 'WHEN',
    description: '"tomorrow 9am", friday, "1 dec 17:30", 2026-12-01T09:00Z, 3d.',
  }),
  repeat: Flags.string({
    char: 'r',
    helpValue: 'RULE',
    aliases: ['rrule'],
    description:
      '"every mon and thu at 9", weekdays, "monthly on the last friday", or an RRULE (also --rrule); in local time.',
  }),
  until: Flags.string({helpValue: 'WHEN', description: 'The last day of the series.', exclusive: ['count']}),
  count: Flags.integer({helpValue: 'N', min: 1, max: 100_000, description: 'How many times in all.'}),
  anchor: Flags.option({
    options: ['due', 'completion'] as const,
    helpValue: 'due|completion',
    description: 'Count the rule from the due date, or from when it was done.',
  })(),
  'catch-up': Flags.option({
    options: ['once', 'each'] as const,
    helpValue: 'once|each',
    description: 'When late: go on with the next one ahead, or with each that was missed.',
  })(),
  remind: Flags.string({
    multiple: true,
    helpValue: 'BEFORE',
    description:
      'How long before the due date: 1h 1d 10m; none for no reminder. Default: 1 h before, 09:00 for a whole day.',
  }),
  nag: Flags.string({helpValue: 'EVERY', description: 'Repeat the reminder until it is done: 15m.'}),
  ...channelFlag,
  priority: Flags.option({
    char: 'p',
    options: PRIORITIES,
    description: 'none, low, medium or high.',
    helpValue: 'LEVEL',
  })(),
  tag: Flags.string({
    char: 't',
    multiple: true,
    multipleNonGreedy: true,
    delimiter: ',',
    helpValue: 'TAG',
    description: 'A tag; several: --tag home --tag garden, or home,garden.',
  }),
  description: Flags.string({helpValue: 'TEXT', description: 'More about it.'}),
}

interface ParsedTaskFlags {
  readonly due?: string | undefined
  readonly repeat?: string | undefined
  readonly until?: string | undefined
  readonly count?: number | undefined
  readonly anchor?: 'due' | 'completion' | undefined
  readonly 'catch-up'?: 'once' | 'each' | undefined
  readonly remind?: string[] | undefined
  readonly nag?: string | undefined
  readonly channel?: Channel[] | undefined
  readonly priority?: PriorityName | undefined
  readonly tag?: string[] | undefined
  readonly description?: string | undefined
}

export const typedTask = (flags: ParsedTaskFlags): TypedTask => ({
  due: flags.due,
  repeat: flags.repeat,
  until: flags.until,
  count: flags.count,
  remind: flags.remind,
  nag: flags.nag,
  channels: flags.channel,
  anchor: flags.anchor,
  catchUp: flags['catch-up'],
  priority: flags.priority,
  tags: flags.tag,
  description: flags.description,
})
