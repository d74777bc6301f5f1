import inject from 'light-my-request'
import {createEmbeddedEventBus} from '../../services/adapters/embedded/event-bus.ts'
import {type Database, openDatabase} from '../../services/database/database.ts'
import type {DatabaseLogin} from '../../services/database/logins.ts'
import {createRecurringTaskService} from '../../services/recurring-task-service/service.ts'
import {USER_HEADER} from '../../services/ports/service-invoker.ts'
import {type Logger, createLogger} from '../../services/runtime/logger.ts'
import type {Service} from '../../services/runtime/service.ts'
import {type TaskService, createTaskService} from '../../services/task-service/service.ts'
import {checkAgainstOpenApi} from './openapi-check.ts'
import {type TestDatabase, createDatabase} from './postgres.ts'
import {serviceUrl} from './template.ts'

/** Log lines of a test, kept so that a test can look at them and nothing is printed. */
export function quietLogger(service = 'test'): {logger: Logger; lines: Record<string, unknown>[]} {
  const lines: Record<string, unknown>[] = []
  return {
    logger: createLogger(service, 'debug', {write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>)}),
    lines,
  }
}

export interface Answer<T = unknown> {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: T
}

export interface CallOptions {
  readonly body?: unknown
  readonly headers?: Record<string, string>
}

/** Calls a service as the edge would, for a user; the whole Koa application runs, without a socket. */
export async function call<T = unknown>(
  service: Service,
  userId: string | null,
  method: string,
  url: string,
  options: CallOptions = {},
): Promise<Answer<T>> {
  const handler = service.app.callback()
  const raw = typeof options.body === 'string' || Buffer.isBuffer(options.body)
  const answer = await inject((request, response) => void handler(request, response), {
    method: method as 'GET',
    url,
    headers: {
      ...(userId === null ? {} : {[USER_HEADER]: userId}),
      ...(options.body === undefined ? {} : {'content-type': 'application/json'}),
      ...options.headers,
    },
    ...(options.body === undefined ? {} : {payload: raw ? options.body : JSON.stringify(options.body)}),
  })
  const text = answer.payload
  const json = (answer.headers['content-type'] ?? '').includes('json')
  const result = {
    status: answer.statusCode,
    headers: answer.headers as Record<string, string>,
    body: (json ? JSON.parse(text) : text) as T,
  }
  checkAgainstOpenApi({method, path: url, ...result})
  return result
}

export interface Pipeline {
  readonly database: TestDatabase
  readonly tasks: TaskService
  readonly recurring: Service
  readonly lines: Record<string, unknown>[]
  open(login: DatabaseLogin): Promise<Database>
  stop(): Promise<void>
}

/** Task Service, Recurring Task Service and the embedded bus on a database of their own. */
export async function startPipeline(
  options: {sweep?: {everyMs: number; olderThanSeconds: number}; consume?: boolean} = {},
): Promise<Pipeline> {
  const database = await createDatabase()
  const {logger, lines} = quietLogger()
  const opened: Database[] = []
  const open = async (login: DatabaseLogin, poolSize = 6): Promise<Database> => {
    const found = await openDatabase({url: serviceUrl(database.url, login), poolSize, applicationName: `test ${login}`})
    opened.push(found)
    return found
  }
  const bus = createEmbeddedEventBus({database: await open('bus'), logger, retryDelayMs: 20})
  const tasks = createTaskService({
    database: await open('task'),
    relayDatabase: await open('task', 2),
    publisher: bus,
    holder: 'test',
    logger,
  })
  const recurring = createRecurringTaskService({
    database: await open('recurring'),
    logger,
    committed: () => tasks.wakeRelay(),
    ...(options.sweep ? {sweep: options.sweep} : {}),
  })
  for (const subscription of recurring.subscriptions) if (options.consume !== false) bus.subscribe(subscription)
  await bus.start()
  await tasks.start()
  await recurring.start()
  return {
    database,
    tasks,
    recurring,
    lines,
    open,
    async stop() {
      await tasks.stop()
      await recurring.stop()
      await bus.stop()
      await Promise.all(opened.map(async (entry) => entry.close()))
    },
  }
}
