import {randomUUID} from 'node:crypto'
import {Agent} from 'node:http'
import {inspect} from 'node:util'
import * as fc from 'fast-check'
import {Client} from 'pg'
import {expect} from 'vitest'
import {type RunningChatApi, freshAddress, startChatApi} from '../../services/chat-api/testing/start-chat-api.ts'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'
import {createLogger} from '../../services/runtime/logger.ts'
import {type Knowledge, inDays} from './inputs.ts'
import {ACCOUNT_ROUTES, API_ROUTES, type FuzzedRequest, fuzzedRequests} from './requests.ts'
import {type SentAnswer, assertHarmless, send} from './send.ts'

export interface FuzzOptions {
  readonly cases: number
  /** Of an earlier run, to repeat it. */
  readonly seed?: number
}

export interface FuzzResult {
  /** Requests with an answer; of a body that is too large the connection may break instead. */
  readonly answered: number
  /** Routes that accepted at least one request. */
  readonly accepted: readonly string[]
}

/** Requests that are under way at the same time. */
const AT_ONCE = 12

/** What belongs to the other user, and must not be seen or changed. */
interface Owned {
  readonly mark: string
  readonly ids: readonly number[]
  readonly tag: string
  readonly cursor: string
  readonly userId: string
}

/** Sends that many requests as a user who knows the numbers of another one's things, some as nobody and as an operator. */
export async function fuzzApi(options: FuzzOptions): Promise<FuzzResult> {
  const lines: string[] = []
  const mark = `private${randomUUID().slice(0, 8)}`
  const running = await startEmbeddedTodo5({
    userName: mark,
    logger: (service) => createLogger(service, 'info', {write: (line) => void lines.push(line)}),
  })
  const sql = new Client({connectionString: running.databaseUrl})
  await sql.connect()
  const agent = new Agent({keepAlive: true, maxSockets: AT_ONCE})
  try {
    const owner = {'x-api-key': running.todo5.localApiKey}
    const owned = await makeOwned(running, mark)
    const stranger = await makeStranger(running)
    const before = await rowsOf(sql, owned.userId)
    const own = await Promise.all(
      Array.from({length: 24}, async (_, n) => makeTask(running, stranger.headers, `own ${n}`)),
    )
    const knows: Knowledge = {
      ids: [...own, ...owned.ids],
      tags: ['home', 'ünïcödé', owned.tag],
      cursors: [owned.cursor, 'x', Buffer.from('{"a":1}').toString('base64url')],
      searches: [owned.mark, '100%', '_', '\\', "o'neil"],
      uuids: [owned.userId],
    }
    const secrets = [mark, running.todo5.localApiKey, 'local@localhost.example', new URL(running.databaseUrl).password]
    // The end of the account would be the end of all that is tried.
    const routes = API_ROUTES.filter(({method, path}) => !(method === 'DELETE' && path === '/api/v1/account'))
    const result = await fuzz(options, lines, fuzzedRequests(routes, knows), async (request, place) => {
      const who = whoAsks(request, place)
      const headers = {...request.headers, ...(who === 'operator' ? owner : who === 'stranger' ? stranger.headers : {})}
      const answer = await send(new URL(running.todo5.apiUrl).origin, agent, {...request, headers})
      assertHarmless(request, answer, who === 'operator' ? secrets.slice(1, 2) : secrets)
      if (who === 'nobody' && answer.status !== 0) expect(answer.status).toBeGreaterThanOrEqual(400)
      return answer
    })
    expect(await rowsOf(sql, owned.userId)).toEqual(before)
    await allHandled(sql)
    expect(lines.filter((line) => line.includes('"level":"ERROR"'))).toEqual([])
    return result
  } finally {
    agent.destroy()
    await sql.end()
    await running.stop()
  }
}

const OPERATORS_ONLY = /^\/api\/v1\/(?:operator|mailbox)/u

/** An operator only where it is one's own affair: as the same person they own what is not to be changed. */
const whoAsks = ({path}: FuzzedRequest, place: number): 'nobody' | 'stranger' | 'operator' => {
  if (place % 20 === 0) return 'nobody'
  return OPERATORS_ONLY.test(path) && place % 3 !== 0 ? 'operator' : 'stranger'
}

async function makeOwned(running: EmbeddedTodo5, mark: string): Promise<Owned> {
  const tag = `tag-${randomUUID().slice(0, 8)}`
  const ids: number[] = []
  const task = {title: mark, description: mark, tags: [tag], due_at: '2040-01-01T09:00:00Z'}
  for (const more of [{}, {recurring_pattern: 'daily'}, {recurring_pattern: 'weekly'}]) {
    const made = await running.api('POST', '/tasks', {...task, ...more}, {'idempotency-key': `k${ids.length + 1}`})
    ids.push(made.body.id as number)
  }
  const {body: list} = await running.api('GET', '/tasks?limit=1')
  const {body: changes} = await running.api('GET', '/undo')
  ids.push(...(changes.changes as {id: number}[]).map(({id}) => id))
  const {body: profile} = await running.api('GET', '/profile')
  return {mark, tag, ids, cursor: list.next_cursor as string, userId: profile.user_id as string}
}

async function makeStranger({call}: EmbeddedTodo5): Promise<{headers: Record<string, string>}> {
  const account = {email: 'stranger@example.com', password: 'correct horse', name: 'Stranger'}
  const signedUp = await call('POST', '/api/auth/sign-up/email', {}, account)
  const authorization = `Bearer ${signedUp.headers.get('set-auth-token')}`
  const key = await call('POST', '/api/auth/api-key/create', {authorization}, {name: 'fuzz'})
  expect(key.status, key.text).toBe(200)
  return {headers: {'x-api-key': key.body.key as string}}
}

async function makeTask({call}: EmbeddedTodo5, headers: Record<string, string>, title: string): Promise<number> {
  const body = {title, due_at: inDays(-60), recurring_pattern: 'monthly'}
  const made = await call('POST', '/api/v1/tasks', headers, body)
  return made.body.id as number
}

/** What a user has. Reminder jobs and events go on by themselves. */
async function rowsOf(sql: Client, userId: string): Promise<string[]> {
  const rows: string[] = []
  for (const table of ['tasks', 'series', 'reminders', 'profiles', 'undo_log']) {
    const found = await sql.query<{row: string}>(
      `select (to_jsonb(t) - 'job_until')::text as row from todo.${table} t where user_id = $1 order by 1`,
      [userId],
    )
    rows.push(...found.rows.map(({row}) => `${table} ${row}`))
  }
  return rows
}

/** Whatever was accepted makes events that every consumer can handle. */
async function allHandled(sql: Client): Promise<void> {
  const count = async (statement: string) => Number((await sql.query<{n: string}>(statement)).rows[0]!.n)
  await expect.poll(async () => count('select count(*) as n from todo.outbox'), {timeout: 60_000}).toBe(0)
  expect(await count(`select count(*) as n from jobs.event_log where topic like '%-dlq'`)).toBe(0)
}

/** Sends that many requests to the routes of the accounts, as a user who knows the ids of another one's key and sessions. */
export async function fuzzAccounts(options: FuzzOptions): Promise<FuzzResult> {
  const api = await startChatApi()
  const agent = new Agent({keepAlive: true, maxSockets: AT_ONCE})
  try {
    const victim = await api.signUp('victim')
    const before = await accountOf(api, victim.userId)
    const attacker = await api.signUp('attacker')
    const [key] = await api.sql('select id from auth.apikey where "referenceId" = $1', [victim.userId])
    const knows: Knowledge = {
      ids: [],
      tags: [],
      cursors: [],
      searches: [],
      uuids: [victim.userId, key!['id'] as string, randomUUID()],
    }
    const proofs = [{}, {'x-api-key': attacker.apiKey}, {authorization: `Bearer ${attacker.token}`}]
    const routes = ACCOUNT_ROUTES.filter(({path}) => !/sign-out|revoke-other/u.test(path))
    const result = await fuzz(options, api.logLines, fuzzedRequests(routes, knows), async (request, place) => {
      const headers = {...request.headers, ...proofs[place % proofs.length], 'x-forwarded-for': freshAddress()}
      const answer = await send(api.url, agent, {...request, headers})
      assertHarmless(request, answer, [victim.apiKey, victim.email, victim.token])
      return answer
    })
    expect(await accountOf(api, victim.userId)).toEqual(before)
    expect((await api.call('GET', '/api/v1/profile', {headers: {'x-api-key': victim.apiKey}})).status).toBe(200)
    expect((await api.sql(`select count(*)::int as n from auth."user" where role <> 'user'`))[0]).toEqual({n: 0})
    expect(api.logLines.filter((line) => line.includes('"level":"ERROR"'))).toEqual([])
    return result
  } finally {
    agent.destroy()
    await api.stop()
  }
}

const accountOf = async (api: RunningChatApi, userId: string) => [
  await api.sql('select * from auth."user" where id = $1', [userId]),
  await api.sql('select * from auth.account where "userId" = $1', [userId]),
  await api.sql('select * from auth.session where "userId" = $1', [userId]),
  await api.sql('select id, key, enabled, name, "expiresAt" from auth.apikey where "referenceId" = $1', [userId]),
]

async function fuzz(
  {cases, seed = Math.floor(Math.random() * 2 ** 31)}: FuzzOptions,
  log: readonly string[],
  requests: fc.Arbitrary<FuzzedRequest>,
  ask: (request: FuzzedRequest, place: number) => Promise<SentAnswer>,
): Promise<FuzzResult> {
  let answered = 0
  const accepted = new Set<string>()
  const faults: string[] = []
  const next = fc.sample(requests, {numRuns: cases, seed}).entries()
  const work = async (): Promise<void> => {
    for (const [place, request] of next) {
      try {
        const {status} = await ask(request, place)
        answered += Number(status > 0)
        if (status >= 200 && status < 300) accepted.add(request.route)
      } catch (error) {
        faults.push(`request ${place} of seed ${seed}: ${(error as Error).message}\n${inspect(readable(request))}`)
        return
      }
    }
  }
  await Promise.all(Array.from({length: AT_ONCE}, work))
  if (faults.length > 0) {
    const told = log.filter((line) => /"level":"(?:WARN|ERROR)"/u.test(line))
    throw new Error([...faults, ...told].join('\n\n'))
  }
  return {answered, accepted: [...accepted].sort()}
}

const readable = (request: FuzzedRequest) => ({...request, body: request.body?.toString().slice(0, 2000)})
