/** One reminder of a template: so long before the due date, in seconds. */
export interface ReminderTemplate {
  readonly offset_seconds: number
  readonly channels: readonly string[] | null
  readonly nag_every_seconds: number | null
}

/** What each new occurrence of a series is made from; its due date is the occurrence itself. */
export interface SeriesTemplate {
  readonly title: string
  readonly description: string
  readonly priority: number
  readonly tags: readonly string[]
  readonly due_has_time: boolean
  readonly reminders: readonly ReminderTemplate[]
}
