/**
 * What a change costs at the least when it keeps todo5's promises: bare Koa and pg, without authentication, checks or
 * gateway, that write the same rows into the same tables (idempotency key with the answer, task, reminder, undo entry, two
 * events), with row security, in one transaction that is one packet. `DATABASE_URL=… node floor.ts` prints its port.
 */
import Koa from 'koa'
import {randomUUID} from 'node:crypto'
import {json} from 'node:stream/consumers'
import type {AddressInfo, Socket} from 'node:net'
import {Pool, type PoolClient, type QueryResult} from 'pg'
import {migrate} from '../../../services/database/migrator.ts'

const databaseUrl = process.env['DATABASE_URL']!
await migrate(databaseUrl)
const pool = new Pool({connectionString: databaseUrl, max: 10, pipeline: true, options: '-c role=todo5_task'})

const NOW = `date_trunc('second', clock_timestamp())`
const COLUMNS = `t.id, t.title, t.description, t.priority, t.tags, t.due_at, t.due_has_time, t.completed_at, t.skipped_at,
  t.deleted_at, t.recurring_pattern, t.recurring_end_date, t.next_occurrence, t.reminder_at, t.reminder_sent, t.series_id,
  t.predecessor_id, t.occurrence_at, t.version, t.created_at, t.updated_at`
const REMINDER = 'r.id, r.offset_seconds, r.reminder_at, r.state, r.channels, r.nag_every_seconds, r.revision'

/** The undo entry, two events, and the key with the answer, of a `task` and a `reminder` that were written before. */
const trace = (change: string, route: string, types: readonly [string, string]): string => `
  undo as (
    insert into todo.undo_log (user_id, change, task_ids, before)
    select $1, '${change}', array[id], jsonb_build_object('made', jsonb_build_object('tasks', array[id])) from task
  ), events as (
    insert into todo.outbox (topic, event_id, user_id, task_id, event)
    select topic, event_id, $1, t.id, jsonb_build_object('event_id', event_id, 'event_type', type, 'schema_version', '1.0',
      'timestamp', t.updated_at, 'user_id', $1, 'task_id', t.id, 'payload',
      jsonb_build_object('task_version', t.version, 'due_at', t.due_at, 'reminder_at', r.reminder_at))
    from task t cross join reminder r cross join (values
      ('task-events', $2::uuid, '${types[0]}'), ('reminders', $3::uuid, '${types[1]}')) as v (topic, event_id, type)
  ), answer as (
    select json_build_object('task', (select row_to_json(x) from (select ${COLUMNS}) x),
      'reminders', json_build_array((select row_to_json(x) from (select ${REMINDER}) x))) as body
    from task t cross join reminder r
  ), taken as (
    insert into todo.idempotency_keys (user_id, key, route, body_hash, status, response)
    select $1, $2::text, '${route}', $3::text, 200, body from answer
  )
  select body::text from answer`

const CREATE = `
  with task as (
    insert into todo.tasks (user_id, title, description, priority, tags, due_at, reminder_at, created_at, updated_at)
    values ($1, $4, $5, $6, $7, $8, $8, ${NOW}, ${NOW}) returning *
  ), reminder as (
    insert into todo.reminders (user_id, task_id, offset_seconds, reminder_at) select $1, id, 0, due_at from task returning *
  ), ${trace('create', 'POST /v1/tasks', ['task.created', 'reminder.scheduled'])}`

const COMPLETE = `
  with task as (
    update todo.tasks set completed_at = ${NOW}, updated_at = ${NOW}, reminder_at = null, touched = true,
      version = version + 1
    where id = $4 and completed_at is null and deleted_at is null returning *
  ), reminder as (
    update todo.reminders r set state = 'cancelled', revision = r.revision + 1, updated_at = clock_timestamp()
    from task where r.task_id = task.id and r.state = 'scheduled' returning r.*
  ), ${trace('complete', 'POST /v1/tasks/complete', ['task.completed', 'reminder.cancelled'])}`

const LIST = `
  select ${COLUMNS}, (select json_agg(x) from (select ${REMINDER} from todo.reminders r where r.task_id = t.id) x) as reminders
  from todo.tasks t where t.user_id = $1 and t.completed_at is null and t.skipped_at is null and t.deleted_at is null
    and t.retracted_at is null order by t.due_at, t.id limit $2`

const socketOf = (client: PoolClient): Socket => (client as unknown as {connection: {stream: Socket}}).connection.stream

/** One statement in the name of the user, in one packet with the transaction around it. */
async function asUser(user: string, name: string, text: string, values: unknown[]): Promise<QueryResult> {
  const client = await pool.connect()
  try {
    const socket = socketOf(client)
    socket.cork()
    const answers = [
      client.query(`begin; select set_config('todo.user_ids', '{${user}}', true)`),
      client.query({name, text, values}),
      client.query('commit'),
    ] as const
    socket.uncork()
    return (await Promise.all(answers))[1]
  } finally {
    client.release()
  }
}

const app = new Koa()
app.use(async (ctx) => {
  const user = ctx.get('x-user')
  const [, id] = /^\/tasks\/(\d+)\/complete$/u.exec(ctx.path) ?? []
  if (ctx.method === 'GET') {
    ctx.body = {tasks: (await asUser(user, 'list', LIST, [user, Number(ctx.query['limit'])])).rows}
    return
  }
  const trail = [user, randomUUID(), randomUUID()]
  if (id === undefined) {
    const task = (await json(ctx.req)) as Record<string, unknown>
    const values = ['title', 'description', 'priority', 'tags', 'due_at'].map((name) => task[name])
    ctx.status = 201
    ctx.body = (await asUser(user, 'create', CREATE, [...trail, ...values])).rows[0].body
  } else {
    ctx.body = (await asUser(user, 'complete', COMPLETE, [...trail, id])).rows[0].body
  }
  ctx.type = 'application/json'
})
const server = app.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
