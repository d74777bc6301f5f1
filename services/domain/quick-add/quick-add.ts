import type {ParsedDue} from '../dates/read-date.ts'
import type {RecurrenceRule} from '../recurrence/rule.ts'

/** A part of the text: `start` inclusive, `end` exclusive, in UTF-16 units as JavaScript counts. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** Another reading of the text. */
export interface Choice {
  /** What to write in place of the span to say this. */
  readonly write: string
  /** What it says, for a person: `Fri 27 Nov`. */
  readonly means: string
}

/** Another reading of one of its parts. */
export interface Alternative extends Choice {
  /** What `write` takes the place of. */
  readonly span: Span
}

/** Something that was read. */
export interface Field<T> {
  readonly value: T
  /** Where it was said, in order; empty when it follows from another field. */
  readonly spans: readonly Span[]
  /** 1: can be read in no other way. Less: read by a documented rule, and `alternatives` are the others. */
  readonly confidence: number
  readonly alternatives: readonly Alternative[]
}

export interface Recurrence {
  /** The rule that is stored: canonical RRULE, UTC, with its COUNT. */
  readonly pattern: string
  /** The rule as it is meant on the clock of the zone. */
  readonly local: RecurrenceRule
  /** `every Monday at 09:00`, on the clock of the zone. */
  readonly words: string
  /** The three occurrences after the first, ms since the epoch. */
  readonly next: readonly number[]
  /** Whether the rule counts from the due date or from when it was done. */
  readonly anchor: 'due' | 'completion'
}

/** When a series ends: after `count` times, or at `until` (ms since the epoch). */
export type End =
  | {readonly kind: 'count'; readonly count: number}
  | {readonly kind: 'until'; readonly until: number; readonly hasTime: boolean}

/** A day on which the series is not wanted. */
export interface Exception {
  /** The last second of that day, ms since the epoch. */
  readonly day: number
  /** The occurrence that falls on it, ms since the epoch; null when none does, so that nothing is to be done. */
  readonly occurrence: number | null
}

export const CHANNELS = ['email', 'push', 'webhook'] as const
export type Channel = (typeof CHANNELS)[number]

export interface Reminder {
  readonly offsetSeconds: number
  readonly channels: readonly Channel[] | null
  readonly nagEverySeconds: number | null
}

export type QuestionCode =
  | 'ambiguous_date'
  | 'ambiguous_time'
  | 'ambiguous_rule'
  | 'ambiguous_priority'
  | 'several_dates'
  | 'impossible_date'
  | 'impossible_rule'
  | 'impossible_reminder'
  | 'missing_due'
  | 'missing_rule'
  | 'missing_title'
  | 'title_too_long'
  | 'too_many_tags'

/** What has to be answered before there is a task. */
export interface Question {
  readonly code: QuestionCode
  /** For a person: `Which 7?` */
  readonly text: string
  readonly span: Span
  /** Each in place of the span; none when only another text helps, which `hint` names. */
  readonly choices: readonly Choice[]
  readonly hint: string
}

/** Something that a person should know about how the text was read, and that needs no answer. */
export interface Remark {
  readonly text: string
  readonly span: Span
}

export interface QuickAdd {
  readonly text: string
  /** What stays, with tidy spaces; empty only when everything else was read as something. */
  readonly title: string
  readonly due: Field<ParsedDue> | null
  readonly recurrence: Field<Recurrence> | null
  readonly end: Field<End> | null
  readonly exceptions: readonly Field<Exception>[]
  /** Null: nothing was said, so that the usual ones come. Empty: none are wanted. */
  readonly reminders: Field<readonly Reminder[]> | null
  readonly tags: readonly Field<string>[]
  /** 0 none, 1 low, 2 medium, 3 high; null when nothing was said. */
  readonly priority: Field<number> | null
  /** In the order of the text. While there are any, the text is not a task yet. */
  readonly questions: readonly Question[]
  readonly remarks: readonly Remark[]
}
