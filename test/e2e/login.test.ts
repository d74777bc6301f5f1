import {mkdir, mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {type RunResult, runCli} from '../../cli/testing/run-cli.ts'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'
import {eventually} from '../support/eventually.ts'

const ACCOUNT = {email: 'ada@example.com', password: 'correct horse', name: 'Ada', time_zone: 'Europe/Berlin'}
let running: EmbeddedTodo5
let sql: Client
let home: string
let origin: string
/** Of Ada, signed in at a browser. */
let browser: Record<string, string>

beforeAll(async () => {
  running = await startEmbeddedTodo5()
  sql = new Client({connectionString: running.databaseUrl})
  await sql.connect()
  home = await mkdtemp(join(tmpdir(), 'todo5-login-'))
  origin = new URL(running.todo5.apiUrl).origin
  const made = await running.call('POST', '/api/auth/sign-up/email', {}, ACCOUNT)
  browser = {cookie: made.headers.getSetCookie()[0]!.split(';')[0]!, origin}
})
afterAll(async () => {
  await rm(home, {recursive: true, force: true})
  await sql.end()
  await running.stop()
})

const cli = async (...line: string[]): Promise<RunResult> => runCli(line, {home})
const now = () => Date.now()

/** `todo5 login`, while somebody decides in a browser. */
async function loginWhile(decision: 'approve' | 'deny'): Promise<RunResult> {
  const result = runCli(['login', origin, '--json'], {home, now: now()})
  const code = await eventually('a device asks', async () => {
    const {rows} = await sql.query<{code: string}>(
      `select "userCode" as code from auth."deviceCode" where status = 'pending'`,
    )
    return rows[0]?.code
  })
  await running.call('GET', `/api/auth/device?user_code=${code}`, browser)
  expect((await running.call('POST', `/api/auth/device/${decision}`, browser, {userCode: code})).status).toBe(200)
  const {code: exit, stdout, stderr} = await result
  expect(stderr).toContain(`Open  ${origin}/device\nCode  ${code.slice(0, 4)}-${code.slice(4)}   (10 minutes)\n`)
  return {code: exit, stdout, stderr}
}

test('login, work, logout; the key is listed, readable by its owner alone, and ends', {timeout: 300_000}, async () => {
  const login = await loginWhile('approve')
  const context = new URL(origin).host
  expect(JSON.parse(login.stdout)).toEqual({context, api_url: `${origin}/api/v1`, email: ACCOUNT.email, role: 'user'})
  const file = join(home, 'state', 'credentials.json')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const {[context]: kept} = JSON.parse(await readFile(file, 'utf8'))
  expect(JSON.parse((await cli('whoami', '--json')).stdout)).toMatchObject({context, email: ACCOUNT.email})
  expect((await cli('whoami')).stdout).toBe(`${ACCOUNT.email}\n${context}  ${origin}/api/v1  Europe/Berlin\n`)
  expect((await cli('task', 'add', 'Typed elsewhere')).code).toBe(0)
  const keys = await running.call('GET', '/api/auth/api-key/list', browser)
  expect(keys.body.apiKeys).toMatchObject([{id: kept.key_id, name: expect.stringContaining('todo5 login on')}])
  // Of the sessions only that of the browser is left.
  expect((await running.call('GET', '/api/auth/list-sessions', browser)).body).toHaveLength(1)

  expect(JSON.parse((await cli('audit', '--json')).stdout)).toMatchObject({next_cursor: null})
  expect(JSON.parse((await cli('logout', '--json')).stdout)).toEqual({context, key_ended: true})
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({})
  expect((await running.call('GET', '/api/v1/profile', {'x-api-key': kept.api_key})).status).toBe(401)
  expect(await cli('whoami')).toMatchObject({code: 6})
})

test('who is refused gets no key', {timeout: 300_000}, async () => {
  const refused = await loginWhile('deny')
  expect(refused.code).toBe(4)
  expect(JSON.parse(refused.stdout)).toMatchObject({error: {code: 'access_denied'}})
  expect(await cli('logout')).toMatchObject({code: 6})
})

test('an address that is none, or not encrypted, is refused before anything is sent', async () => {
  expect(await cli('login', 'http://todo.example.com')).toMatchObject({code: 2})
  expect(await cli('login', 'ftp://todo.example.com')).toMatchObject({code: 2})
  expect(await cli('login')).toMatchObject({code: 2})
})

test('open app gives a link that signs the user of this machine in, once', async () => {
  await mkdir(join(home, 'state'), {recursive: true})
  await writeFile(join(home, 'state', 'local.json'), JSON.stringify({api_url: running.todo5.apiUrl}))
  await writeFile(
    join(home, 'state', 'credentials.json'),
    JSON.stringify({local: {api_key: running.todo5.localApiKey}}),
  )
  const {url, opened} = JSON.parse((await cli('open', 'app', '--json')).stdout)
  expect(opened).toBe(false)
  expect(url.startsWith(`${origin}/sign-in#link=`)).toBe(true)
  const token = new URL(url).hash.replace('#link=', '')
  const signedIn = await running.call('POST', '/api/auth/sign-in/link', {}, {token})
  const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!
  expect((await running.call('GET', '/api/v1/profile', {cookie})).body).toMatchObject({role: 'operator'})
  expect((await running.call('POST', '/api/auth/sign-in/link', {}, {token})).status).toBe(401)
  expect(await cli('logout')).toMatchObject({code: 4})
})
