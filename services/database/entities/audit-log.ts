import {defineEntity, p} from '@mikro-orm/core'

/** One event as the Audit Service recorded it; rows are only ever added. */
export const AuditLogEntity = defineEntity({
  name: 'AuditLog',
  tableName: 'audit_logs',
  schema: 'todo',
  properties: {
    id: p.bigint('number').primary().generated('identity'),
    event_id: p.uuid(),
    event_type: p.string().length(100),
    user_id: p.uuid(),
    task_id: p.bigint('number'),
    occurred_at: p.datetime(6),
    payload: p.json<Record<string, unknown>>(),
    recorded_at: p.datetime(6).defaultRaw('clock_timestamp()'),
  },
})
