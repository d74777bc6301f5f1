import type {ServerResponse} from 'node:http'
import {join} from 'node:path'
import {createEmbeddedConversationStore} from './adapters/embedded/conversation-store.ts'
import {type EmbeddedEventBus, createEmbeddedEventBus} from './adapters/embedded/event-bus.ts'
import {type EmbeddedJobScheduler, createEmbeddedJobScheduler} from './adapters/embedded/job-scheduler.ts'
import {type Listener, listen} from './adapters/embedded/listener.ts'
import {createEmbeddedLiveEvents} from './adapters/embedded/live-events.ts'
import {createOperationsApp} from './adapters/embedded/operations-app.ts'
import {createEmbeddedServiceInvoker} from './adapters/embedded/service-invoker.ts'
import {createNotifyingMailer} from './adapters/notify-command/mailer.ts'
import {createModelEndpoint} from './adapters/openai/model-endpoint.ts'
import {createSmtpMailer} from './adapters/smtp/mailer.ts'
import {createPushSender} from './adapters/web-push/push-sender.ts'
import {createGuardedSender} from './adapters/webhook/guarded-sender.ts'
import {createAuditService} from './audit-service/service.ts'
import {createAccountMails} from './chat-api/accounts/account-mails.ts'
import {type Accounts, openAccounts} from './chat-api/accounts/accounts.ts'
import type {NewLocalUser} from './chat-api/accounts/local-user.ts'
import {type ChatApiConfig, createChatApi} from './chat-api/service.ts'
import {type Database, openDatabase} from './database/database.ts'
import type {DatabaseLogin} from './database/logins.ts'
import {query} from './database/query.ts'
import {createMailbox} from './mailbox/mailbox.ts'
import {createNotificationService} from './notification-service/service.ts'
import type {Mailer} from './ports/mailer.ts'
import type {ServiceInvoker} from './ports/service-invoker.ts'
import type {ChatKitComponent} from './chat-api/chatkit/component.ts'
import {createRecurringTaskService} from './recurring-task-service/service.ts'
import type {Logger} from './runtime/logger.ts'
import type {ModelOptions} from './contracts/local.ts'
import {SERVICE_NAMES} from './contracts/service-names.ts'
import type {Service} from './runtime/service.ts'
import {registerServices} from './runtime/service-registration.ts'
import {Undo} from './runtime/undo.ts'
import {createTaskService} from './task-service/service.ts'

const HOST = '127.0.0.1'
const DRAIN_MS = 5000

/** How others than this machine reach it; without it, it is for this machine alone. */
export interface Exposure {
  /** Address to listen on. */
  readonly host: string
  /** The origin under which people reach it. */
  readonly url: string
  readonly trustedOrigins: readonly string[]
  readonly trustedProxyHops: number
  readonly allowSignUp: boolean
  readonly requestsPerMinute?: number | undefined
  /** Whom mails are from. */
  readonly from?: {readonly name: string; readonly address: string} | undefined
}

export interface EmbeddedOptions {
  readonly exposure?: Exposure | undefined
  /** One postgres:// URL per login; the database is migrated and the logins exist. */
  readonly databaseUrls: Readonly<Record<DatabaseLogin, string>>
  /** Where the mailbox keeps its mails. */
  readonly dataDir: string
  /** Ports on the loopback address; 0 takes any free one. */
  readonly port: number
  readonly operationsPort: number
  readonly smtpPort: number
  /** Signs sessions; at least 32 characters. */
  readonly authSecret: string
  /** The key of web push is made of it; at least 32 characters. */
  readonly pushSecret: string
  /** A real mail server in place of the local mailbox. */
  readonly smtpUrl?: string | undefined
  /** Where the reminders of the local user go; kept when it is not given again. */
  readonly mailTo?: string | undefined
  /** A program that is run with each reminder. */
  readonly notifyCommand?: readonly string[] | undefined
  /** Answers in the chat in place of the offline model. */
  readonly model?: ModelOptions | undefined
  /** ChatKit in place of the web app's own chat. */
  readonly chatKit?: ChatKitComponent | undefined
  readonly localUser: NewLocalUser
  /** Credentials that an address may try in vain, per minute. */
  readonly refusalsPerMinute?: number
  readonly logger: (service: string) => Logger
}

export interface Embedded {
  readonly apiUrl: string
  readonly operationsUrl: string
  readonly mailboxUrl: string
  readonly smtpPort: number
  readonly localApiKey: string
  stop(): Promise<void>
}

/** All of todo5 in this process: five services, the bus and the jobs in PostgreSQL, the mailbox, two HTTP listeners. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const undo = new Undo()
  try {
    return await assemble(options, undo)
  } catch (error) {
    await undo
      .run()
      .catch((cause: unknown) =>
        options.logger('todo5').warn({error: cause}, 'the failed start was not undone cleanly'),
      )
    throw error
  }
}

async function assemble(options: EmbeddedOptions, undo: Undo): Promise<Embedded> {
  const open: OpenDatabase = async (login, poolSize) => {
    const database = await openDatabase({url: options.databaseUrls[login], poolSize, applicationName: `todo5 ${login}`})
    undo.add(async () => database.close())
    return database
  }
  const {exposure} = options
  const front = await listenUndone(undo, options.port, exposure?.host)
  const operations = await listenUndone(undo, options.operationsPort)
  const ownUrl = `http://${HOST}:${front.port}`
  const publicUrl = exposure?.url ?? ownUrl
  const busDatabase = await open('bus', 8)
  const bus = createEmbeddedEventBus({database: busDatabase, logger: options.logger('bus')})
  const live = createEmbeddedLiveEvents({database: busDatabase, logger: options.logger('live')})
  const jobs = createEmbeddedJobScheduler({
    app: 'notification-service',
    database: busDatabase,
    logger: options.logger('jobs'),
  })
  const mailbox = await createMailbox({
    directory: join(options.dataDir, 'mailbox'),
    port: options.smtpPort,
    logger: options.logger('mailbox'),
  })
  await mailbox.start()
  undo.add(async () => mailbox.stop())
  const mailer = openMailer(options, mailbox.smtpPort, undo)
  const {tasks, recurring, notification, audit} = await buildInnerServices({
    options,
    open,
    bus,
    jobs,
    mailer,
    publicUrl,
    published: () => live.wake(),
  })

  // Asked only when the first request comes, when all are there.
  const invoker = createEmbeddedServiceInvoker(() => services)
  const accounts = openLocalAccounts({options, publicUrl, invoker, undo})
  const chatDatabase = await open('chat', 4)
  const chat = createChatApi({
    config: edgeConfig(options),
    database: chatDatabase,
    accounts,
    invoker,
    live,
    conversations: createEmbeddedConversationStore(busDatabase),
    model: options.model && createModelEndpoint(options.model),
    logger: options.logger('chat-api'),
    chatKit: options.chatKit,
    // The page shows all mails to whoever names this machine, which anybody from outside could.
    extraRouters: [exposure ? mailbox.apiRouter : mailbox.router],
  })
  const services: readonly Service[] = [tasks, recurring, notification, audit, chat]
  // They are one process: it is shown once.
  tasks.metrics.watchProcess()

  for (const service of services) for (const subscription of service.subscriptions) bus.subscribe(subscription)
  jobs.handle(notification.jobHandler)
  const registration = registerServices({
    database: busDatabase,
    services: SERVICE_NAMES,
    logger: options.logger('todo5'),
  })
  await startUndone(undo, [registration, bus, live, tasks, recurring, audit, notification, jobs, chat])
  const local = await accounts.ensureLocalUser(options.localUser)
  if (options.mailTo !== undefined) await setMailTo(chatDatabase, local.userId, options.mailTo)
  front.serve(handlerOf(exposure ? withoutMetrics(chat.app.callback()) : chat.app.callback()))
  operations.serve(handlerOf(createOperationsApp(services, invoker).callback()))
  // First no new requests, then what they woke.
  undo.add(async () => {
    chat.hangUp()
    await front.close(DRAIN_MS)
  })
  return {
    apiUrl: `${ownUrl}/api/v1`,
    operationsUrl: `http://${HOST}:${operations.port}`,
    mailboxUrl: `${ownUrl}/mailbox`,
    smtpPort: mailbox.smtpPort,
    localApiKey: local.apiKey,
    stop: async () => undo.run(),
  }
}

type OpenDatabase = (login: DatabaseLogin, poolSize: number) => Promise<Database>

interface InnerParts {
  readonly options: EmbeddedOptions
  readonly open: OpenDatabase
  readonly bus: EmbeddedEventBus
  readonly jobs: EmbeddedJobScheduler
  readonly mailer: Mailer
  readonly publicUrl: string
  /** Called when events were put on the bus. */
  readonly published: () => void
}

/** The four services behind the edge, each with connections of its own role. */
async function buildInnerServices({options, open, bus, jobs, mailer, publicUrl, published}: InnerParts) {
  const tasks = createTaskService({
    database: await open('task', 16),
    relayDatabase: await open('task', 3),
    publisher: {
      publish: async (events) => {
        const results = await bus.publish(events)
        published()
        return results
      },
    },
    holder: `${HOST} ${process.pid}`,
    alone: true,
    logger: options.logger('task-service'),
  })
  const committed = (): void => tasks.wakeRelay()
  const recurring = createRecurringTaskService({
    database: await open('recurring', 6),
    logger: options.logger('recurring-task-service'),
    committed,
  })
  // This machine is the user's own, unless others come to it.
  const sender = createGuardedSender({reach: options.exposure ? 'public' : 'loopback'})
  const notification = createNotificationService({
    database: await open('notification', 10),
    jobs,
    mailer,
    logger: options.logger('notification-service'),
    publicUrl,
    messageIdDomain: senderAddress(options).split('@')[1]!,
    webhooks: sender,
    push: createPushSender({secret: options.pushSecret, contact: publicUrl, sender}),
    committed,
    alone: true,
  })
  const audit = createAuditService({
    database: await open('audit', 4),
    logger: options.logger('audit-service'),
    committed,
  })
  return {tasks, recurring, notification, audit}
}

function openLocalAccounts({
  options,
  publicUrl,
  invoker,
  undo,
}: {
  options: EmbeddedOptions
  publicUrl: string
  invoker: ServiceInvoker
  undo: Undo
}): Accounts {
  const logger = options.logger('chat-api')
  const mails = createAccountMails({invoker, logger})
  undo.add(async () => mails.close())
  const accounts = openAccounts({
    databaseUrl: options.databaseUrls.chat,
    poolSize: 6,
    secret: options.authSecret,
    baseUrl: publicUrl,
    trustedOrigins: options.exposure?.trustedOrigins ?? [],
    allowSignUp: options.exposure?.allowSignUp ?? true,
    mails,
    signInLinks: true,
    logger,
  })
  undo.add(async () => accounts.close())
  return accounts
}

async function listenUndone(undo: Undo, port: number, host = HOST): Promise<Listener> {
  const listener = await listen(host, port)
  undo.add(async () => listener.close(0))
  return listener
}

/** Starts in order; what was started last is stopped first. */
async function startUndone(
  undo: Undo,
  parts: readonly {start(): Promise<void>; stop(): Promise<void>}[],
): Promise<void> {
  for (const part of parts) {
    await part.start()
    undo.add(async () => part.stop())
  }
}

function openMailer(options: EmbeddedOptions, mailboxPort: number, undo: Undo) {
  const smtp = createSmtpMailer({
    url: options.smtpUrl ?? `smtp://${HOST}:${mailboxPort}`,
    from: options.exposure?.from ?? {name: 'todo5', address: senderAddress(options)},
  })
  undo.add(() => smtp.close())
  const {notifyCommand} = options
  return notifyCommand
    ? createNotifyingMailer(smtp, {command: notifyCommand, logger: options.logger('notify-command')})
    : smtp
}

/** Real servers take mail only from an address that they know: the login, where it is one, else the receiver's own. */
function senderAddress({smtpUrl, mailTo, exposure}: EmbeddedOptions): string {
  if (exposure?.from) return exposure.from.address
  const login = smtpUrl === undefined ? '' : decodeURIComponent(new URL(smtpUrl).username)
  if (login.includes('@')) return login
  return mailTo ?? 'todo5@localhost'
}

async function setMailTo(database: Database, userId: string, mailTo: string): Promise<void> {
  await database.asUser(userId, async (tx) =>
    query(tx, 'update todo.profiles set mail_to = $2 where user_id = $1', [userId, mailTo]),
  )
}

/** Koa's handler answers with a promise that never rejects; the listener has no use for it. */
const handlerOf =
  (callback: (request: never, response: never) => Promise<void>) =>
  (request: unknown, response: unknown): void =>
    void callback(request as never, response as never)

function edgeConfig({exposure, refusalsPerMinute = 60}: EmbeddedOptions): ChatApiConfig {
  const {requestsPerMinute} = exposure ?? {}
  return {
    trustedOrigins: exposure?.trustedOrigins ?? [],
    trustedProxyHops: exposure?.trustedProxyHops ?? 0,
    gatewayTimeoutMs: 15_000,
    limits: {refusalsPerMinute, ...(requestsPerMinute !== undefined && {requestsPerMinute})},
  }
}

/** The numbers are for the operator, who has them at the other address. */
const withoutMetrics =
  (callback: (request: never, response: never) => Promise<void>) =>
  async (request: {url?: string}, response: ServerResponse): Promise<void> => {
    if (request.url?.split('?')[0] === '/metrics') response.writeHead(404).end()
    else await callback(request as never, response as never)
  }
