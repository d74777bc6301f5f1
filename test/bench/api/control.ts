/**
 * The floor to which the API is compared: bare Koa and pg, no authentication, no isolation, no events, one statement for
 * each request. `DATABASE_URL=… node control.ts` prints its port.
 */
import Koa from 'koa'
import {json} from 'node:stream/consumers'
import type {AddressInfo} from 'node:net'
import {Pool} from 'pg'

const pool = new Pool({connectionString: process.env['DATABASE_URL'], max: 10})
await pool.query(`
  create table if not exists tasks (
    id bigint generated always as identity primary key, user_id uuid not null, title varchar(500) not null,
    description text not null default '', priority smallint not null default 0, tags varchar(100)[] not null default '{}',
    due_at timestamptz, due_has_time boolean not null default true, completed_at timestamptz, version int not null default 1,
    created_at timestamptz not null default now(), updated_at timestamptz not null default now());
  create index if not exists tasks_open on tasks (user_id, due_at, id) where completed_at is null`)

const INSERT = `insert into tasks (user_id, title, description, priority, tags, due_at)
  values ($1, $2, $3, $4, $5, $6) returning *`
const LIST = 'select * from tasks where user_id = $1 and completed_at is null order by due_at, id limit $2'
const COMPLETE =
  'update tasks set completed_at = now(), version = version + 1 where user_id = $1 and id = $2 returning *'

const app = new Koa()
app.use(async (ctx) => {
  const user = ctx.get('x-user')
  const [, id] = /^\/tasks\/(\d+)\/complete$/u.exec(ctx.path) ?? []
  if (id !== undefined) {
    ctx.body = (await pool.query({name: 'complete', text: COMPLETE, values: [user, id]})).rows[0]
  } else if (ctx.method === 'POST') {
    const task = (await json(ctx.req)) as Record<string, unknown>
    const values = [user, task['title'], task['description'], task['priority'], task['tags'], task['due_at']]
    ctx.status = 201
    ctx.body = (await pool.query({name: 'insert', text: INSERT, values})).rows[0]
  } else {
    const limit = Number(ctx.query['limit'])
    ctx.body = {tasks: (await pool.query({name: 'list', text: LIST, values: [user, limit]})).rows}
  }
})
const server = app.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port))
