import {createHash, randomBytes} from 'node:crypto'
import type {Client} from 'pg'

export interface BenchUser {
  readonly id: string
  readonly apiKey: string
}

/** As Better Auth keeps a key. */
const hashed = (key: string): string => createHash('sha256').update(key).digest('base64url')

/** Accounts with a key each, past the API: a sign-up hashes a password, which takes 0.1 s. */
export async function makeUsers(client: Client, count: number): Promise<BenchUser[]> {
  const keys = Array.from({length: count}, () => `todo5_${randomBytes(32).toString('hex')}`)
  const {rows} = await client.query<{id: string; key: string}>(
    `with given as (
       select gen_random_uuid() as id, k.* from unnest($1::text[], $2::text[]) as k (key, hash)
     ), users as (
       insert into auth."user" (id, name, email, "emailVerified", role, time_zone)
       select id, 'Bench', id || '@example.com', true, 'user', 'UTC' from given
     ), keys as (
       insert into auth.apikey ("configId", name, start, prefix, "referenceId", key, enabled, "rateLimitEnabled",
         "requestCount", "createdAt", "updatedAt")
       select 'default', 'bench', left(key, 10), 'todo5_', id::text, hash, true, false, 0, now(), now() from given
     ) select id, key from given`,
    [keys, keys.map(hashed)],
  )
  return rows.map(({id, key}) => ({id, apiKey: key}))
}

/**
 * Daily tasks with a reminder, as many for each user; the ids by user. Past the API too: their events are not what is
 * measured, and take longer than everything else.
 */
export async function makeTasks(client: Client, users: readonly BenchUser[], count: number): Promise<number[][]> {
  const template = {
    title: 'Water the plants on the balcony',
    description: '',
    priority: 0,
    tags: [],
    due_has_time: true,
    reminders: [{offset_seconds: 3600, channels: null, nag_every_seconds: null}],
  }
  const {rows} = await client.query<{id: string; user_id: string}>(
    `with series as (
       insert into todo.series (user_id, rule, start_at, template)
       select ($1::uuid[])[1 + n % cardinality($1)], 'FREQ=DAILY', '2036-05-05T09:00:00Z', $2::jsonb
       from generate_series(0, $3::int - 1) n returning *
     ), tasks as (
       insert into todo.tasks (user_id, title, due_at, series_id, occurrence_at, recurring_pattern, next_occurrence, reminder_at)
       select user_id, template ->> 'title', start_at, id, start_at, rule, start_at + interval '1 day',
         start_at - interval '1 hour' from series returning *
     ), reminders as (
       insert into todo.reminders (user_id, task_id, offset_seconds, reminder_at)
       select user_id, id, 3600, reminder_at from tasks
     ) select id, user_id from tasks`,
    [users.map(({id}) => id), JSON.stringify(template), count],
  )
  await client.query('analyze todo.series, todo.tasks, todo.reminders')
  const ids = new Map<string, number[]>(users.map(({id}) => [id, []]))
  for (const row of rows) ids.get(row.user_id)!.push(Number(row.id))
  return users.map(({id}) => ids.get(id)!)
}
