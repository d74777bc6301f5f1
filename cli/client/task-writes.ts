import type {BatchResult} from '../../services/contracts/batch.ts'
import type {Scope} from '../../services/contracts/scope.ts'
import type {SkipTaskResponse} from '../../services/contracts/skip-task.ts'
import type {
  CompleteTaskResponse,
  CreateTaskRequest,
  TaskResponse,
  UpdateTaskRequest,
} from '../../services/contracts/tasks.ts'
import type {HttpCall} from './http-call.ts'

/** A request as it travels: instants are texts. */
type Wire<T> = {[K in keyof T]: T[K] extends Date | null | undefined ? string | Extract<T[K], null | undefined> : T[K]}
export type NewTask = Wire<CreateTaskRequest>
export type TaskChanges = Wire<UpdateTaskRequest>

/** One change of one task, as an operation of a batch is written. */
export type TaskWrite =
  | {readonly op: 'complete'; readonly id: number; readonly end_series?: true}
  | {readonly op: 'reopen'; readonly id: number}
  | {readonly op: 'skip'; readonly id: number; readonly skip?: {readonly until: string}}
  | {readonly op: 'delete'; readonly id: number; readonly scope?: Scope}
  | {
      readonly op: 'update'
      readonly id: number
      readonly if_match: number
      readonly scope?: Scope
      readonly changes: TaskChanges
    }
  | {
      readonly op: 'snooze'
      readonly id: number
      readonly snooze: {readonly for_seconds: number} | {readonly until: string}
    }

/** What the API answers to such a change. */
export type Written<W extends TaskWrite> = W extends {op: 'complete'}
  ? CompleteTaskResponse
  : W extends {op: 'skip'}
    ? SkipTaskResponse
    : TaskResponse

/** How long a completion or a skip waits for the next occurrence. */
const WAIT = {prefer: 'wait=5'}

export const createRequest = (task: NewTask): HttpCall => ({method: 'POST', path: '/tasks', body: task})

/** A change by its own route. */
export function writeRequest(write: TaskWrite): HttpCall {
  const path = `/tasks/${write.id}`
  switch (write.op) {
    case 'complete':
      return {
        method: 'POST',
        path: `${path}/complete`,
        ...(write.end_series ? {body: {end_series: true}} : {}),
        headers: WAIT,
      }
    case 'reopen':
      return {method: 'POST', path: `${path}/reopen`}
    case 'skip':
      return {method: 'POST', path: `${path}/skip`, body: write.skip ?? {}, headers: WAIT}
    case 'snooze':
      return {method: 'POST', path: `${path}/snooze`, body: write.snooze}
    case 'delete':
      return {method: 'DELETE', path, query: {scope: write.scope}}
    case 'update':
      return {
        method: 'PATCH',
        path,
        query: {scope: write.scope},
        body: write.changes,
        headers: {'if-match': `"${write.if_match}"`},
      }
  }
}

/** Several changes in one request. */
export const batchRequest = (operations: readonly TaskWrite[], atomic: boolean): HttpCall => ({
  method: 'POST',
  path: '/tasks/batch',
  body: {atomic, operations},
  headers: WAIT,
})

/** A result of a batch as the route of that change alone would have answered. */
export function asWritten<W extends TaskWrite>({op}: W, {task, skipped, next, next_pending}: BatchResult): Written<W> {
  const written =
    op === 'complete' ? {completed: task, next, next_pending} : op === 'skip' ? {skipped, next, next_pending} : task
  return written as Written<W>
}
