import type {Task} from '../database/entities/task.ts'
import type {RowImage} from '../database/statements/undo-log.ts'
import type {Change} from './change.ts'
import {imageOf} from './row-image.ts'

/** Values that may stand in an event. */
const VALUES = [
  'priority',
  'tags',
  'due_at',
  'due_has_time',
  'deleted_at',
  'recurring_pattern',
  'recurring_end_date',
  'series_id',
] as const satisfies readonly (keyof Task)[]
/** Texts stay in the database. */
const TEXTS = ['title', 'description'] as const satisfies readonly (keyof Task)[]

/** Of the fields that changed those that a client sees. */
export const visible = (before: RowImage): string[] => [...TEXTS, ...VALUES].filter((field) => field in before)

/** task.updated: which fields changed, `before` and after; `also` names what is no field of the row. */
export function addUpdated(change: Change, task: Task, before: RowImage, also: readonly string[] = []): void {
  const values = VALUES.filter((field) => field in before)
  change.add('task.updated', task, {
    task_version: task.version,
    changed: [...also, ...visible(before)],
    before: Object.fromEntries(values.map((field) => [field, before[field]])),
    after: imageOf(task, values),
  })
}
