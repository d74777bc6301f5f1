import type {Channel, Choice, Question, QuickAdd} from './quick-add.ts'

/** The fields of a new task, as the HTTP API has them; only those that were said. */
export interface TaskFields {
  readonly title: string
  readonly due_at?: string
  readonly due_has_time?: boolean
  readonly recurring_pattern?: string
  readonly recurring_end_date?: string
  readonly anchor?: 'completion'
  readonly priority?: number
  readonly tags?: string[]
  readonly reminders?: {offset_seconds: number; channels?: Channel[]; nag_every_seconds?: number}[]
}

const instant = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z')

/** What to send for a sentence that left no question open. */
export function taskFields({title, due, recurrence, end, reminders, tags, priority}: QuickAdd): TaskFields {
  return {
    title,
    ...(due ? {due_at: instant(due.value.at), due_has_time: due.value.hasTime} : {}),
    ...(recurrence ? {recurring_pattern: recurrence.value.pattern} : {}),
    ...(end?.value.kind === 'until' ? {recurring_end_date: instant(end.value.until)} : {}),
    ...(recurrence?.value.anchor === 'completion' ? {anchor: 'completion'} : {}),
    ...(priority ? {priority: priority.value} : {}),
    ...(tags.length > 0 ? {tags: tags.map(({value}) => value)} : {}),
    ...(reminders
      ? {
          reminders: reminders.value.map(({offsetSeconds, channels, nagEverySeconds}) => ({
            offset_seconds: offsetSeconds,
            ...(channels ? {channels: [...channels]} : {}),
            ...(nagEverySeconds === null ? {} : {nag_every_seconds: nagEverySeconds}),
          })),
        }
      : {}),
  }
}

/** The text with the answer to a question in it, to be read again. */
export function withChoice(text: string, {span}: Pick<Question, 'span'>, {write}: Pick<Choice, 'write'>): string {
  const after = text.slice(span.end)
  return `${text.slice(0, span.start)}${write}${write === '' ? after.replace(/^ /u, '') : after}`
}
