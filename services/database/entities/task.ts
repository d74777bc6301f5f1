import {type InferEntity, defineEntity, p} from '@mikro-orm/core'

const instant = () => p.datetime(6)

/** A task, or one occurrence of a series. Ids are bigint in the database and numbers here (at most 2^53−1). */
export const TaskEntity = defineEntity({
  name: 'Task',
  tableName: 'tasks',
  schema: 'todo',
  properties: {
    id: p.bigint('number').primary().generated('identity'),
    user_id: p.uuid(),
    title: p.string().length(500),
    description: p.string().length(10_000).default(''),
    priority: p.smallint().default(0),
    tags: p.array().columnType('varchar(50)[]').default([]),
    due_at: instant().nullable(),
    due_has_time: p.boolean().default(true),
    completed_at: instant().nullable(),
    skipped_at: instant().nullable(),
    deleted_at: instant().nullable(),
    retracted_at: instant().nullable(),
    version: p.integer().default(1),
    /** Changed by its user since it appeared: completing its predecessor is not taken back any more. */
    touched: p.boolean().default(false),
    series_id: p.bigint('number').nullable(),
    predecessor_id: p.bigint('number').nullable(),
    occurrence_at: instant().nullable(),
    created_at: instant().defaultRaw('clock_timestamp()'),
    updated_at: instant().defaultRaw('clock_timestamp()'),
    recurring_pattern: p.string().length(500).nullable(),
    recurring_end_date: instant().nullable(),
    next_occurrence: instant().nullable(),
    reminder_at: instant().nullable(),
    reminder_sent: p.boolean().nullable().default(false),
  },
})
export type Task = InferEntity<typeof TaskEntity>
