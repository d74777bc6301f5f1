import {afterAll, beforeAll, expect, test} from 'vitest'
import {type RunningChatApi, TRUSTED_ORIGIN, startChatApi} from '../testing/start-chat-api.ts'

let api: RunningChatApi
beforeAll(async () => {
  api = await startChatApi()
})
afterAll(async () => api.stop())

const LOCAL = {email: 'local@todo5.localhost', name: 'Ada', timeZone: 'UTC'}
const erase = async (headers: Record<string, string>, json: unknown = {}) =>
  api.call('DELETE', '/api/v1/account', {headers, json})
const profile = async (headers: Record<string, string>) => (await api.call('GET', '/api/v1/profile', {headers})).status
const age = async (userId: string) =>
  api.sql(`update auth.session set "createdAt" = now() - interval '11 minutes' where "userId" = $1`, [userId])

test('an account is deleted with its password; what signed it in does no more', async () => {
  const {apiKey, userId, token} = await api.signUp('leaving')
  const key = {'x-api-key': apiKey}
  expect(await erase(key)).toMatchObject({status: 403, body: {code: 'not_fresh'}})
  expect(await erase(key, {password: 'wrong horse'})).toMatchObject({status: 403, body: {code: 'wrong_password'}})
  const erased = await erase(key, {password: 'correct horse'})
  expect(erased).toMatchObject({
    status: 200,
    body: {removed: {tasks: 0, series: 0, reminders: 0, keys: 1, sessions: 1}},
  })
  expect(erased.body.kept.map(({what}: {what: string}) => what)).toEqual([
    'audit_entries',
    'events',
    'mails',
    'backups',
  ])
  expect(await profile(key)).toBe(401)
  expect(await profile({authorization: `Bearer ${token}`})).toBe(401)
  expect(await api.sql('select 1 from todo.tombstones where user_id = $1', [userId])).toHaveLength(1)
  expect(await api.sql('select 1 from todo.profiles where user_id = $1', [userId])).toEqual([])
})

test('without the password only a session of the last ten minutes may', async () => {
  const {userId, token} = await api.signUp('fresh')
  const headers = {authorization: `Bearer ${token}`}
  await age(userId)
  expect(await erase(headers)).toMatchObject({status: 403, body: {code: 'not_fresh'}})
  await api.sql(`update auth.session set "createdAt" = now() - interval '9 minutes' where "userId" = $1`, [userId])
  expect((await erase(headers)).status).toBe(200)
})

test('whoever has a key does not find the password by trying', async () => {
  const {apiKey} = await api.signUp('guarded')
  const statuses: number[] = []
  for (let i = 0; i < 7; i++) statuses.push((await erase({'x-api-key': apiKey}, {password: `guess ${i}`})).status)
  expect(statuses).toEqual([403, 403, 403, 403, 403, 429, 429])
  expect(await erase({'x-api-key': apiKey}, {password: 'correct horse'})).toMatchObject({status: 429})
})

test('the only operator stays', async () => {
  const {apiKey} = await api.accounts.ensureLocalUser(LOCAL)
  expect(await erase({'x-api-key': apiKey})).toMatchObject({status: 403})
  const link = await api.call('POST', '/api/v1/operator/sign-in-link', {headers: {'x-api-key': apiKey}})
  const cookie = await follow(link.body.url)
  const kept = await erase({cookie, origin: TRUSTED_ORIGIN})
  expect(kept).toMatchObject({status: 409, body: {code: 'last_operator'}})
  expect(await erase({cookie, origin: 'https://evil.example'})).toMatchObject({status: 403})
  expect(await profile({cookie})).toBe(200)
})

/** What the page does with a link: the cookie of the session that it gets. */
async function follow(url: string): Promise<string> {
  const token = new URL(url).hash.replace('#link=', '')
  const signedIn = await api.call('POST', '/api/auth/sign-in/link', {json: {token}})
  expect(signedIn, JSON.stringify(signedIn.body)).toMatchObject({status: 200})
  return signedIn.headers.getSetCookie()[0]!.split(';')[0]!
}

test('a link signs the user of this machine in, once, within five minutes; only an operator gets one', async () => {
  const local = await api.accounts.ensureLocalUser(LOCAL)
  const make = async (apiKey: string) =>
    api.call('POST', '/api/v1/operator/sign-in-link', {headers: {'x-api-key': apiKey}})
  expect((await make((await api.signUp('ordinary')).apiKey)).status).toBe(403)
  const {status, body} = await make(local.apiKey)
  expect(status).toBe(201)
  expect(body.url).toMatch(/^http:\/\/127\.0\.0\.1:8636\/sign-in#link=[\w-]{22}$/u)
  const token = new URL(body.url).hash.replace('#link=', '')
  expect(await api.sql('select identifier from auth.verification')).not.toContainEqual({
    identifier: expect.stringContaining(token),
  })
  const cookie = await follow(body.url)
  expect((await api.call('GET', '/api/v1/profile', {headers: {cookie}})).body).toMatchObject({role: 'operator'})
  const again = await api.call('POST', '/api/auth/sign-in/link', {json: {token}})
  expect(again).toMatchObject({status: 401, body: {code: 'sign_in_link_ended'}})

  const old = new URL((await make(local.apiKey)).body.url).hash.replace('#link=', '')
  await api.sql(`update auth.verification set "expiresAt" = now() - interval '1 s' where value = $1`, [local.userId])
  expect((await api.call('POST', '/api/auth/sign-in/link', {json: {token: old}})).status).toBe(401)
  expect(api.logLines.join('\n')).not.toContain(token)
})
