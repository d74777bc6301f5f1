import type {Series} from '../database/entities/series.ts'
import type {Task} from '../database/entities/task.ts'
import type {RowImage} from '../database/statements/undo-log.ts'

/** What a user changes of a task. The rest follows from it (next_occurrence, reminder_at) or only rises (version). */
export const TASK_FIELDS = [
  'title',
  'description',
  'priority',
  'tags',
  'due_at',
  'due_has_time',
  'completed_at',
  'skipped_at',
  'deleted_at',
  'touched',
  'series_id',
  'occurrence_at',
  'recurring_pattern',
  'recurring_end_date',
] as const satisfies readonly (keyof Task)[]

/** What changes of a series that exists; a new rule or time is a new series. count_left is kept by whoever makes or takes occurrences. */
export const SERIES_FIELDS = [
  'template',
  'excluded_at',
  'continued_by',
  'deleted_at',
] as const satisfies readonly (keyof Series)[]

const INSTANTS: ReadonlySet<string> = new Set([
  'due_at',
  'completed_at',
  'skipped_at',
  'deleted_at',
  'occurrence_at',
  'recurring_end_date',
])

const plain = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : (value ?? null))

/** The fields of a row as JSON can say them. */
export const imageOf = <T extends object>(row: T, fields: readonly (keyof T & string)[]): RowImage =>
  Object.fromEntries(fields.map((field) => [field, plain(row[field])]))

/** Of an earlier image the fields that are different now. */
export function changedSince(before: RowImage, row: Task | Series): RowImage {
  const now: Readonly<Record<string, unknown>> = {...row}
  return Object.fromEntries(
    Object.entries(before).filter(([field, value]) => JSON.stringify(value) !== JSON.stringify(plain(now[field]))),
  )
}

/** Puts the fields of an image back. */
export function putBack(row: Task | Series, image: RowImage): void {
  const values = Object.entries(image).map(([field, value]) => [
    field,
    INSTANTS.has(field) && typeof value === 'string' ? new Date(value) : value,
  ])
  Object.assign(row, Object.fromEntries(values))
}
