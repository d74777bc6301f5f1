import {type InferEntity, defineEntity, p} from '@mikro-orm/core'
import type {SeriesTemplate} from '../../domain/tasks/series-template.ts'

const instant = () => p.datetime(6)

/** A recurring series: its rule, and the template that the next occurrence is made from. */
export const SeriesEntity = defineEntity({
  name: 'Series',
  tableName: 'series',
  schema: 'todo',
  properties: {
    id: p.bigint('number').primary().generated('identity'),
    user_id: p.uuid(),
    rule: p.string().length(500),
    start_at: instant(),
    end_at: instant().nullable(),
    anchor: p.string().length(10).$type<'due' | 'completion'>().default('due'),
    catch_up: p.string().length(10).$type<'once' | 'each'>().default('once'),
    template: p.json<SeriesTemplate>(),
    excluded_at: p.array().columnType('timestamptz[]').default([]),
    count_left: p.integer().nullable(),
    continued_by: p.bigint('number').nullable(),
    deleted_at: instant().nullable(),
    version: p.integer().default(1),
    created_at: instant().defaultRaw('clock_timestamp()'),
    updated_at: instant().defaultRaw('clock_timestamp()'),
  },
})
export type Series = InferEntity<typeof SeriesEntity>
