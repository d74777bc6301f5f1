import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {Client} from 'pg'
import {checkAgainstOpenApi} from '../../../test/support/openapi-check.ts'
import {createDatabase} from '../../../test/support/postgres.ts'
import {serviceUrl} from '../../../test/support/template.ts'
import {openDatabase} from '../../database/database.ts'
import type {Invocation, InvocationResult, ServiceInvoker} from '../../ports/service-invoker.ts'
import {MemoryConversationStore} from '../../ports/testing/memory-conversation-store.ts'
import {MemoryLiveEvents} from '../../ports/testing/memory-live-events.ts'
import {createLogger} from '../../runtime/logger.ts'
import {createAccountMails} from '../accounts/account-mails.ts'
import {type Accounts, openAccounts} from '../accounts/accounts.ts'
import {type DatabaseProxy, startDatabaseProxy} from './database-proxy.ts'
import {type ChatApiConfig, type ChatApiDependencies, createChatApi} from '../service.ts'

export const SECRET = 'a secret of the tests, 32 characters long'
export const TRUSTED_ORIGIN = 'https://todo.example'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** Parsed when it is JSON. */
  readonly body: any // eslint-disable-line typescript/no-explicit-any -- the tests look into whatever was answered
}

export interface CallOptions {
  readonly headers?: Record<string, string>
  readonly json?: unknown
  readonly body?: string
  /** The client's address as the proxy in front saw it. */
  readonly from?: string
}

/** Keeps what it was asked and answers with `respond`. */
export class FakeInvoker implements ServiceInvoker {
  readonly invocations: Invocation[] = []
  respond: (invocation: Invocation) => Promise<InvocationResult> = async () => json(200, {ok: true})

  async invoke(invocation: Invocation): Promise<InvocationResult> {
    this.invocations.push(invocation)
    return this.respond(invocation)
  }

  get last(): Invocation {
    return this.invocations.at(-1)!
  }
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): InvocationResult => ({
  status,
  headers: {'content-type': 'application/json; charset=utf-8', ...headers},
  body: Buffer.from(JSON.stringify(body)),
})

export interface RunningChatApi {
  readonly url: string
  readonly accounts: Accounts
  readonly invoker: FakeInvoker
  readonly live: MemoryLiveEvents
  readonly proxy: DatabaseProxy
  readonly logLines: string[]
  call(method: string, path: string, options?: CallOptions): Promise<Answer>
  /** A new account and a key of it. */
  signUp(name: string): Promise<{userId: string; apiKey: string; email: string; token: string}>
  /** As the superuser. */
  sql(text: string, parameters?: unknown[]): Promise<Record<string, unknown>[]>
  /** Ends what clients keep open, as before a stop. */
  hangUp(): void
  stop(): Promise<void>
}

let addresses = 0
/** An address that no other call had, so that limits of one test do not reach another. */
export const freshAddress = (): string => `198.51.${(++addresses >> 8) & 255}.${addresses & 255}`

/** The edge on a real socket with a real database; the services behind it are a fake. */
export async function startChatApi(
  options: {config?: Partial<ChatApiConfig>} & Partial<
    Pick<ChatApiDependencies, 'chatKit' | 'extraRouters' | 'gatewayRoutes' | 'liveTimes' | 'webFolder'>
  > = {},
): Promise<RunningChatApi> {
  const {url: databaseUrl} = await createDatabase()
  const logLines: string[] = []
  const logger = createLogger('chat-api', 'info', {write: (line) => void logLines.push(line)})
  const proxy = await startDatabaseProxy(databaseUrl)
  const chatUrl = serviceUrl(proxy.url, 'chat')
  const database = await openDatabase({url: chatUrl, poolSize: 4, applicationName: 'chat-api test'})
  const invoker = new FakeInvoker()
  const mails = createAccountMails({invoker, logger, retryPausesMs: [1, 1]})
  const accounts = openAccounts({
    databaseUrl: chatUrl,
    poolSize: 4,
    secret: SECRET,
    baseUrl: 'http://127.0.0.1:8636',
    trustedOrigins: [TRUSTED_ORIGIN],
    allowSignUp: true,
    mails,
    signInLinks: true,
    logger,
  })
  const live = new MemoryLiveEvents()
  const {config, ...rest} = options
  const service = createChatApi({
    config: {
      trustedOrigins: [TRUSTED_ORIGIN],
      trustedProxyHops: 1,
      gatewayTimeoutMs: 5000,
      limits: {refusalsPerMinute: 20},
      ...config,
    },
    database,
    accounts,
    invoker,
    live,
    conversations: new MemoryConversationStore(),
    logger,
    ...rest,
  })
  await service.start()
  const callback = service.app.callback()
  const server = createServer((request, response) => void callback(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const admin = new Client({connectionString: databaseUrl})
  await admin.connect()

  const call: RunningChatApi['call'] = async (method, path, {headers, json: value, body, from} = {}) => {
    const invoked = invoker.invocations.length
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        'x-forwarded-for': from ?? freshAddress(),
        ...(value === undefined ? {} : {'content-type': 'application/json'}),
        ...headers,
      },
      ...(value === undefined ? {} : {body: JSON.stringify(value)}),
      ...(body === undefined ? {} : {body}),
      redirect: 'manual',
    })
    const text = await answer.text()
    const isJson = /json/u.test(answer.headers.get('content-type') ?? '')
    const parsed = {status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text}
    // What a fake service answers is whatever a test made up; what the edge itself says must be documented.
    if (parsed.status >= 400 ? invoker.invocations.length === invoked : path.startsWith('/api/v1/profile'))
      checkAgainstOpenApi({method, path, ...parsed})
    return parsed
  }

  return {
    url,
    accounts,
    invoker,
    live,
    proxy,
    logLines,
    call,
    signUp: async (name) => {
      const email = `${name}-${Math.random().toString(36).slice(2)}@example.com`
      const signedUp = await call('POST', '/api/auth/sign-up/email', {
        json: {email, password: 'correct horse', name, time_zone: 'Europe/Berlin'},
      })
      if (signedUp.status !== 200) throw new Error(JSON.stringify(signedUp.body))
      const token = signedUp.headers.get('set-auth-token')!
      const made = await call('POST', '/api/auth/api-key/create', {
        headers: {authorization: `Bearer ${token}`},
        json: {name: 'tests'},
      })
      if (made.status !== 200) throw new Error(JSON.stringify(made.body))
      return {userId: signedUp.body.user.id, apiKey: made.body.key, email, token}
    },
    sql: async (text, parameters = []) => (await admin.query(text, parameters)).rows,
    hangUp: () => service.hangUp(),
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await service.stop()
      await mails.close()
      await accounts.close()
      await database.close()
      await proxy.stop()
      await admin.end()
    },
  }
}
