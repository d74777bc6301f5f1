import {createHmac, randomUUID} from 'node:crypto'
import inject from 'light-my-request'
import Koa from 'koa'
import {Client} from 'pg'
import {afterAll, beforeAll, expect, test, vi} from 'vitest'
import {AUTH_ROUTES} from '../../services/chat-api/routes/auth.ts'
import {CHAT_ROUTES} from '../../services/chat-api/routes/chat.ts'
import {GATEWAY_ROUTES} from '../../services/chat-api/routes/gateway.ts'
import {OPERATIONS} from '../../services/contracts/openapi-operations.ts'
import {ROLE_HEADER, USER_HEADER} from '../../services/ports/service-invoker.ts'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'

interface Route {
  readonly app: Koa
  readonly method: string
  /** As the router has it, an id as `{id}`. */
  readonly path: string
}

/** What anybody may ask for on the public port, without a key; it shows nothing of a user. */
const OPEN = [
  'GET /healthz',
  'GET /metrics',
  'GET /mailbox/style.css',
  // What a program that speaks MCP needs before it has a key.
  'GET /.well-known/oauth-protected-resource/mcp',
  // The document of the web app, the same for all, and its files.
  'GET /',
  'GET /all',
  'GET /assets/{file}',
  'GET /chat',
  'GET /device',
  'GET /forgot-password',
  'GET /icons/{file}',
  'GET /licences/{file}',
  'GET /manifest.webmanifest',
  'GET /reset-password',
  'GET /settings',
  'GET /settings/{section}',
  'GET /sign-in',
  'GET /sign-up',
  'GET /status',
  'GET /sw.js',
  'GET /tasks/{id}',
  'GET /upcoming',
]
/** Neither open to all nor under /api: it takes keys, sessions and tokens, and no cookie. */
const MCP = 'POST /mcp'
/** The conversations of /api/chat in the protocol of ChatKit, with the credentials of /api. */
const CHATKIT = 'POST /chatkit'
/** What only a browser on this machine is shown, by the name that it used. */
const THIS_MACHINE = ['GET /mailbox', 'GET /mailbox/{id}', 'GET /mailbox/{id}/html']
/** Of the accounts what is for those who are not signed in yet. */
const TO_SIGN_IN = [
  'POST /sign-up/email',
  'POST /sign-in/email',
  'POST /sign-out',
  'GET /get-session',
  'POST /request-password-reset',
  'POST /reset-password',
  'POST /sign-in/link',
  'POST /device/code',
  'POST /device/token',
  'GET /device',
  'GET /jwks',
]
/** What the edge asks for in the name of a user, and no request of theirs reaches by itself. */
const BEHIND = [
  'GET /v1/export/reminders',
  'GET /v1/export/series',
  'GET /v1/export/tasks',
  'GET /v1/operator/state',
  'GET /v1/push-key',
  'POST /v1/account-mails',
  'POST /v1/webhook-test',
]

const MARK = `private-${randomUUID()}`
/** As the embedded todo5 of the tests signs sessions. */
const SECRET = 'a secret of the tests, 32 characters long'
let running: EmbeddedTodo5
let sql: Client
let routes: readonly Route[]
let taskId: number

beforeAll(async () => {
  const apps = new Set<Koa>()
  const callback = Koa.prototype.callback // eslint-disable-line typescript/unbound-method -- called with its app below
  const spy = vi.spyOn(Koa.prototype, 'callback').mockImplementation(function (this: Koa) {
    apps.add(this)
    return callback.call(this)
  })
  running = await startEmbeddedTodo5({userName: MARK})
  taskId = (await running.api('POST', '/tasks', {title: MARK, recurring_pattern: 'daily', due_at: '2040-01-01T09:00Z'}))
    .body.id as number
  // Each service is first called when all run.
  await fetch(`${running.todo5.operationsUrl}/healthz`)
  spy.mockRestore()
  routes = [...apps].flatMap(routesOf)
  sql = new Client({connectionString: running.databaseUrl})
  await sql.connect()
})
afterAll(async () => {
  await sql.end()
  await running.stop()
})

interface WithRouter {
  readonly router?: {readonly stack: readonly {readonly methods: readonly string[]; readonly path: string}[]}
}

const routesOf = (app: Koa): Route[] =>
  (app.middleware as readonly WithRouter[])
    .flatMap(({router}) => router?.stack ?? [])
    .flatMap(({methods, path}) => methods.map((method) => ({app, method, path: path.replaceAll(/:(\w+)/gu, '{$1}')})))
    .filter(({method}) => method !== 'HEAD')

const names = (of: readonly {method: string; path: string}[]): string[] =>
  [...new Set(of.map(({method, path}) => `${method.toUpperCase()} ${path}`))].sort()
const isEdge = ({app}: Route): boolean => routes.some((other) => other.app === app && other.path.startsWith('/api/'))
const inner = (): Route[] => routes.filter(({path}) => path.startsWith('/v1/'))
/** Leads to the inner services, whatever is behind it. */
const isGateway = ({path}: Route): boolean =>
  GATEWAY_ROUTES.some(({prefix}) => path === `/api/v1/${prefix}` || path.startsWith(`/api/v1/${prefix}/*`))

test('what the routers have is what is documented, and a route that is new is in all tests of this folder', () => {
  const edge = routes.filter((route) => isEdge(route) && !isGateway(route))
  const through = inner().filter(({path}) => GATEWAY_ROUTES.some(({prefix}) => path.startsWith(`/v1/${prefix}`)))
  expect(names(inner().filter((route) => !through.includes(route)))).toEqual(BEHIND)
  const api = [...edge.filter(({path}) => path.startsWith('/api/v1/')), ...through]
  expect(names(api.map(({method, path}) => ({method, path: path.replace(/^(\/api)?\/v1/u, '')})))).toEqual(
    names(OPERATIONS),
  )
  const accounts = edge.filter(({path}) => path.startsWith('/api/auth/'))
  expect(names(accounts.map(({method, path}) => ({method, path: path.slice('/api/auth'.length)})))).toEqual(
    names(AUTH_ROUTES),
  )
  const chat = edge.filter(({path}) => path.startsWith('/api/chat'))
  expect(names(chat.map(({method, path}) => ({method, path: path.slice('/api/chat'.length) || '/'})))).toEqual(
    names(CHAT_ROUTES),
  )
  expect(names(edge.filter(({path}) => !path.startsWith('/api/')))).toEqual(
    [...OPEN, ...THIS_MACHINE, MCP, CHATKIT].sort(),
  )
})

/** As Better Auth writes a session into a cookie or a bearer token. */
const signed = (token: string, secret: string): string =>
  `${token}.${encodeURIComponent(createHmac('sha256', secret).update(token).digest('base64'))}`

/** A new account; an address may make three in ten seconds. */
async function signUp(): Promise<{id: string; authorization: string}> {
  const account = {email: `${randomUUID()}@example.com`, password: 'correct horse', name: 'Somebody'}
  const made = await running.call('POST', '/api/auth/sign-up/email', {}, account)
  expect(made.status, made.text).toBe(200)
  return {id: made.body.user.id, authorization: `Bearer ${made.headers.get('set-auth-token')}`}
}

/** A session as a sign-in on another device would have made it. */
async function newSession(userId: string): Promise<string> {
  const token = randomUUID().replaceAll('-', '')
  await sql.query(
    `insert into auth.session (id, token, "userId", "expiresAt", "createdAt", "updatedAt")
     values ($1, $2, $3, now() + interval '1 day', now(), now())`,
    [randomUUID(), token, userId],
  )
  return token
}

async function newKey(authorization: string): Promise<{id: string; key: string}> {
  const made = await running.call('POST', '/api/auth/api-key/create', {authorization}, {name: 'tests'})
  expect(made.status, made.text).toBe(200)
  return made.body as {id: string; key: string}
}

/** Credentials that once were good, or would be elsewhere. */
async function useless(): Promise<[string, Record<string, string>][]> {
  const [kept, erased] = [await signUp(), await signUp()]
  const [here, expired, signedOut] = [await newSession(kept.id), await newSession(kept.id), await newSession(kept.id)]
  const bearer = (token: string, secret = SECRET) => ({authorization: `Bearer ${signed(token, secret)}`})
  // What is refused below for its secret, its time or its end is good without them.
  for (const token of [here, expired, signedOut])
    expect((await running.call('GET', '/api/v1/profile', bearer(token))).status).toBe(200)
  const foreign = SECRET.replace('32', '33')
  await sql.query(`update auth.session set "expiresAt" = now() - interval '1 s' where token = $1`, [expired])
  expect((await running.call('POST', '/api/auth/sign-out', bearer(signedOut), {})).status).toBe(200)
  const [revoked, orphan] = [await newKey(kept.authorization), await newKey(erased.authorization)]
  await sql.query(`delete from auth."user" where id = $1`, [erased.id])
  const own = {'x-api-key': revoked.key}
  expect((await running.call('GET', '/api/v1/profile', own)).status).toBe(200)
  expect((await running.call('POST', '/api/auth/api-key/delete', own, {keyId: revoked.id})).status).toBe(200)
  return [
    ['a session signed elsewhere', bearer(here, foreign)],
    ['its cookie', {cookie: `todo5.session_token=${signed(here, foreign)}`}],
    ['a key made elsewhere', {'x-api-key': `todo5_${'aB'.repeat(32)}`}],
    ['a session that has expired', bearer(expired)],
    ['a session that was signed out', bearer(signedOut)],
    ['a session of an erased account', {authorization: erased.authorization}],
    ['a key of an erased account', {'x-api-key': orphan.key}],
    ['a key that was revoked a moment after its use', own],
    ['the word of the client', {[USER_HEADER]: kept.id, [ROLE_HEADER]: 'operator'}],
  ]
}

test('credentials of elsewhere, of yesterday and of nobody open no route', async () => {
  for (const [name, headers] of await useless()) {
    for (const {method, path} of OPERATIONS) {
      const url = `/api/v1${path.replace('{id}', String(taskId))}`
      const answer = await running.call(method.toUpperCase(), url, headers, method === 'get' ? undefined : {title: 'x'})
      expect(answer, `${name}: ${method} ${path}`).toMatchObject({status: 401, body: {code: 'not_signed_in'}})
    }
    for (const {method, path} of CHAT_ROUTES) {
      const url = `/api/chat${path.replace('{id}', randomUUID())}`
      const answer = await running.call(method, url, headers, method === 'GET' ? undefined : {title: 'x'})
      expect(answer, `${name}: ${method} ${url}`).toMatchObject({status: 401, body: {code: 'not_signed_in'}})
    }
    for (const {method, path} of AUTH_ROUTES.filter((route) => !TO_SIGN_IN.includes(names([route])[0]!))) {
      const body = {
        keyId: randomUUID(),
        name: 'x',
        token: 'x',
        currentPassword: 'correct horse',
        newPassword: 'x'.repeat(9),
      }
      const answer = await running.call(method, `/api/auth${path}`, headers, method === 'GET' ? undefined : body)
      // All that is asked for is not there: which field is one too many says nothing of anybody.
      expect([401, 422], `${name}: ${method} ${path} ${answer.text}`).toContain(answer.status)
    }
    const threads = await running.call('POST', '/chatkit', headers, {type: 'threads.list', params: {}})
    expect(threads, `${name}: ${CHATKIT}`).toMatchObject({status: 401, body: {code: 'not_signed_in'}})
    const tool = {jsonrpc: '2.0', id: 1, method: 'tools/call', params: {name: 'get_task', arguments: {id: taskId}}}
    const called = await running.call('POST', '/mcp', headers, tool)
    expect(called, `${name}: ${MCP}`).toMatchObject({status: 401, body: {code: 'not_signed_in'}})
    const session = await running.call('GET', '/api/auth/get-session', headers)
    expect(session.status === 401 ? 'null' : session.text, name).toBe('null')
  }
  expect((await running.api('GET', `/tasks/${taskId}`)).body).toMatchObject({title: MARK, version: 1})
  // Some 800 requests, beside whatever else this machine does.
}, 600_000)

test('what is open to all shows nothing of a user', async () => {
  const origin = new URL(running.todo5.apiUrl).origin
  for (const route of [...OPEN, ...THIS_MACHINE]) {
    const path = route.split(' ')[1]!.replace('{id}', String(taskId))
    const text = await (await fetch(`${origin}${path}`)).text()
    expect(text, route).not.toContain(MARK)
    expect(text, route).not.toContain('local@')
  }
})

/** What others' things are to somebody, or the own ones, of which there are none. */
function toSomebody({path}: Route): number[] {
  if (path.startsWith('/v1/operator')) return [403]
  return path.includes('{id}') ? [404, 422] : [200, 201, 409, 422]
}

test('the services behind the edge let nobody in without a user, and operators only where it is theirs', async () => {
  const ask = async ({app, method, path}: Route, headers: Record<string, string>) => {
    const handler = app.callback()
    const answer = await inject((request, response) => void handler(request, response), {
      method: method as 'GET',
      url: path.replace('{id}', String(taskId)),
      headers: {'content-type': 'application/json', ...headers},
      ...(method === 'GET' ? {} : {payload: JSON.stringify({title: 'x'})}),
    })
    expect(answer.payload, `${method} ${path}`).not.toContain(MARK)
    return answer.statusCode
  }
  expect(inner().length).toBeGreaterThan(15)
  for (const route of inner()) {
    const name = `${route.method} ${route.path}`
    expect(await ask(route, {}), name).toBe(401)
    expect(await ask(route, {[USER_HEADER]: ''}), name).toBe(401)
    const asOther = await ask(route, {[USER_HEADER]: randomUUID(), [ROLE_HEADER]: 'user'})
    expect(toSomebody(route), name).toContain(asOther)
    expect(await ask(route, {[USER_HEADER]: `${randomUUID()}' or true --`}), name).toBeGreaterThanOrEqual(400)
  }
})
