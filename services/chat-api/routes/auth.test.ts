import {afterAll, beforeAll, expect, test} from 'vitest'
import {type RunningChatApi, freshAddress, startChatApi} from '../testing/start-chat-api.ts'

let api: RunningChatApi
beforeAll(async () => {
  api = await startChatApi()
})
afterAll(async () => api.stop())

const account = (email: string, more: object = {}) => ({email, password: 'correct horse', name: 'Ada', ...more})
const signUp = async (body: unknown, from?: string) =>
  api.call('POST', '/api/auth/sign-up/email', {json: body, ...(from === undefined ? {} : {from})})
const fieldsOf = (body: {errors: {field: string}[]}) => body.errors.map(({field}) => field).sort()

test('sign up, look, sign out; the profile is there with the zone', async () => {
  const signedUp = await signUp(account('Signed.Up@Example.com', {time_zone: 'Australia/Sydney'}))
  expect(signedUp).toMatchObject({status: 200, body: {user: {email: 'signed.up@example.com', role: 'user'}}})
  const userId = signedUp.body.user.id
  expect(await api.sql('select * from todo.profiles where user_id = $1', [userId])).toMatchObject([
    {email: 'signed.up@example.com', name: 'Ada', time_zone: 'Australia/Sydney', channels: ['email'], version: 1},
  ])
  const cookie = signedUp.headers.getSetCookie()[0]!
  expect(cookie).toMatch(/^todo5\.session_token=.*; Path=\/; HttpOnly; SameSite=Lax$/u)
  const headers = {authorization: `Bearer ${signedUp.headers.get('set-auth-token')}`}
  expect((await api.call('GET', '/api/auth/get-session', {headers})).body).toMatchObject({user: {id: userId}})
  expect((await api.call('POST', '/api/auth/sign-out', {headers, json: {}})).body).toEqual({success: true})
  expect((await api.call('GET', '/api/auth/get-session', {headers})).body).toBeNull()
  expect((await api.call('GET', '/api/v1/profile', {headers})).status).toBe(401)
})

test('without a zone it is UTC', async () => {
  const {body} = await signUp(account('utc@example.com'))
  expect(await api.sql('select time_zone from todo.profiles where user_id = $1', [body.user.id])).toEqual([
    {time_zone: 'UTC'},
  ])
})

test('nobody makes himself an operator', async () => {
  const atSignUp = await signUp(account('wants-more@example.com', {role: 'operator'}))
  expect(atSignUp).toMatchObject({status: 422, body: {errors: [{field: 'role', code: 'unknown_field'}]}})
  const {apiKey} = await api.signUp('ordinary')
  for (const path of ['/api/auth/update-user', '/api/auth/admin/set-role', '/api/auth/api-key/verify']) {
    const answer = await api.call('POST', path, {headers: {'x-api-key': apiKey}, json: {role: 'operator'}})
    expect(answer, path).toMatchObject({status: 404, body: {code: 'route_not_found'}})
  }
  const patched = await api.call('PATCH', '/api/v1/profile', {headers: {'x-api-key': apiKey}, json: {role: 'operator'}})
  expect(patched.status).toBe(422)
})

test('all faults of a sign-up are listed, and nothing is written', async () => {
  const before = await api.sql('select count(*) from auth."user"')
  const bad = await signUp({
    email: 'no address',
    password: 'short',
    name: 'a\u0000b',
    time_zone: 'Mars/Olympus',
    extra: 1,
  })
  expect(bad).toMatchObject({status: 422, body: {code: 'invalid_request'}})
  expect(fieldsOf(bad.body)).toEqual(['email', 'extra', 'name', 'password', 'time_zone'])
  for (const body of [[], 'text', 7, null, {}]) expect((await signUp(body)).status).toBe(422)
  for (const email of [
    "' or 1=1 --@example.com",
    'a\r\nbcc: b@example.com',
    `${'a'.repeat(300)}@example.com`,
    7,
    {},
    'ä@\u0000',
  ])
    expect((await signUp({...account('x'), email})).status, JSON.stringify(email)).toBe(422)
  expect(await api.sql('select count(*) from auth."user"')).toEqual(before)
})

test('what is no JSON, and too much of it, is refused', async () => {
  const post = async (body: string, type = 'application/json') =>
    api.call('POST', '/api/auth/sign-up/email', {body, headers: {'content-type': type}})
  expect(await post('{"email":')).toMatchObject({status: 400, body: {code: 'malformed_json'}})
  expect(await post('email=a', 'application/x-www-form-urlencoded')).toMatchObject({status: 415})
  expect(await post(JSON.stringify({email: 'x'.repeat(300_000)}))).toMatchObject({status: 413})
})

test('an address is given once, also to two at once', async () => {
  const results = await Promise.all([signUp(account('twice@example.com')), signUp(account('TWICE@example.com'))])
  const statuses = results.map((result) => result.status).sort((a, b) => a - b)
  expect(statuses[0]).toBe(200)
  expect([409, 503]).toContain(statuses[1])
  expect(await signUp(account('twice@example.com'))).toMatchObject({
    status: 409,
    body: {code: 'user_already_exists_use_another_email'},
  })
  expect(await api.sql(`select count(*)::int as n from auth."user" where email = 'twice@example.com'`)).toEqual([
    {n: 1},
  ])
})

test('a wrong password and an unknown address are told alike', async () => {
  await signUp(account('known@example.com'))
  const signIn = async (email: string, password: string) =>
    api.call('POST', '/api/auth/sign-in/email', {json: {email, password}})
  const wrong = await signIn('known@example.com', 'wrong password')
  const unknown = await signIn('unknown@example.com', 'wrong password')
  expect(wrong).toMatchObject({status: 401, body: {code: 'invalid_email_or_password'}})
  expect({...unknown.body, request_id: ''}).toEqual({...wrong.body, request_id: ''})
  expect((await signIn('known@example.com', 'correct horse')).status).toBe(200)
})

test('one address that guesses is stopped; another is not, and a forged header does not help', async () => {
  await signUp(account('guessed@example.com'))
  const guess = async (from: string, headers: Record<string, string> = {}) =>
    await api.call('POST', '/api/auth/sign-in/email', {
      from,
      headers,
      json: {email: 'guessed@example.com', password: 'guess'},
    })
  const from = freshAddress()
  const statuses: number[] = []
  for (let i = 0; i < 5; i++) statuses.push((await guess(from)).status)
  expect(statuses).toEqual([401, 401, 401, 429, 429])
  const stopped = await guess(`203.0.113.77, ${from}`, {
    'x-todo5-client-address': '203.0.113.78',
    'x-real-ip': '203.0.113.79',
  })
  expect(stopped).toMatchObject({status: 429, body: {code: 'rate_limited'}})
  expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(Number(stopped.headers.get('retry-after'))).toBeLessThanOrEqual(60)
  expect((await guess(freshAddress())).status).toBe(401)
})

test('keys are made, shown without the secret, disabled and deleted; each counts at once in this process', async () => {
  const {apiKey, userId} = await api.signUp('keys')
  const headers = {'x-api-key': apiKey}
  const made = await api.call('POST', '/api/auth/api-key/create', {headers, json: {name: 'laptop', expiresIn: 7200}})
  expect(made.body).toMatchObject({name: 'laptop', key: expect.stringMatching(/^todo5_/u), enabled: true})
  const other = {'x-api-key': made.body.key as string}
  expect((await api.call('GET', '/api/v1/profile', {headers: other})).body.user_id).toBe(userId)
  const list = await api.call('GET', '/api/auth/api-key/list?limit=10', {headers})
  expect(list.body.apiKeys).toHaveLength(2)
  expect(JSON.stringify(list.body)).not.toContain(made.body.key)
  const stored = await api.sql('select key from auth.apikey where id = $1', [made.body.id])
  expect(stored[0]!['key']).not.toContain('todo5_')

  const proofs: Record<string, string>[] = [headers, {authorization: `Bearer ${apiKey}`}]
  for (const proof of proofs) {
    const session = await api.call('GET', '/api/auth/get-session', {headers: proof})
    expect(session.body).toMatchObject({user: {id: userId}})
    expect(JSON.stringify(session.body)).not.toContain(apiKey)
  }

  const change = async (path: string, json: object) =>
    (await api.call('POST', `/api/auth/api-key/${path}`, {headers, json})).status
  expect(await change('update', {keyId: made.body.id, enabled: false})).toBe(200)
  expect((await api.call('GET', '/api/v1/profile', {headers: other})).status).toBe(401)
  expect(await change('update', {keyId: made.body.id, enabled: true})).toBe(200)
  expect((await api.call('GET', '/api/v1/profile', {headers: other})).status).toBe(200)
  expect(await change('delete', {keyId: made.body.id})).toBe(200)
  expect((await api.call('GET', '/api/v1/profile', {headers: other})).status).toBe(401)
})

test('keys of others are not found', async () => {
  const ada = await api.signUp('ada')
  const bob = await api.signUp('bob')
  const headers = {'x-api-key': bob.apiKey}
  const [row] = await api.sql('select id from auth.apikey where "referenceId" = $1', [ada.userId])
  const keyId = row!['id'] as string
  expect((await api.call('GET', `/api/auth/api-key/get?id=${keyId}`, {headers})).status).toBe(404)
  expect((await api.call('POST', '/api/auth/api-key/delete', {headers, json: {keyId}})).status).toBe(404)
  expect((await api.call('POST', '/api/auth/api-key/update', {headers, json: {keyId, enabled: false}})).status).toBe(
    404,
  )
  expect((await api.call('GET', '/api/v1/profile', {headers: {'x-api-key': ada.apiKey}})).status).toBe(200)
})

test('nobody, and bad input, at the routes of keys', async () => {
  const {apiKey} = await api.signUp('careless')
  for (const [method, path] of [
    ['GET', '/api/auth/api-key/list'],
    ['GET', '/api/auth/list-sessions'],
    ['POST', '/api/auth/revoke-other-sessions'],
  ] as const)
    expect((await api.call(method, path)).status, path).toBe(401)
  const headers = {'x-api-key': apiKey}
  const create = async (json: unknown) => (await api.call('POST', '/api/auth/api-key/create', {headers, json})).status
  expect(await create({})).toBe(422)
  expect(await create({name: 'x'.repeat(65)})).toBe(422)
  expect(await create({name: 'x', expiresIn: 5})).toBe(422)
  expect(await create({name: 'x', remaining: 5})).toBe(422)
  expect(await create({name: 'x', userId: '018f0000-0000-7000-8000-000000000001'})).toBe(422)
  expect((await api.call('GET', '/api/auth/api-key/get?id=1', {headers})).status).toBe(422)
  expect((await api.call('GET', '/api/auth/api-key/list?limit=many', {headers})).status).toBe(422)
  expect((await api.call('GET', '/api/auth/get-session?disableRefresh=1', {headers})).status).toBe(422)
})

test('a changed password ends the old one, and the other sessions when asked', async () => {
  const {email, token} = await api.signUp('changes')
  const other = await api.call('POST', '/api/auth/sign-in/email', {json: {email, password: 'correct horse'}})
  const changed = await api.call('POST', '/api/auth/change-password', {
    headers: {authorization: `Bearer ${token}`},
    json: {currentPassword: 'correct horse', newPassword: 'battery staple', revokeOtherSessions: true},
  })
  expect(changed.status).toBe(200)
  const otherHeaders = {authorization: `Bearer ${other.headers.get('set-auth-token')}`}
  expect((await api.call('GET', '/api/v1/profile', {headers: otherHeaders})).status).toBe(401)
  const signIn = async (password: string) =>
    (await api.call('POST', '/api/auth/sign-in/email', {json: {email, password}})).status
  expect(await signIn('correct horse')).toBe(401)
  expect(await signIn('battery staple')).toBe(200)
})

test('64 sign-ups at once are all answered, though each holds a transaction of a pool of four', async () => {
  const answers = await Promise.all(
    Array.from({length: 64}, async (_, n) => signUp(account(`many-${n}@example.com`), freshAddress())),
  )
  expect(answers.filter(({status}) => status !== 200)).toEqual([])
  const rows = await api.sql(`select count(*)::int as n from todo.profiles where email like 'many-%@example.com'`)
  expect(rows).toEqual([{n: 64}])
})
