import {randomUUID} from 'node:crypto'
import {getMigrations} from 'better-auth/db/migration'
import {Pool} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createDatabase} from '../../../test/support/postgres.ts'
import {serviceUrl} from '../../../test/support/template.ts'
import {createLogger} from '../../runtime/logger.ts'
import {type RunningChatApi, SECRET, startChatApi} from '../testing/start-chat-api.ts'
import {authOptions} from './auth-options.ts'

let api: RunningChatApi
beforeAll(async () => {
  api = await startChatApi()
})
afterAll(async () => api.stop())

const rejectedWith = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

test('Better Auth finds nothing to add to a migrated database', async () => {
  const {url} = await createDatabase()
  const pool = new Pool({connectionString: serviceUrl(url, 'chat'), max: 2})
  try {
    const {toBeCreated, toBeAdded, toBeAddedIndexes, schemaProblems} = await getMigrations(
      authOptions({
        pool,
        secret: SECRET,
        baseUrl: 'http://127.0.0.1:8636',
        trustedOrigins: [],
        allowSignUp: true,
        mails: {post: () => undefined},
        logger: createLogger('test', 'silent'),
      }),
    )
    expect({toBeCreated, toBeAdded, toBeAddedIndexes, schemaProblems}).toEqual({
      toBeCreated: [],
      toBeAdded: [],
      toBeAddedIndexes: [],
      schemaProblems: [],
    })
  } finally {
    await pool.end()
  }
})

const local = {email: 'local@todo5.localhost', name: 'Ada', timeZone: 'Europe/London'}

test('the local user is an operator, made once, and keeps a key that works', async () => {
  const first = await api.accounts.ensureLocalUser(local)
  expect(first).toMatchObject({keyIsNew: true, apiKey: expect.stringMatching(/^todo5_[A-Za-z]{64}$/u)})
  const profile = await api.call('GET', '/api/v1/profile', {headers: {'x-api-key': first.apiKey}})
  expect(profile.body).toEqual({
    user_id: first.userId,
    email: local.email,
    name: 'Ada',
    time_zone: 'Europe/London',
    channels: ['email'],
    role: 'operator',
  })
  expect(await api.accounts.ensureLocalUser({...local, currentKey: first.apiKey})).toEqual({...first, keyIsNew: false})
})

test('a lost or foreign key file gives the local user a new key, and the old one ends', async () => {
  const before = await api.accounts.ensureLocalUser(local)
  const stranger = await api.signUp('stranger')
  const after = await api.accounts.ensureLocalUser({...local, currentKey: stranger.apiKey})
  expect(after).toMatchObject({userId: before.userId, keyIsNew: true})
  expect(await api.accounts.identify({'x-api-key': before.apiKey})).toBeNull()
  expect(await api.accounts.identify({'x-api-key': after.apiKey})).toMatchObject({
    identity: {userId: before.userId, role: 'operator'},
    proof: 'api_key',
  })
  expect(await api.sql(`select count(*)::int as n from auth.apikey where "referenceId" = $1`, [before.userId])).toEqual(
    [{n: 1}],
  )
})

test('whoever signed up with the address of the local user does not become operator', async () => {
  const taken = await api.signUp('taken')
  expect(await rejectedWith(api.accounts.ensureLocalUser({...local, email: taken.email}))).toMatchObject({
    code: 'local_user_taken',
    hint: expect.stringContaining('another address'),
  })
  expect((await api.call('GET', '/api/v1/profile', {headers: {'x-api-key': taken.apiKey}})).body.role).toBe('user')
})

test('an account that is deleted leaves neither profile nor keys', async () => {
  const {userId, apiKey} = await api.signUp('gone')
  await api.sql(`delete from auth."user" where id = $1`, [userId])
  expect(await api.sql(`select 1 from todo.profiles where user_id = $1`, [userId])).toEqual([])
  api.accounts.forgetVerifiedKeys()
  expect((await api.call('GET', '/api/v1/profile', {headers: {'x-api-key': apiKey}})).status).toBe(401)
})

test('ended sessions are removed', async () => {
  const {userId} = await api.signUp('late')
  await api.sql(`update auth.session set "expiresAt" = now() - interval '2 days' where "userId" = $1`, [userId])
  await api.accounts.removeExpired()
  expect(await api.sql(`select 1 from auth.session where "userId" = $1`, [userId])).toEqual([])
})

test('no secret stands in the log', () => {
  const text = api.logLines.join('\n')
  expect(text).not.toMatch(/todo5_[A-Za-z]{20}/u)
  expect(text).not.toContain('correct horse')
})

test('a connection that is ended while a sign-up hashes its password ends the sign-up, and nothing else', async () => {
  const signUp = async () =>
    await api.call('POST', '/api/auth/sign-up/email', {
      json: {email: `${randomUUID()}@example.com`, name: 'Ada', password: randomUUID()},
    })
  let ended = false
  while (!ended) {
    const answer = signUp()
    const look = async (): Promise<boolean> => {
      const rows = await api.sql(
        `select pg_terminate_backend(pid) as done from pg_stat_activity
         where application_name = 'todo5 accounts' and state = 'idle in transaction' and datname = current_database()`,
      )
      return rows.some(({done}) => done === true)
    }
    let answered = false
    void answer.then(() => (answered = true))
    while (!ended && !answered) ended = await look()
    expect((await answer).status).toBe(ended ? 503 : 200)
  }
  expect((await signUp()).status).toBe(200)
})
