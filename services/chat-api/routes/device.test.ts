import {afterAll, beforeAll, expect, test} from 'vitest'
import {type RunningChatApi, TRUSTED_ORIGIN, freshAddress, startChatApi} from '../testing/start-chat-api.ts'

let api: RunningChatApi
beforeAll(async () => {
  api = await startChatApi()
})
afterAll(async () => api.stop())

const CLIENT = 'todo5-cli'
const post = async (path: string, json: unknown, headers: Record<string, string> = {}, from?: string) =>
  api.call('POST', `/api/auth${path}`, {json, headers, ...(from === undefined ? {} : {from})})
const begin = async () => (await post('/device/code', {client_id: CLIENT})).body
const grant = (device_code: string) => ({
  grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
  device_code,
  client_id: CLIENT,
})
/** As if the pause that the answer asked for had passed. */
const poll = async (deviceCode: string) => {
  await api.sql(`update auth."deviceCode" set "lastPolledAt" = null where "deviceCode" = $1`, [deviceCode])
  return post('/device/token', grant(deviceCode))
}

async function browser(name: string): Promise<{userId: string; headers: Record<string, string>}> {
  const {userId, email} = await api.signUp(name)
  const signedIn = await post('/sign-in/email', {email, password: 'correct horse'})
  const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!
  return {userId, headers: {cookie, origin: TRUSTED_ORIGIN}}
}

test('a device is let in by somebody at a browser, once', async () => {
  const code = await begin()
  expect(code).toMatchObject({
    user_code: expect.stringMatching(/^[A-Z0-9]{8}$/u),
    verification_uri: 'http://127.0.0.1:8636/device',
    verification_uri_complete: `http://127.0.0.1:8636/device?user_code=${code.user_code}`,
    expires_in: 600,
    interval: 5,
  })
  expect(await poll(code.device_code)).toMatchObject({status: 409, body: {code: 'authorization_pending'}})
  const hasty = await post('/device/token', grant(code.device_code))
  expect(hasty).toMatchObject({status: 429, body: {code: 'slow_down'}})
  expect(hasty.headers.get('retry-after')).toBe('5')

  const {userId, headers} = await browser('ada')
  const dashed = `${code.user_code.slice(0, 4)}-${code.user_code.slice(4)}`.toLowerCase()
  const looked = await api.call('GET', `/api/auth/device?user_code=${dashed}`, {headers})
  expect(looked).toMatchObject({status: 200, body: {status: 'pending', client_id: CLIENT}})
  expect(await post('/device/approve', {userCode: dashed}, headers)).toMatchObject({status: 200})
  const token = await poll(code.device_code)
  expect(token).toMatchObject({status: 200, body: {token_type: 'Bearer'}})
  const authorization = {authorization: `Bearer ${token.body.access_token}`}
  expect((await api.call('GET', '/api/v1/profile', {headers: authorization})).body).toMatchObject({user_id: userId})
  expect(await poll(code.device_code)).toMatchObject({status: 409, body: {code: 'invalid_grant'}})
  expect(api.logLines.join('\n')).not.toContain(code.device_code)
})

test('a device that is refused, too late, or somebody else looked at first does not get in', async () => {
  const [ada, bob] = [await browser('ada2'), await browser('bob2')]
  const refused = await begin()
  await api.call('GET', `/api/auth/device?user_code=${refused.user_code}`, {headers: ada.headers})
  expect((await post('/device/approve', {userCode: refused.user_code}, bob.headers)).status).toBe(403)
  expect((await post('/device/deny', {userCode: refused.user_code}, ada.headers)).status).toBe(200)
  expect(await poll(refused.device_code)).toMatchObject({status: 403, body: {code: 'access_denied'}})

  const late = await begin()
  await api.sql(`update auth."deviceCode" set "expiresAt" = now() - interval '1 s' where "userCode" = $1`, [
    late.user_code,
  ])
  expect(await poll(late.device_code)).toMatchObject({status: 409, body: {code: 'expired_token'}})
})

test('a foreign page and nobody approve nothing', async () => {
  const code = await begin()
  const {headers} = await browser('careful')
  await api.call('GET', `/api/auth/device?user_code=${code.user_code}`, {headers})
  const foreign = await post(
    '/device/approve',
    {userCode: code.user_code},
    {...headers, origin: 'https://evil.example'},
  )
  expect(foreign.status).toBe(403)
  expect((await post('/device/approve', {userCode: code.user_code})).status).toBe(401)
  expect(await poll(code.device_code)).toMatchObject({body: {code: 'authorization_pending'}})
})

test('other programs, and faults in a request, are refused; who guesses codes is stopped', async () => {
  expect((await post('/device/code', {client_id: 'other'})).status).toBe(422)
  expect((await post('/device/code', {client_id: CLIENT, user_id: 'x'})).status).toBe(422)
  expect((await post('/device/token', {...grant('x'), grant_type: 'password'})).status).toBe(422)
  const from = freshAddress()
  const statuses: number[] = []
  for (let i = 0; i < 7; i++)
    statuses.push((await api.call('GET', `/api/auth/device?user_code=ABCD${i}`, {from})).status)
  expect(statuses).toEqual([422, 422, 422, 422, 422, 429, 429])
})

test('sessions are listed without what opens them, and ended by their id; those of others are not', async () => {
  const [ada, bob] = [await api.signUp('sessions'), await api.signUp('other')]
  const headers = {authorization: `Bearer ${ada.token}`}
  const elsewhere = await post('/sign-in/email', {email: ada.email, password: 'correct horse'})
  const other = {authorization: `Bearer ${elsewhere.headers.get('set-auth-token')}`}
  const {body: list} = await api.call('GET', '/api/auth/list-sessions', {headers})
  expect(list).toHaveLength(2)
  expect(JSON.stringify(list)).not.toContain(ada.token.split('.')[0])
  const {session} = (await api.call('GET', '/api/auth/get-session', {headers: other})).body
  expect(list.map(({id}: {id: string}) => id)).toContain(session.id)
  const [bobs] = (await api.call('GET', '/api/auth/list-sessions', {headers: {authorization: `Bearer ${bob.token}`}}))
    .body
  await post('/revoke-session', {id: bobs.id}, headers)
  expect((await post('/revoke-session', {id: session.id}, headers)).status).toBe(200)
  const profile = async (who: Record<string, string>) =>
    (await api.call('GET', '/api/v1/profile', {headers: who})).status
  expect(await profile(other)).toBe(401)
  expect(await profile(headers)).toBe(200)
  expect(await profile({authorization: `Bearer ${bob.token}`})).toBe(200)
})
