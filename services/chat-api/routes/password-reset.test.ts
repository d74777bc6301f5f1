import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import {eventually} from '../../../test/support/eventually.ts'
import type {AccountMailRequest} from '../../contracts/account-mail.ts'
import {USER_HEADER} from '../../ports/service-invoker.ts'
import {type RunningChatApi, freshAddress, json, startChatApi} from '../testing/start-chat-api.ts'

let api: RunningChatApi
beforeAll(async () => {
  api = await startChatApi()
})
afterAll(async () => api.stop())
beforeEach(() => {
  api.invoker.invocations.length = 0
  api.invoker.respond = async () => json(200, {})
})

const ask = async (email: string, from?: string) =>
  api.call('POST', '/api/auth/request-password-reset', {json: {email}, ...(from === undefined ? {} : {from})})
const reset = async (token: string, newPassword = 'battery staple') =>
  api.call('POST', '/api/auth/reset-password', {json: {token, newPassword}})
const signIn = async (email: string, password: string) =>
  (await api.call('POST', '/api/auth/sign-in/email', {json: {email, password}})).status

/** What notification-service was asked to send to this user. */
async function posted(userId: string): Promise<AccountMailRequest> {
  const {body} = await eventually('the mail is asked for', () =>
    api.invoker.invocations.find(({path, headers}) => path === '/v1/account-mails' && headers[USER_HEADER] === userId),
  )
  return JSON.parse(String(body)) as AccountMailRequest
}

test('a token of a mail sets a new password once, and ends all sessions', async () => {
  const {userId, email, token: session} = await api.signUp('forgetful')
  const asked = Date.now()
  expect(await ask(email)).toMatchObject({status: 200, body: {status: true}})
  const mail = await posted(userId)
  expect(mail.kind).toBe('password_reset')
  expect(Date.parse(mail.expires_at) - asked).toBeGreaterThan(3_590_000)
  expect(await api.sql('select identifier from auth.verification')).not.toContainEqual({
    identifier: expect.stringContaining(mail.token),
  })
  expect(await reset(mail.token)).toMatchObject({status: 200, body: {status: true}})
  expect((await api.call('GET', '/api/v1/profile', {headers: {authorization: `Bearer ${session}`}})).status).toBe(401)
  expect(await signIn(email, 'correct horse')).toBe(401)
  expect(await signIn(email, 'battery staple')).toBe(200)
  expect(await reset(mail.token, 'a third password')).toMatchObject({status: 422, body: {code: 'invalid_token'}})
  expect(await signIn(email, 'battery staple')).toBe(200)
  expect(api.logLines.join('\n')).not.toContain(mail.token)
})

test('two who use one token at once: one of them sets the password', async () => {
  const {userId, email} = await api.signUp('twice')
  await ask(email)
  const {token} = await posted(userId)
  const answers = await Promise.all([reset(token, 'password one'), reset(token, 'password two')])
  expect(answers.map(({status}) => status).sort((a, b) => a - b)).toEqual([200, 422])
})

test('a token that is too old does nothing', async () => {
  const {userId, email} = await api.signUp('slow')
  await ask(email)
  const {token} = await posted(userId)
  await api.sql(`update auth.verification set "expiresAt" = now() - interval '1 second' where value = $1`, [userId])
  expect(await reset(token)).toMatchObject({status: 422, body: {code: 'invalid_token'}})
  expect(await signIn(email, 'correct horse')).toBe(200)
})

test('the answer does not tell whether there is such an account, and only who has a password gets a mail', async () => {
  const known = await api.signUp('known')
  const local = await api.accounts.ensureLocalUser({email: 'local@todo5.localhost', name: 'Ada', timeZone: 'UTC'})
  const answers = [await ask('unknown@example.com'), await ask('local@todo5.localhost'), await ask(known.email)]
  for (const answer of answers) expect(answer).toMatchObject({status: 200, body: answers[0]!.body})
  await posted(known.userId)
  expect(api.invoker.invocations.map(({headers}) => headers[USER_HEADER])).toEqual([known.userId])
  expect(await api.sql('select 1 from auth.account where "userId" = $1', [local.userId])).toEqual([])
})

test('a mail that does not go out is tried again; the answer is the same', async () => {
  const {userId, email} = await api.signUp('patient')
  const statuses = [503, 500, 204]
  api.invoker.respond = async () => json(statuses.shift() ?? 204, {})
  expect((await ask(email)).status).toBe(200)
  await posted(userId)
  await eventually('three tries', () => statuses.length === 0)
  expect(api.invoker.invocations).toHaveLength(3)
})

test('an address may ask three times a minute; an account gets five mails an hour, whoever asks', async () => {
  const {userId, email} = await api.signUp('flooded')
  const from = freshAddress()
  const statuses: number[] = []
  for (let i = 0; i < 5; i++) statuses.push((await ask('nobody@example.com', from)).status)
  expect(statuses).toEqual([200, 200, 200, 429, 429])
  for (let i = 0; i < 7; i++) expect((await ask(email)).status).toBe(200)
  await eventually('the limit is told', () => api.logLines.some((line) => line.includes('too many mails')))
  expect(api.invoker.invocations.filter(({headers}) => headers[USER_HEADER] === userId)).toHaveLength(5)
})

test('bad input is refused with all its faults', async () => {
  expect(await ask('no address')).toMatchObject({status: 422, body: {code: 'invalid_request'}})
  const bad = await api.call('POST', '/api/auth/reset-password', {json: {token: '../x', newPassword: 'short', to: 1}})
  expect(bad.body.errors.map(({field}: {field: string}) => field).sort()).toEqual(['newPassword', 'to', 'token'])
  expect((await reset('abcdefghijklmnopqrstuvwx')).status).toBe(422)
})
