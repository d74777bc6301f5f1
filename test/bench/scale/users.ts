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
