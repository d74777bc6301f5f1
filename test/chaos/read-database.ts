import {type EventType, topicOf} from '../../services/domain/events/event-types.ts'
import {withDatabase} from '../support/faults/compare-book.ts'
import type {DeliveryRow, EventFacts, TaskRow} from './evidence.ts'

export interface DatabaseFacts {
  readonly tasks: readonly TaskRow[]
  readonly audit: readonly EventFacts[]
  readonly deliveries: readonly DeliveryRow[]
  readonly outbox: number
}

const EVENT = `'eventId', event->>'event_id', 'type', event->>'event_type', 'topic', topic, 'taskId', (event->>'task_id')::bigint,
  'version', (event->'payload'->>'task_version')::int, 'reminderId', (event->'payload'->>'reminder_id')::bigint,
  'revision', (event->'payload'->>'revision')::int`

export async function readDatabase(url: string, userIds: readonly string[]): Promise<DatabaseFacts> {
  return await withDatabase(url, async (client) => {
    const list = async <T>(sql: string): Promise<T[]> =>
      (await client.query<{row: T}>(sql, [userIds])).rows.map(({row}) => row)
    const tasks = await list<TaskRow>(
      `select json_build_object('id', id, 'userId', user_id, 'seriesId', series_id, 'predecessorId', predecessor_id,
         'occurrenceAt', (extract(epoch from occurrence_at) * 1000)::bigint, 'title', title, 'description', description,
         'version', version, 'completed', completed_at is not null, 'skipped', skipped_at is not null,
         'deleted', deleted_at is not null, 'retracted', retracted_at is not null) as row
       from todo.tasks where user_id = any ($1::uuid[]) order by id`,
    )
    const audit = await list<Omit<EventFacts, 'topic'>>(
      `select json_build_object('eventId', event_id, 'type', event_type, 'taskId', task_id,
         'version', (payload->>'task_version')::int, 'reminderId', (payload->>'reminder_id')::bigint,
         'revision', (payload->>'revision')::int) as row
       from todo.audit_logs where user_id = any ($1::uuid[]) order by id`,
    )
    const deliveries = await list<DeliveryRow>(
      `select json_build_object('reminderId', d.reminder_id, 'revision', d.revision, 'taskId', r.task_id,
         'messageId', d.message_id) as row
       from todo.reminder_deliveries d join todo.reminders r on r.id = d.reminder_id
       where d.user_id = any ($1::uuid[]) and d.state = 'sent'`,
    )
    const {rows} = await client.query<{n: number}>('select count(*)::int as n from todo.outbox')
    return {
      tasks,
      audit: audit.map((event) => ({...event, topic: topicOf(event.type as EventType)})),
      deliveries,
      outbox: rows[0]!.n,
    }
  })
}

export interface LogFacts {
  readonly topics: readonly EventFacts[]
  readonly deadLetters: number
}

/** The event log that stands in for Kafka in the local target. */
export async function readEventLog(url: string): Promise<LogFacts> {
  return await withDatabase(url, async (client) => {
    const {rows} = await client.query<{row: EventFacts}>(
      `select json_build_object(${EVENT}) as row from jobs.event_log
       where topic not like '%-dlq' order by topic, partition, position`,
    )
    const {rows: letters} = await client.query<{n: number}>(
      `select count(*)::int as n from jobs.event_log where topic like '%-dlq'`,
    )
    return {topics: rows.map(({row}) => row), deadLetters: letters[0]!.n}
  })
}

/** Of each consumer of the local target that has not come to the end of a partition. */
export async function localLag(url: string): Promise<string[]> {
  return await withDatabase(url, async (client) => {
    const {rows} = await client.query<{consumer: string; topic: string; lag: number}>(
      `select c.consumer, p.topic, (p.next_position - c.position)::int as lag
       from jobs.partitions p join jobs.consumer_positions c using (topic, partition)
       where c.position < p.next_position`,
    )
    return rows.map(({consumer, topic, lag}) => `${consumer} is ${lag} behind on ${topic}`)
  })
}
