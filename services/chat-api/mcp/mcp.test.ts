import {generateKeyPairSync, randomUUID, sign} from 'node:crypto'
import {createMCPClient} from '@ai-sdk/mcp'
import {Client, StreamableHTTPClientTransport} from '@modelcontextprotocol/client'
import {Client as FirstClient} from '@modelcontextprotocol/sdk/client/index.js'
import {StreamableHTTPClientTransport as FirstTransport} from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import {Client as Sql} from 'pg'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../../../test/support/embedded-todo5.ts'
import {apiKeyOf, signUp} from '../../../test/support/sign-up.ts'
import {TOOLS} from '../tools/tools.ts'
import {IDEMPOTENCY_KEY_META} from './mcp-server.ts'

let todo5: EmbeddedTodo5
let sql: Sql
let origin: string
let ada: Person
let bob: Person
beforeAll(async () => {
  todo5 = await startEmbeddedTodo5()
  origin = new URL(todo5.todo5.apiUrl).origin
  sql = new Sql({connectionString: todo5.databaseUrl})
  await sql.connect()
  ada = await person()
  bob = await person()
}, 300_000)
afterAll(async () => {
  await sql.end()
  await todo5.stop()
})

interface Person {
  readonly userId: string
  readonly session: string
  readonly key: string
  readonly keyId: string
}

async function person(): Promise<Person> {
  const somebody = await signUp(todo5)
  const {id, key} = await apiKeyOf(somebody, todo5)
  return {userId: somebody.id, session: somebody.token, key, keyId: id}
}

async function accessToken(
  key: string,
  scopes = ['tasks:read', 'tasks:write'],
  more: object = {},
): Promise<{token: string; expires_at: string}> {
  const made = await todo5.api('POST', '/access-tokens', {scopes, ...more}, {'x-api-key': key})
  expect(made.status, made.text).toBe(201)
  expect(made.body).toMatchObject({token_type: 'Bearer', scopes, audience: `${origin}/mcp`})
  return made.body
}

type Headers = Record<string, string>
const withKey = (key: string): Headers => ({authorization: `Bearer ${key}`})

/** One request as an older client sends it, without a client in between. */
const post = async (headers: Headers, body: unknown = {jsonrpc: '2.0', id: 1, method: 'tools/list', params: {}}) =>
  fetch(`${origin}/mcp`, {
    method: 'POST',
    headers: {'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers},
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

interface Called {
  readonly isError?: boolean
  readonly content: {type: string; text: string}[]
  readonly structuredContent?: any // eslint-disable-line typescript/no-explicit-any -- the tests look into it
}
interface Connected {
  list(): Promise<string[]>
  call(name: string, input: Record<string, unknown>, meta?: Record<string, unknown>): Promise<Called>
  close(): Promise<void>
}
interface Asked {
  readonly message: string
}
type Elicited = (asked: Asked) => {action: 'accept' | 'decline'; content?: {confirm: boolean}}

async function current(headers: Headers, answer?: Elicited): Promise<Connected> {
  const client = new Client(
    {name: 'tests', version: '1'},
    {versionNegotiation: {mode: 'auto'}, capabilities: answer ? {elicitation: {}} : {}},
  )
  if (answer) client.setRequestHandler('elicitation/create', async ({params}) => answer({message: params.message}))
  await client.connect(new StreamableHTTPClientTransport(new URL(`${origin}/mcp`), {requestInit: {headers}}))
  return {
    list: async () => (await client.listTools()).tools.map(({name}) => name),
    call: async (name, input, meta) =>
      (await client.callTool({name, arguments: input, ...(meta && {_meta: meta})})) as unknown as Called,
    close: async () => client.close(),
  }
}

async function first(headers: Headers): Promise<Connected> {
  const client = new FirstClient({name: 'tests', version: '1'})
  await client.connect(new FirstTransport(new URL(`${origin}/mcp`), {requestInit: {headers}}))
  return {
    list: async () => (await client.listTools()).tools.map(({name}) => name),
    call: async (name, input) => (await client.callTool({name, arguments: input})) as unknown as Called,
    close: async () => client.close(),
  }
}

async function aiSdk(headers: Headers): Promise<Connected> {
  const client = await createMCPClient({transport: {type: 'http', url: `${origin}/mcp`, headers}})
  const tools = await client.tools()
  return {
    list: async () => Object.keys(tools),
    call: async (name, input) =>
      (await tools[name]!.execute(input, {toolCallId: '1', messages: []} as never)) as unknown as Called,
    close: async () => client.close(),
  }
}

describe.each([
  ['the client of the current revision', current],
  ['the client of before', first],
  ['the client of the AI SDK', aiSdk],
])('%s', (_, connect: (headers: Headers) => Promise<Connected>) => {
  test('finds the tools, adds a task, completes it, is refused and asked', async () => {
    const client = await connect(withKey(ada.key))
    expect((await client.list()).sort()).toEqual(TOOLS.map(({name}) => name).sort())
    const added = await client.call('add_task', {sentence: 'feed the cat every day at 9am'})
    expect(added).toMatchObject({structuredContent: {task: {title: 'feed the cat'}}})
    expect(added.content[0]!.text).toContain('every day at 09:00')
    const {id} = added.structuredContent.task
    const done = await client.call('complete_task', {id})
    expect(done.structuredContent).toMatchObject({completed: {id}, next: {title: 'feed the cat'}})
    const refused = await client.call('get_task', {id: 999_999_999})
    expect(refused).toMatchObject({isError: true, content: [{text: expect.stringContaining('There is no task')}]})
    const asked = await client.call('add_task', {sentence: 'pay Ana 3/4'})
    expect(asked).toMatchObject({isError: true, content: [{text: expect.stringContaining('Ask the user: Which day')}]})
    const kept = await client.call('delete_task', {id: done.structuredContent.next.id, scope: 'all'})
    expect(kept).toMatchObject({isError: true, content: [{text: expect.stringContaining('Delete the whole series')}]})
    await client.close()
  })
})

describe('who may', () => {
  test('a key, a session and a token, each for its own tasks alone', async () => {
    const title = `of ada ${randomUUID()}`
    const {token} = await accessToken(ada.key)
    for (const headers of [withKey(ada.key), {'x-api-key': ada.key}, withKey(ada.session), withKey(token)]) {
      const client = await current(headers)
      await client.call('add_task', {title})
      await client.close()
    }
    const seen = async (person: Person) => {
      const client = await current(withKey((await accessToken(person.key)).token))
      const {structuredContent} = await client.call('list_tasks', {search: title})
      await client.close()
      return structuredContent.tasks.length as number
    }
    expect([await seen(ada), await seen(bob)]).toEqual([4, 0])
  })

  test('without anything, or with what does not hold, nobody: the answer says where to look', async () => {
    const metadata = `${origin}/.well-known/oauth-protected-resource/mcp`
    const none = await post({})
    expect(none.status).toBe(401)
    expect(none.headers.get('www-authenticate')).toBe(`Bearer resource_metadata="${metadata}"`)
    const {token} = await accessToken(ada.key)
    const [head, payload, signature] = token.split('.') as [string, string, string]
    for (const [name, headers] of Object.entries({
      garbage: withKey('a.b.c'),
      words: withKey('garbage'),
      'a key of elsewhere': withKey(`todo5_${'aB'.repeat(32)}`),
      'no signature': withKey(`${head}.${payload}.`),
      'another signature': withKey(`${head}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`),
      'the algorithm "none"': withKey(`${part({alg: 'none'})}.${payload}.x`),
      'other claims': withKey(`${head}.${part({...claimsOf(token), sub: bob.userId})}.${signature}`),
      'the word of the client': {'x-todo5-user-id': ada.userId, 'x-todo5-role': 'operator'},
    })) {
      const answer = await post(headers)
      expect(answer.status, name).toBe(401)
      expect(answer.headers.get('www-authenticate'), name).toContain(`resource_metadata="${metadata}"`)
      expect(await answer.json(), name).toMatchObject({code: 'not_signed_in'})
    }
  })

  test('a token of another issuer, for another audience, or of yesterday is refused', async () => {
    const kid = String(headOf((await accessToken(ada.key)).token)['kid'])
    const {privateKey} = generateKeyPairSync('ed25519')
    const good = claimsOf((await accessToken(ada.key)).token)
    const signed = (claims: object) => {
      const text = `${part({alg: 'EdDSA', kid})}.${part(claims)}`
      return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`
    }
    expect((await post(withKey(signed(good)))).status).toBe(401)
    // The same key of ours, once for another audience, and once for another issuer: kept out by the claims alone.
    const own = await ownSigner()
    expect((await post(withKey(own(good)))).status).toBe(200)
    for (const claims of [
      {...good, aud: `${origin}/other`},
      {...good, aud: undefined},
      {...good, iss: 'https://elsewhere.example'},
      {...good, exp: Math.floor(Date.now() / 1000) - 1},
      {...good, exp: undefined},
      {...good, sid: randomUUID()},
      {...good, sub: bob.userId},
      {...good, sub: undefined},
    ])
      expect((await post(withKey(own(claims)))).status, JSON.stringify(claims)).toBe(401)
  })

  test('a token ends with the key that made it', async () => {
    const made = await todo5.call(
      'POST',
      '/api/auth/api-key/create',
      {authorization: `Bearer ${ada.session}`},
      {name: 'short'},
    )
    const {token} = await accessToken(made.body.key)
    expect((await post(withKey(token))).status).toBe(200)
    const own = {'x-api-key': made.body.key}
    expect((await todo5.call('POST', '/api/auth/api-key/delete', own, {keyId: made.body.id})).status).toBe(200)
    expect((await post(withKey(token))).status).toBe(401)
  })

  test('a token opens nothing else', async () => {
    const {token} = await accessToken(ada.key)
    for (const path of ['/api/v1/tasks', '/api/v1/profile', '/api/auth/list-sessions'])
      expect((await todo5.call('GET', path, withKey(token))).status, path).toBe(401)
    expect((await todo5.call('POST', '/api/v1/access-tokens', withKey(token), {scopes: ['tasks:read']})).status).toBe(
      401,
    )
  })

  test('who may only look cannot change anything', async () => {
    const {token} = await accessToken(ada.key, ['tasks:read'])
    const client = await current(withKey(token))
    expect((await client.call('list_tasks', {})).isError).toBeUndefined()
    await expect(client.call('add_task', {title: 'x'})).rejects.toThrow()
    await client.close()
    const call = (name: string) => ({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: {name, arguments: {title: 'x'}},
    })
    for (const {name, scope} of TOOLS.filter((tool) => tool.scope === 'tasks:write')) {
      const answer = await post(withKey(token), call(name))
      expect(answer.status, name).toBe(403)
      expect(answer.headers.get('www-authenticate'), name).toContain('error="insufficient_scope"')
      expect(answer.headers.get('www-authenticate'), name).toContain(`scope="${scope}"`)
    }
    const writer = await accessToken(ada.key, ['tasks:write'])
    expect((await post(withKey(writer.token), call('get_task'))).status).toBe(403)
  })

  test('a page of elsewhere and a name that is not ours are refused, a cookie does not count', async () => {
    expect((await post({...withKey(ada.key), origin: 'https://evil.example'})).status).toBe(403)
    expect((await post({...withKey(ada.key), origin})).status).toBe(200)
    const signedIn = await fetch(`${origin}/api/auth/get-session`, {headers: withKey(ada.session)})
    expect(await signedIn.json()).not.toBeNull()
    expect((await post({cookie: `todo5.session_token=${ada.session}`})).status).toBe(401)
  })
})

describe('what is sent', () => {
  test('what is no request is refused, what is too large too', async () => {
    const ours = withKey(ada.key)
    expect((await post(ours, 'not json')).status).toBe(400)
    expect((await post(ours, {jsonrpc: '2.0', id: 1, method: 'tools/nothing'})).status).toBeLessThan(500)
    expect((await post({...ours, 'content-type': 'text/plain'})).status).toBe(415)
    expect((await post(ours, `"${'x'.repeat(300 * 1024)}"`)).status).toBe(413)
    for (const method of ['GET', 'DELETE', 'PUT'])
      expect((await fetch(`${origin}/mcp`, {method, headers: ours})).status, method).toBe(405)
  })

  test('a change that is sent twice with its key is made once', async () => {
    const client = await current(withKey(ada.key))
    const meta = {[IDEMPOTENCY_KEY_META]: randomUUID()}
    const ids = []
    for (let time = 0; time < 2; time++)
      ids.push((await client.call('add_task', {title: 'once'}, meta)).structuredContent.task.id)
    expect(ids[0]).toBe(ids[1])
    const without = [await client.call('add_task', {title: 'twice'}), await client.call('add_task', {title: 'twice'})]
    expect(without[0]!.structuredContent.task.id).not.toBe(without[1]!.structuredContent.task.id)
    await client.close()
  })

  test('a client that can ask the person does, and does as the person said', async () => {
    const asked: string[] = []
    let answer: ReturnType<Elicited> = {action: 'decline'}
    const client = await current(withKey(ada.key), ({message}) => {
      asked.push(message)
      return answer
    })
    const {id} = (await client.call('add_task', {title: 'to be deleted'})).structuredContent.task
    const kept = await client.call('delete_task', {id})
    expect(kept).toMatchObject({isError: true, content: [{text: 'Nothing has been changed: the user said no.'}]})
    answer = {action: 'accept', content: {confirm: false}}
    expect((await client.call('delete_task', {id})).isError).toBe(true)
    expect((await client.call('get_task', {id})).isError).toBeUndefined()
    answer = {action: 'accept', content: {confirm: true}}
    expect((await client.call('delete_task', {id})).content[0]!.text).toContain('Deleted task')
    expect(asked).toHaveLength(3)
    expect(asked[0]).toContain(`Delete task ${id} "to be deleted"`)
    await client.close()
  })

  test('a fault of ours is told without its details', async () => {
    const {key, userId} = await person()
    await sql.query(`update todo.profiles set time_zone = 'Nowhere/Land' where user_id = $1`, [userId])
    const client = await current(withKey(key))
    const {isError, content} = await client.call('list_tasks', {})
    expect(isError).toBe(true)
    expect(content[0]!.text).toBe('todo5 failed; what happened was logged. It may help to try again.')
    await client.close()
  })
})

test('what RFC 9728 and the key set say is open to all and holds no secret', async () => {
  const metadata = await (await fetch(`${origin}/.well-known/oauth-protected-resource/mcp`)).json()
  expect(metadata).toEqual({
    resource: `${origin}/mcp`,
    resource_name: 'todo5',
    scopes_supported: ['tasks:read', 'tasks:write'],
    bearer_methods_supported: ['header'],
  })
  const {token} = await accessToken(ada.key)
  const {keys} = (await (await fetch(`${origin}/api/auth/jwks`)).json()) as {keys: Record<string, string>[]}
  expect(keys.map(({kid}) => kid)).toContain(headOf(token)['kid'])
  for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'x'])
})

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const read = (token: string, at: number): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[at]!, 'base64url').toString())
const headOf = (token: string) => read(token, 0)
const claimsOf = (token: string) => read(token, 1)

/** Signs with a key that is in the set, as a todo5 that makes tokens for others would. */
async function ownSigner(): Promise<(claims: object) => string> {
  const {privateKey, publicKey} = generateKeyPairSync('ed25519')
  const kid = randomUUID()
  await sql.query(
    `insert into auth."jwks" ("id", "publicKey", "privateKey", "createdAt", "alg", "crv")
     values ($1, $2, 'unused', now() - interval '1 day', 'EdDSA', 'Ed25519')`,
    [kid, JSON.stringify(publicKey.export({format: 'jwk'}))],
  )
  return (claims) => {
    const text = `${part({alg: 'EdDSA', kid})}.${part(claims)}`
    return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`
  }
}
