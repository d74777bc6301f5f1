import {randomUUID} from 'node:crypto'
import {Pool} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {createDatabase} from '../../../test/support/postgres.ts'
import {serviceUrl} from '../../../test/support/template.ts'
import {createLogger} from '../../runtime/logger.ts'
import {freshAddress} from '../testing/start-chat-api.ts'
import {type Accounts, openAccounts} from './accounts.ts'
import {Resigning, type SigningSecrets} from './signing-secrets.ts'

const BASE = 'http://127.0.0.1:8636'
const [A, B, C] = ['a', 'b', 'c'].map((letter) => letter.repeat(20) + randomUUID()) as [string, string, string]

let databaseUrl: string
let pool: Pool
const open: Accounts[] = []
beforeAll(async () => {
  const {url} = await createDatabase()
  databaseUrl = serviceUrl(url, 'chat')
  pool = new Pool({connectionString: databaseUrl, max: 1})
})
afterAll(async () => {
  await Promise.all(open.map(async (accounts) => await accounts.close()))
  await pool.end()
})

/** One pod of chat-api. */
function pod(secrets: SigningSecrets): Accounts {
  const accounts = openAccounts({
    ...secrets,
    databaseUrl,
    poolSize: 2,
    baseUrl: BASE,
    trustedOrigins: [],
    allowSignUp: true,
    mails: {post: () => undefined},
    signInLinks: false,
    logger: createLogger('test', 'silent'),
  })
  open.push(accounts)
  return accounts
}

/** What a browser keeps of a sign-up there. */
async function signUp(accounts: Accounts): Promise<string> {
  const response = await accounts.handle(
    new Request(`${BASE}/api/auth/sign-up/email`, {
      method: 'POST',
      headers: {'content-type': 'application/json', origin: BASE, 'x-todo5-client-address': freshAddress()},
      body: JSON.stringify({email: `${randomUUID()}@example.com`, name: 'Ada', password: randomUUID()}),
    }),
  )
  expect(response.status).toBe(200)
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

const knows = async (accounts: Accounts, cookie: string): Promise<boolean> =>
  (await accounts.identify({cookie})) !== null

test('nobody is signed out while the secret is changed: whoever runs beside each other takes what the other has signed', async () => {
  const old = pod({secret: A})
  const learned = pod({secret: A, nextSecret: B})
  const changed = pod({secret: B, previousSecret: A})
  for (const [one, other] of [
    [old, learned],
    [learned, changed],
  ] as const) {
    expect(await knows(other, await signUp(one))).toBe(true)
    expect(await knows(one, await signUp(other))).toBe(true)
  }
  // Through Better Auth's own routes, too.
  const cookie = await signUp(old)
  const answer = await changed.handle(new Request(`${BASE}/api/auth/get-session`, {headers: {cookie}}))
  expect(await answer.json()).toMatchObject({user: {name: 'Ada'}})
  // Which is why it is not changed at once.
  expect(await knows(old, await signUp(changed))).toBe(false)
})

test('what was signed by a secret that is accepted no more, or by a stranger, is nothing', async () => {
  const cookie = await signUp(pod({secret: A}))
  expect(await knows(pod({secret: C, previousSecret: B}), cookie)).toBe(false)
  const [name, value] = cookie.split('=') as [string, string]
  expect(await knows(pod({secret: B, previousSecret: A}), `${name}=${value.replace(/.{4}(?=%3D|=|$)/u, 'AAAA')}`)).toBe(
    false,
  )
  expect(await knows(pod({secret: B, previousSecret: A}), `${name}=%E0%A4%A`)).toBe(false)
})

test('keys of tokens are opened by the one before, and end when nobody can open them any more', async () => {
  const made = async (accounts: Accounts): Promise<unknown> =>
    await accounts.handle(new Request(`${BASE}/api/auth/token`, {headers: {cookie: await signUp(accounts)}}))
  const status = async (accounts: Accounts): Promise<number> => ((await made(accounts)) as Response).status
  const held = async (): Promise<number> => {
    const {rows} = await pool.query<{n: number}>(
      `select count(*)::int as n from auth."jwks" where "expiresAt" > clock_timestamp()`,
    )
    return rows[0]!.n
  }
  expect(await status(pod({secret: A}))).toBe(200)
  const changed = pod({secret: B, previousSecret: A})
  expect(await status(changed)).toBe(200)
  await changed.removeExpired()
  expect(await held()).toBe(1)
  const later = pod({secret: C, previousSecret: B})
  await later.removeExpired()
  expect(await held()).toBe(0)
  expect(await status(later)).toBe(200)
  expect(await held()).toBe(1)
})

test('headers without anything of ours, and all of them while one secret counts, are left as they are', () => {
  const resigning = new Resigning({secret: B, previousSecret: A})
  for (const text of ['', 'a=b; todo5.session_token', 'theme=dark.blue; x.session_token=y.z'])
    expect(resigning.cookie(text)).toBe(text)
  for (const text of ['Basic a.b', 'Bearer todo5_abc', 'Bearer eyJ.eyJ.sig'])
    expect(resigning.authorization(text)).toBe(text)
  expect(new Resigning({secret: A}).cookie('todo5.session_token=a.b')).toBe('todo5.session_token=a.b')
})
