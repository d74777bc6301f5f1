import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {Field, QuickAdd} from '../../services/domain/quick-add/quick-add.ts'
import {taskFields} from '../../services/domain/quick-add/task-fields.ts'
import {instantText} from '../operations/task-input.ts'
import type {Output} from '../output.ts'
import {futureTask} from './future-task.ts'
import {printDetails, taskDetails, type TimeView, titleOf} from './task-lines.ts'

interface ReadField<T> {
  readonly value: T
  readonly spans: readonly {readonly start: number; readonly end: number}[]
  readonly confidence: number
  readonly alternatives: readonly {
    readonly write: string
    readonly means: string
    readonly span: {readonly start: number; readonly end: number}
  }[]
}

/** How a sentence was read, as --json prints it: each field with where it was said and what else it could be. */
export interface ReadingJson {
  readonly text: string
  readonly title: string
  readonly due: ReadField<{readonly at: string; readonly has_time: boolean}> | null
  readonly recurrence: ReadField<{
    readonly rule: string
    readonly description: string
    readonly next: readonly string[]
    readonly anchor: 'due' | 'completion'
  }> | null
  readonly end: ReadField<{readonly count: number | null; readonly until: string | null}> | null
  readonly exceptions: readonly ReadField<{readonly day: string; readonly occurrence: string | null}>[]
  readonly reminders: ReadField<
    readonly {
      readonly offset_seconds: number
      readonly channels: readonly string[] | null
      readonly nag_every_seconds: number | null
    }[]
  > | null
  readonly tags: readonly ReadField<string>[]
  readonly priority: ReadField<number> | null
  readonly remarks: readonly {readonly text: string; readonly start: number; readonly end: number}[]
}

const withValue = <T, U>(field: Field<T>, value: (value: T) => U): ReadField<U> => ({
  value: value(field.value),
  spans: field.spans,
  confidence: field.confidence,
  alternatives: field.alternatives,
})
const orNull = <T, U>(field: Field<T> | null, value: (value: T) => U): ReadField<U> | null =>
  field && withValue(field, value)

export const readingJson = (parsed: QuickAdd): ReadingJson => ({
  text: parsed.text,
  title: parsed.title,
  due: orNull(parsed.due, ({at, hasTime}) => ({at: instantText(at), has_time: hasTime})),
  recurrence: orNull(parsed.recurrence, ({pattern, words, next, anchor}) => ({
    rule: pattern,
    description: words,
    next: next.map(instantText),
    anchor,
  })),
  end: orNull(parsed.end, (end) => ({
    count: end.kind === 'count' ? end.count : null,
    until: end.kind === 'until' ? instantText(end.until) : null,
  })),
  exceptions: parsed.exceptions.map((field) =>
    withValue(field, ({day, occurrence}) => ({
      day: instantText(day),
      occurrence: occurrence === null ? null : instantText(occurrence),
    })),
  ),
  reminders: orNull(parsed.reminders, (reminders) =>
    reminders.map(({offsetSeconds, channels, nagEverySeconds}) => ({
      offset_seconds: offsetSeconds,
      channels,
      nag_every_seconds: nagEverySeconds,
    })),
  ),
  tags: parsed.tags,
  priority: parsed.priority,
  remarks: parsed.remarks.map(({text, span}) => ({text, ...span})),
})

/** `Would add …`, and how it was read; where it could be something else, what to write for that. */
export function printReading(out: Output, parsed: QuickAdd, view: TimeView): TaskResponse {
  const task = futureTask(taskFields(parsed), view.now)
  out.data(`Would add  ${titleOf(task)}`)
  const others = [parsed.due, parsed.recurrence, parsed.reminders].flatMap((field) => field?.alternatives ?? [])
  const lines = others.map(({write, means}): [string, string] => ['else', `${means}: write ${write}`])
  printDetails(out, [...taskDetails(task, view, 3), ...lines])
  return task
}
