import {z} from 'zod'
import {instantOutput} from './instant.ts'

export const listAuditQuery = z.strictObject({
  task_id: z.coerce.number().pipe(z.int().positive().max(Number.MAX_SAFE_INTEGER)).optional(),
  event_type: z
    .string()
    .regex(/^[a-z][a-z_.]{0,99}$/u, 'must be the type of an event such as task.completed')
    .optional(),
  limit: z.coerce.number().pipe(z.int().min(1).max(1000)).default(50),
  cursor: z.string().max(500).optional(),
})
export type ListAuditQuery = z.infer<typeof listAuditQuery>

export const auditEntryResponse = z.object({
  id: z.int(),
  event_id: z.string(),
  event_type: z.string(),
  task_id: z.int(),
  occurred_at: instantOutput,
  recorded_at: instantOutput,
  payload: z.record(z.string(), z.unknown()),
})
/** Newest first. */
export const auditListResponse = z.object({entries: z.array(auditEntryResponse), next_cursor: z.string().nullable()})
export type AuditListResponse = z.infer<typeof auditListResponse>
