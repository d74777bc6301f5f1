import {z} from 'zod'
import {problemResponse} from './problem.ts'
import {SCOPES} from './scope.ts'
import {skipTaskRequest} from './skip-task.ts'
import {snoozeTaskRequest} from './snooze-task.ts'
import {completeTaskRequest, createTaskRequest, taskResponse, updateTaskRequest} from './tasks.ts'

const id = z.int().positive().max(Number.MAX_SAFE_INTEGER)
const of = {id, if_match: z.int().positive().optional()}
const scope = z.enum(SCOPES).optional()

export const batchOperation = z.discriminatedUnion('op', [
  z.strictObject({op: z.literal('create'), task: createTaskRequest}),
  z.strictObject({op: z.literal('complete'), ...of, ...completeTaskRequest.shape}),
  z.strictObject({op: z.literal('reopen'), ...of}),
  z.strictObject({op: z.literal('skip'), ...of, skip: skipTaskRequest.optional()}),
  z.strictObject({op: z.literal('update'), ...of, scope, changes: updateTaskRequest}),
  z.strictObject({op: z.literal('delete'), ...of, scope}),
  z.strictObject({op: z.literal('snooze'), ...of, snooze: snoozeTaskRequest}),
])
export type BatchOperation = z.infer<typeof batchOperation>

export const MAX_BATCH = 100

/** Several changes in one request. `atomic`: all or none; otherwise each is made or refused by itself. */
export const batchRequest = z.strictObject({
  atomic: z.boolean().default(false),
  operations: z.array(batchOperation).min(1).max(MAX_BATCH, `must be at most ${MAX_BATCH} operations`),
})
export type BatchRequest = z.infer<typeof batchRequest>

export const batchResult = z.object({
  op: z.string(),
  id: z.int().nullable(),
  /** As the single request would have answered. */
  status: z.int(),
  task: taskResponse.nullable(),
  /** Of a skip all that were skipped, oldest first; empty for everything else. */
  skipped: z.array(taskResponse),
  /** Of a completion or skip: what is open now. */
  next: taskResponse.nullable(),
  next_pending: z.boolean(),
  error: problemResponse.nullable(),
  /** Made before, with the same Idempotency-Key: what was answered then. */
  replayed: z.boolean(),
})
export type BatchResult = z.infer<typeof batchResult>

/** One result per operation, in their order. Undo takes them all back together. */
export const batchResponse = z.object({results: z.array(batchResult)})
export type BatchResponse = z.infer<typeof batchResponse>
