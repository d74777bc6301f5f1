import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {DatabaseLogin} from '../../services/database/logins.ts'
import {type Embedded, type EmbeddedOptions, startEmbedded} from '../../services/embedded.ts'
import {answerText} from './answer-text.ts'
import {checkAgainstOpenApi} from './openapi-check.ts'
import {quietLogger} from './pipeline.ts'
import {createDatabase} from './postgres.ts'
import {serviceUrl} from './template.ts'

export interface EmbeddedAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Parsed when it is JSON, else the text. */
  readonly body: any // eslint-disable-line typescript/no-explicit-any -- whatever was answered
}

export interface EmbeddedTodo5 {
  /** Another one after each restart. */
  readonly todo5: Embedded
  /** Of the superuser. */
  readonly databaseUrl: string
  /** Any path, from anybody; the answer is checked against the OpenAPI document. */
  readonly call: (
    method: string,
    path: string,
    headers: Record<string, string>,
    body?: unknown,
  ) => Promise<EmbeddedAnswer>
  /** A path below /api/v1, as the local user unless the headers say otherwise. */
  readonly api: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<EmbeddedAnswer>
  /** Stops, does what is to be done meanwhile, and starts again with the same data; `samePort`: where open pages look for it. */
  restart(meanwhile?: () => Promise<void>, options?: {samePort?: boolean}): Promise<void>
  stop(): Promise<void>
}

/** All services in this process, as `todo5 up` runs them, on a database of their own and random ports. */
export async function startEmbeddedTodo5(
  options: Partial<Pick<EmbeddedOptions, 'mailTo' | 'smtpUrl' | 'model' | 'chatKit' | 'logger'>> & {
    userName?: string
  } = {},
): Promise<EmbeddedTodo5> {
  const {url} = await createDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'todo5-embedded-'))
  const logins: DatabaseLogin[] = ['task', 'recurring', 'notification', 'audit', 'chat', 'bus']
  const settings: EmbeddedOptions = {
    databaseUrls: Object.fromEntries(logins.map((login) => [login, serviceUrl(url, login)])) as Record<
      DatabaseLogin,
      string
    >,
    dataDir,
    port: 0,
    operationsPort: 0,
    smtpPort: 0,
    authSecret: 'a secret of the tests, 32 characters long',
    pushSecret: 'another secret of the tests, as long as that',
    // Every route is called with every kind of key that does not hold.
    refusalsPerMinute: 1000,
    ...(options.mailTo === undefined ? {} : {mailTo: options.mailTo}),
    ...(options.smtpUrl === undefined ? {} : {smtpUrl: options.smtpUrl}),
    model: options.model,
    chatKit: options.chatKit,
    localUser: {email: 'local@localhost.example', name: options.userName ?? 'Local', timeZone: 'Europe/Berlin'},
    logger: options.logger ?? ((service) => quietLogger(service).logger),
  }
  let todo5 = await startEmbedded(settings)
  const call: EmbeddedTodo5['call'] = async (method, path, headers, body) => {
    const answer = await fetch(`${new URL(todo5.apiUrl).origin}${path}`, {
      method,
      headers: {...headers, ...(body === undefined ? {} : {'content-type': 'application/json'})},
      ...(body === undefined ? {} : {body: JSON.stringify(body)}),
    })
    const text = await answerText(answer)
    const isJson = /json/u.test(answer.headers.get('content-type') ?? '')
    const parsed = {status: answer.status, headers: answer.headers, text, body: isJson ? JSON.parse(text) : text}
    checkAgainstOpenApi({method, path, ...parsed})
    return parsed
  }
  return {
    get todo5() {
      return todo5
    },
    databaseUrl: url,
    call,
    api: async (method, path, body, headers = {}) =>
      call(method, `/api/v1${path}`, {'x-api-key': todo5.localApiKey, ...headers}, body),
    async restart(meanwhile = async () => undefined, {samePort = false} = {}) {
      const port = samePort ? Number(new URL(todo5.apiUrl).port) : 0
      await todo5.stop()
      await meanwhile()
      todo5 = await startEmbedded({...settings, port})
    },
    async stop() {
      await todo5.stop()
      await rm(dataDir, {recursive: true, force: true})
    },
  }
}
