import {randomUUID} from 'node:crypto'
import {readFile, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {LocalTarget} from '../support/local-target.ts'
import {type ModelServer, startModelServer} from '../support/model-server.ts'
import {type Secrets, filesWith, processesWith, secretsIn} from './find-secrets.ts'
import {startRefusingSmtp} from './refusing-smtp.ts'

/** With letters that are written differently in a URL, in JSON and in a shell. */
const newSecret = (): string => `Pl4n/ted"s3cret@${randomUUID()}`
const SMTP_PASSWORD = newSecret()
const USER_PASSWORD = newSecret()
const MODEL_KEY = newSecret()
const WRONG_KEY = `todo5_${randomUUID().replaceAll('-', '')}`
const MINUTES = 10 * 60_000

let target: LocalTarget
let refusing: Awaited<ReturnType<typeof startRefusingSmtp>>
let model: ModelServer
let secrets: Secrets
/** Everything that was printed or answered, by what was asked. */
const said = new Map<string, string>()

const hear = async (args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> => {
  const {code, stdout, stderr} = await target.start(args, env).ended
  said.set(`todo5 ${args.map((arg) => arg.slice(0, 20)).join(' ')}: exit ${code}`, stdout + stderr)
}
const ask = async (
  method: string,
  url: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<string> => {
  const answer = await fetch(url, {method, headers, ...(body === undefined ? {} : {body})})
  const text = await answer.text()
  said.set(`${method} ${url}: ${answer.status}`, JSON.stringify([...answer.headers]) + text)
  return text
}

beforeAll(async () => {
  target = await LocalTarget.create()
  refusing = await startRefusingSmtp()
  await writeFile(
    target.root.join('smtp'),
    `smtp://me:${encodeURIComponent(SMTP_PASSWORD)}@127.0.0.1:${refusing.port}\n`,
    {
      mode: 0o600,
    },
  )
  // It refuses the key, and says it back.
  model = await startModelServer()
  model.answer = ({headers}) => ({
    status: 401,
    body: JSON.stringify({error: {message: `bad ${headers.authorization}`}}),
  })
  await writeFile(target.root.join('model-key'), `${MODEL_KEY}\n`, {mode: 0o600})
  const mail = ['--smtp-url', `@${target.root.join('smtp')}`, '--mail-to', 'me@example.com']
  const chat = ['--model-url', model.url, '--model-name', 'fake', '--model-key', `@${target.root.join('model-key')}`]
  await target.up(...mail, ...chat, '--debug')
  const state = await target.state()
  secrets = {
    'API key': await target.apiKey(),
    'database password': decodeURIComponent(new URL(state.database_url!).password),
    'auth secret': (await readFile(join(target.dataDir, 'auth-secret'), 'utf8')).trim(),
    'push secret': (await readFile(join(target.dataDir, 'push-secret'), 'utf8')).trim(),
    'SMTP password': SMTP_PASSWORD,
    'user password': USER_PASSWORD,
    'refused key': WRONG_KEY,
    'model key': MODEL_KEY,
  }
}, MINUTES)
afterAll(async () => {
  await target.dispose()
  await refusing.close()
  await model.stop()
})

test('a secret is found in each of its spellings', () => {
  const found = (text: string) => secretsIn(text, {password: USER_PASSWORD, other: 'something else'})
  expect(found(`smtp://me:${encodeURIComponent(USER_PASSWORD)}@host`)).toEqual(['password'])
  expect(found(JSON.stringify({nested: {password: USER_PASSWORD}}))).toEqual(['password'])
  for (const user of ['', 'a', 'ab', 'abc'])
    expect(found(`AUTH PLAIN ${Buffer.from(`\0${user}\0${USER_PASSWORD}`).toString('base64')}`), user).toEqual([
      'password',
    ])
  expect(found(USER_PASSWORD.slice(0, -1))).toEqual([])
})

/** A reminder that the mail server refuses, sign-ups and sign-ins, and every way to be refused by the API. */
async function useApi(): Promise<void> {
  const {api_url: api, operations_url: operations} = await target.state()
  const origin = new URL(api!).origin
  const json = {'content-type': 'application/json'}
  const key = {...json, 'x-api-key': secrets['API key']!}
  const due = new Date(Date.now() + 3000).toISOString()
  const task = JSON.stringify({title: 'Due', due_at: due, reminders: [{offset_seconds: 0}]})
  const made = await ask('POST', `${api}/tasks`, key, task)
  const {id} = JSON.parse(made) as {id?: number}
  expect(id, made).toBeDefined()
  await expect
    .poll(async () => ask('GET', `${api}/tasks/${id}/history`, key), {timeout: 90_000, interval: 200})
    .toMatch(/Invalid login|EAUTH|refused/u)
  const account = {email: 'a@example.com', password: USER_PASSWORD, name: 'A'}
  await ask('POST', `${origin}/api/auth/sign-up/email`, json, JSON.stringify(account))
  await ask('POST', `${origin}/api/auth/sign-in/email`, json, JSON.stringify({...account, name: undefined}))
  await ask('POST', `${origin}/api/auth/sign-in/email`, json, JSON.stringify({...account, password: [USER_PASSWORD]}))
  await ask('POST', `${origin}/api/auth/sign-up/email`, json, `{"password":${JSON.stringify(USER_PASSWORD)}`)
  await ask('GET', `${api}/tasks`, {'x-api-key': WRONG_KEY})
  await ask('GET', `${api}/tasks`, {authorization: `Bearer ${WRONG_KEY}`})
  await ask('GET', `${api}/tasks?limit=${WRONG_KEY.length}&cursor=broken`, key)
  await ask('GET', `${api}/tasks/x`, key)
  await ask('POST', `${api}/tasks`, key, '{')
  const message = {message: {role: 'user', parts: [{type: 'text', text: 'what is overdue?'}]}}
  expect(await ask('POST', `${origin}/api/chat`, key, JSON.stringify(message))).toContain('refused the key')
  expect(model.questions[0]!.headers.authorization).toBe(`Bearer ${MODEL_KEY}`)
  await ask('GET', `${origin}/api/chat/threads`, key)
  await ask('GET', `${origin}/api/auth/api-key/list`, key)
  await ask('GET', `${origin}/api/auth/get-session`, key)
  for (const url of [
    `${operations}/healthz`,
    `${operations}/metrics`,
    `${operations}/chat-api/metrics`,
    `${origin}/metrics`,
  ])
    await ask('GET', url)
}

async function useCommands(): Promise<void> {
  const {api_url: api, database_url: database} = await target.state()
  const unreachable = `postgres://me:${encodeURIComponent(SMTP_PASSWORD)}@127.0.0.1:1/none`
  const commands: [string[], Record<string, string>?][] = [
    [['status']],
    [['status', '--json']],
    [['chat', 'what is overdue?']],
    [['token', 'list', '--json']],
    [['context', 'list', '--json']],
    [['config', 'explain'], {TODO5_API_URL: api!, TODO5_API_KEY: WRONG_KEY}],
    [['up', '--dry-run', '--model-key', MODEL_KEY]],
    [['doctor']],
    [['doctor', '--json']],
    [['logs', '--level', 'debug', '--lines', '10000', '--json']],
    [['task', 'history', '1', '--json']],
    [['audit', '--json']],
    [['task', 'list', '--limit', 'x'], {TODO5_DEBUG: '1'}],
    [['task', 'show', '99999'], {TODO5_DEBUG: '1'}],
    [['task', 'list'], {TODO5_API_URL: api!, TODO5_API_KEY: WRONG_KEY, TODO5_DEBUG: '1'}],
    [['task', 'list', '--json'], {TODO5_API_URL: 'http://127.0.0.1:1', TODO5_API_KEY: WRONG_KEY, TODO5_DEBUG: '1'}],
    [['db', 'status', '--json']],
    [['db', 'status', '--database-url', database!]],
    [['outbox', 'status', '--json']],
    [['up', '--dry-run', '--smtp-url', `smtp://me:${encodeURIComponent(SMTP_PASSWORD)}@127.0.0.1:2525`]],
    [['up', '--dry-run'], {TODO5_DATABASE_URL: unreachable}],
    [['up', '--dry-run', '--smtp-url', `ftp://me:${SMTP_PASSWORD}`], {TODO5_DEBUG: '1'}],
    [['db', 'status'], {TODO5_DATABASE_URL: unreachable, TODO5_DEBUG: '1'}],
    [['topic', 'list', '--brokers', '127.0.0.1:1'], {KAFKA_USERNAME: 'me', KAFKA_PASSWORD: SMTP_PASSWORD}],
  ]
  for (let from = 0; from < commands.length; from += 4)
    await Promise.all(commands.slice(from, from + 4).map(async (one) => hear(...one)))
}

test('no secret is printed, answered, logged, or left where others can read it', {timeout: MINUTES}, async () => {
  await Promise.all([useApi(), useCommands()])
  expect([...said.keys()].filter((what) => what.startsWith('todo5'))).toHaveLength(24)
  expect([...said].flatMap(([what, text]) => secretsIn(text, secrets).map((name) => `${name} in ${what}`))).toEqual([])

  const pids = (await target.root.processes()).map(({pid}) => pid)
  expect(pids.length).toBeGreaterThan(3)
  expect(await processesWith(pids, secrets)).toEqual([])
  const client = new Client({connectionString: (await target.state()).database_url!})
  await client.connect()
  const {rows} = await client.query<{query: string}>('select query from pg_stat_activity')
  await client.end()
  expect(secretsIn(JSON.stringify(rows), secrets)).toEqual([])

  const open = async (folder: string) => (await filesWith(folder, secrets)).filter(({mode}) => (mode & 0o077) !== 0)
  expect(await open(target.stateDir)).toEqual([])
  await target.json('down')
  expect(await open(target.root.path)).toEqual([])
  const places = await filesWith(target.root.path, secrets)
  expect(Object.fromEntries(places.map(({file, secrets: found}) => [file, found]))).toEqual({
    smtp: ['SMTP password'],
    'model-key': ['model key'],
    'home/todo5/state/credentials.json': ['API key'],
    'home/todo5/data/auth-secret': ['auth secret'],
    'home/todo5/data/push-secret': ['push secret'],
    'home/todo5/data/postgres-password': ['database password'],
  })
})
