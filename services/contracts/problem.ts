import {z} from 'zod'

/** RFC 9457. `code` is stable; `errors` lists all faults of a request at once. */
export const problemResponse = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  hint: z.string().optional(),
  request_id: z.string().optional(),
  errors: z
    .array(z.object({field: z.string(), code: z.string(), message: z.string(), hint: z.string().optional()}))
    .optional(),
  /** After a failed If-Match or a conflict: the state as it is now. */
  current: z.unknown().optional(),
  /** Of an atomic batch: the operation that was refused, the first is 0. */
  index: z.int().optional(),
})
export type Problem = z.infer<typeof problemResponse>
