import {z} from 'zod'
import {instantOutput} from '../../services/contracts/instant.ts'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {besides, either, followed, listed, one, type Printed, steps, watched} from './printed.ts'

const topic = z.object({
  name: z.string(),
  partitions: z.int(),
  replication: z.int(),
  /** Null when events are kept for ever. */
  retention_seconds: z.number().nullable(),
})
const topicDetails = topic.extend({
  config: z.record(z.string(), z.string()),
  partition_states: z.array(
    z.object({
      partition: z.int(),
      leader: z.int().nullable(),
      replicas: z.array(z.int()),
      in_sync: z.array(z.int()),
      first_offset: z.int(),
      next_offset: z.int(),
    }),
  ),
})
const topicChange = z.object({
  topic: z.string(),
  change: z.enum(['create', 'partitions', 'config', 'replication']),
  setting: z.string().nullable(),
  from: z.string().nullable(),
  to: z.string(),
  /** Why it is done only with --confirm, or not at all. */
  confirm: z.string().nullable(),
  refused: z.string().nullable(),
})

const place = {topic: z.string(), partition: z.int()}

const event = z.object({
  ...place,
  offset: z.int(),
  at: instantOutput,
  key: z.string().nullable(),
  source: z.string().nullable(),
  traceparent: z.string().nullable(),
  /** As it was published; null when it is none, and then the text is what lies there. */
  event: z.record(z.string(), z.unknown()).nullable(),
  text: z.string().nullable(),
})

const outboxStatus = z.object({
  waiting: z.int(),
  oldest_seconds: z.number().nullable(),
  topics: z.array(z.object({topic: z.string(), waiting: z.int(), oldest_seconds: z.number()})),
  relay: z.object({
    holder: z.string().nullable(),
    leads: z.boolean(),
    until: instantOutput.nullable(),
    by_hand: z.boolean(),
    refused: z.array(z.object({topic: z.string(), since: instantOutput, reason: z.string()})),
  }),
})

const consumerSummary = z.object({
  group: z.string(),
  topic: z.string(),
  state: z.string(),
  members: z.int(),
  lag: z.int(),
  lag_seconds: z.number().nullable(),
})
const consumer = z.object({
  group: z.string(),
  state: z.string(),
  members: z.array(z.object({member_id: z.string(), client_id: z.string(), host: z.string()})),
  partitions: z.array(
    z.object({
      ...place,
      first_offset: z.int(),
      next_offset: z.int(),
      committed_offset: z.int().nullable(),
      lag: z.int(),
      lag_seconds: z.number().nullable(),
      member_id: z.string().nullable(),
    }),
  ),
})
const consumerReset = z.object({
  group: z.string(),
  members: z.int(),
  partitions: z.array(z.object({...place, from: z.int(), to: z.int()})),
  events_again: z.int(),
  events_skipped: z.int(),
  /** Null: what is noted as handled stays. */
  inbox_rows: z.int().nullable(),
  dry_run: z.boolean(),
})

const reasonLeftOut = z.enum(['already_handled', 'no_event', 'not_ours', 'fails_again', 'replayed_too_often'])
const letter = z.object({
  id: z.string(),
  ...place,
  offset: z.int(),
  at: instantOutput,
  consumer: z.string().nullable(),
  code: z.string(),
  reason: z.string(),
  event_id: z.string().nullable(),
  event_type: z.string().nullable(),
  user_id: z.string().nullable(),
  task_id: z.int().nullable(),
  replay_count: z.int(),
  state: z.enum(['open', 'replayed', 'dropped']),
  handled_at: instantOutput.nullable(),
  handled_by: z.string().nullable(),
})
const letterGroup = z.object({
  count: z.int(),
  topic: z.string(),
  event_type: z.string().nullable(),
  code: z.string(),
  consumer: z.string().nullable(),
  oldest_at: instantOutput,
  newest_at: instantOutput,
  reason: z.string(),
  /** Why a replay leaves them out; null when it does not. */
  left_out: reasonLeftOut.nullable(),
})
const leftOut = z.array(z.object({id: z.string(), code: reasonLeftOut, reason: z.string()}))
const settled = besides(
  one(z.object({action: z.enum(['replayed', 'dropped']), dead_letters: z.array(z.string()), left_out: leftOut})),
  steps.words.extend({groups: z.array(letterGroup), left_out: leftOut}),
)

const resource = z.object({path: z.string(), text: z.string()})
const target = z.string()
const daprApplied = one(
  z.object({
    target,
    from: z.int().nullable(),
    version: z.int().nullable(),
    state: z.enum(['unchanged', 'loaded', 'at_next_start', 'dry_run']),
    changes: z.array(z.object({path: z.string(), change: z.enum(['added', 'removed', 'changed']), diff: z.string()})),
    services: z.array(z.enum(SERVICE_NAMES)),
  }),
)
const daprVersion = z.object({
  number: z.int(),
  at: instantOutput,
  by: z.string(),
  action: z.enum(['up', 'apply', 'rollback']),
  /** Of a rollback: the version that it goes back to. */
  of: z.int().nullable(),
  todo5: z.string(),
  hash: z.string(),
  values: z.record(z.string(), z.string()),
  state: z.enum(['pending', 'loaded', 'failed']),
  reason: z.string().nullable(),
  current: z.boolean(),
})
const finding = z.object({
  file: z.string(),
  line: z.int(),
  column: z.int(),
  severity: z.enum(['error', 'warning']),
  rule: z.string(),
  message: z.string(),
  hint: z.string(),
})

const migration = z.object({
  name: z.string(),
  applied_at: instantOutput.nullable(),
  kind: z.enum(['expand', 'contract']).nullable(),
  /** The oldest todo5 that works with the schema after it; null: not applied yet. */
  oldest_application: z.string().nullable(),
})

/** Why this todo5 does not work with the schema. */
const schemaConflict = z.object({
  kind: z.enum(['schema_too_old', 'schema_too_new']),
  migration: z.string(),
  needs_version: z.string().nullable(),
  /** The newest migration that this todo5 could work with; 0: none. */
  back_to: z.string().nullable(),
})

const consumerList = watched(listed('consumers', consumerSummary), z.object({consumers: z.array(consumerSummary)}))

export const BUS_COMMANDS = {
  'topic:list': listed('topics', topic),
  'topic:show': one(topicDetails),
  'topic:diff': listed('changes', topicChange, {target, in_sync: z.boolean()}),
  'topic:apply': besides(listed('changes', topicChange, {target}), steps.words),
  'event:tail': followed(listed('events', event), event),
  'outbox:status': one(outboxStatus),
  'outbox:drain': besides(
    one(
      z.object({
        via: z.enum(['bus', 'kafka']),
        published: z.array(z.object({topic: z.string(), events: z.int()})),
        left: z.int(),
      }),
    ),
    steps.words,
  ),
  'consumer:list': besides(consumerList, z.object({url: z.string()})),
  'consumer:show': one(consumer),
  'consumer:reset': one(consumerReset),
  'dlq:list': either(listed('dead_letters', letter, {total: z.int()}), listed('groups', letterGroup, {total: z.int()})),
  'dlq:show': one(letter.extend({key: z.string().nullable(), original: z.unknown(), text: z.string().nullable()})),
  'dlq:replay': settled,
  'dlq:drop': settled,
  'dapr:render': listed('resources', resource, {target, out: z.string().nullable()}),
  'dapr:lint': listed('findings', finding, {
    files: z.int(),
    resources: z.int(),
    errors: z.int(),
    warnings: z.int(),
  }),
  'dapr:apply': daprApplied,
  'dapr:rollback': daprApplied,
  'dapr:versions': listed('versions', daprVersion, {target}),
  'db:status': listed('migrations', migration, {todo5_version: z.string(), conflict: schemaConflict.nullable()}),
  'db:migrate': besides(one(z.object({applied: z.array(z.string())})), steps.words),
  'db:rollback': besides(one(z.object({rolled_back: z.array(z.string())})), steps.words),
} satisfies Record<string, Printed>
