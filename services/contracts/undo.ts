import {z} from 'zod'
import {instantOutput} from './instant.ts'
import {taskResponse} from './tasks.ts'

export const UNDOABLE_HOURS = 24

/** What the user did; several tasks in one request are one change. */
export const CHANGES = ['create', 'complete', 'reopen', 'skip', 'update', 'delete', 'snooze', 'batch'] as const
export type ChangeName = (typeof CHANGES)[number]

export const changeResponse = z.object({
  id: z.int(),
  change: z.enum(CHANGES),
  task_ids: z.array(z.int()),
  /** The title of the first of them. */
  title: z.string(),
  made_at: instantOutput,
})
export type ChangeResponse = z.infer<typeof changeResponse>

/** Only changes of this task, alone or with others. */
export const undoListQuery = z.strictObject({
  task_id: z.coerce.number().pipe(z.int().positive().max(Number.MAX_SAFE_INTEGER)).optional(),
})

/** The user's changes of the last 24 hours that are not undone, newest first; at most 50. */
export const undoListResponse = z.object({changes: z.array(changeResponse)})
export type UndoListResponse = z.infer<typeof undoListResponse>

/** Without `id` the last change. */
export const undoRequest = z.strictObject({id: z.int().positive().max(Number.MAX_SAFE_INTEGER).optional()})

export const undoResponse = z.object({
  undone: changeResponse,
  /** The tasks as they are again; those that the change had made are gone. */
  tasks: z.array(taskResponse),
  /** Tasks that the undo took away: what the change had made, and untouched occurrences that had followed. */
  removed_task_ids: z.array(z.int()),
})
export type UndoResponse = z.infer<typeof undoResponse>
