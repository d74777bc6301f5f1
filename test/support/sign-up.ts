import {randomUUID} from 'node:crypto'
import {Client} from 'pg'
import {expect} from 'vitest'
import type {EmbeddedTodo5} from './embedded-todo5.ts'

/** Somebody with an account of their own, signed in. */
export interface Somebody {
  readonly id: string
  readonly email: string
  readonly token: string
  readonly headers: {readonly authorization: string}
}

export const PASSWORD = 'correct horse'

/** An account may be made three times in ten seconds from one address; here that is not what is tested. */
export async function signUp(
  {databaseUrl, call}: Pick<EmbeddedTodo5, 'databaseUrl' | 'call'>,
  {name = 'Somebody', zone = 'Europe/Berlin'}: {name?: string; zone?: string} = {},
): Promise<Somebody> {
  const sql = new Client({connectionString: databaseUrl})
  await sql.connect()
  await sql.query('delete from auth."rateLimit"')
  await sql.end()
  const email = `${name.toLowerCase()}-${randomUUID()}@example.com`
  const made = await call('POST', '/api/auth/sign-up/email', {}, {email, password: PASSWORD, name, time_zone: zone})
  expect(made.status, made.text).toBe(200)
  const token = made.headers.get('set-auth-token')!
  return {id: made.body.user.id, email, token, headers: {authorization: `Bearer ${token}`}}
}

/** A key of theirs for programs. */
export async function apiKeyOf(
  {headers}: Somebody,
  {call}: Pick<EmbeddedTodo5, 'call'>,
): Promise<{id: string; key: string}> {
  const {status, text, body} = await call('POST', '/api/auth/api-key/create', headers, {name: 'tests'})
  expect(status, text).toBe(200)
  return body
}
