import {mkdtemp, readFile, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {freePorts} from '../../cli/supervisor/host/ports.ts'
import {start as startAudit} from '../../services/audit-service/main.ts'
import {start as startChat} from '../../services/chat-api/main.ts'
import type {DatabaseLogin} from '../../services/database/logins.ts'
import {start as startMailbox} from '../../services/mailbox/main.ts'
import {start as startNotification} from '../../services/notification-service/main.ts'
import type {ProcessRun, RunningProcess} from '../../services/process/service-process.ts'
import {start as startRecurring} from '../../services/recurring-task-service/main.ts'
import {SERVICE_NAMES, type ServiceName} from '../../services/contracts/service-names.ts'
import {start as startTask} from '../../services/task-service/main.ts'
import {createDatabase} from './postgres.ts'
import {serviceUrl} from './template.ts'

const STARTS: Readonly<Record<ServiceName, (run: ProcessRun) => Promise<RunningProcess>>> = {
  'task-service': startTask,
  'recurring-task-service': startRecurring,
  'notification-service': startNotification,
  'audit-service': startAudit,
  'chat-api': startChat,
}

const LOGINS: Readonly<Record<ServiceName, DatabaseLogin>> = {
  'task-service': 'task',
  'recurring-task-service': 'recurring',
  'notification-service': 'notification',
  'audit-service': 'audit',
  'chat-api': 'chat',
}

/** What everybody shows the apps of a test. */
export const APP_TOKEN = 'the token of all apps here'

export interface SidecarPlace {
  readonly endpoint: string
  readonly apiToken: string
  stop(): Promise<void>
}

export interface SidecarWish {
  readonly app: ServiceName
  readonly appPort: number
  /** Where the other apps listen for their sidecars. */
  readonly appPorts: Readonly<Record<ServiceName, number>>
}

export interface ServicesOnDapr {
  readonly databaseUrl: string
  readonly publicUrl: string
  readonly appPorts: Readonly<Record<ServiceName, number>>
  readonly sidecars: ReadonlyMap<ServiceName, SidecarPlace>
  /** Log lines of all services. */
  readonly lines: Record<string, unknown>[]
  /** A path below /api/v1, as the local user. */
  api(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{status: number; body: Record<string, unknown>}>
  stopService(app: ServiceName): Promise<void>
  startService(app: ServiceName): Promise<void>
  stop(): Promise<void>
}

/** The services as processes run them, all in this one, each beside a sidecar; and the mailbox. */
export async function startServicesOnDapr(options: {
  startSidecar: (wish: SidecarWish) => Promise<SidecarPlace>
  environment?: Readonly<Record<string, string>>
}): Promise<ServicesOnDapr> {
  const {url: databaseUrl} = await createDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'todo5-services-'))
  const ports = await freePorts(SERVICE_NAMES.length + 3)
  const appPorts = Object.fromEntries(SERVICE_NAMES.map((app, place) => [app, ports[place]!])) as Record<
    ServiceName,
    number
  >
  const [publicPort, mailboxPort, smtpPort] = ports.slice(SERVICE_NAMES.length)
  const publicUrl = `http://127.0.0.1:${publicPort}`
  const keyFile = join(folder, 'key')
  const lines: Record<string, unknown>[] = []
  const sidecars = new Map<ServiceName, SidecarPlace>()
  const running = new Map<ServiceName, RunningProcess>()
  const run = (environment: Readonly<Record<string, string>>): ProcessRun => ({
    environment: {APP_API_TOKEN: APP_TOKEN, LOG_LEVEL: 'debug', ...options.environment, ...environment},
    stop: new AbortController().signal,
    log: {write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>)},
  })
  const own: Readonly<Partial<Record<ServiceName, Readonly<Record<string, string>>>>> = {
    'notification-service': {
      PUBLIC_URL: publicUrl,
      SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
      MAIL_FROM: 'todo5 <todo5@example.com>',
    },
    'chat-api': {
      PUBLIC_URL: publicUrl,
      PUBLIC_PORT: String(publicPort),
      BETTER_AUTH_SECRET: 'a secret of the tests, 32 characters long',
      MAILBOX_URL: `http://127.0.0.1:${mailboxPort}`,
      LOCAL_USER_EMAIL: 'local@localhost.example',
      LOCAL_KEY_PATH: keyFile,
    },
  }
  const startService = async (app: ServiceName): Promise<void> => {
    const {endpoint, apiToken} = sidecars.get(app)!
    const environment = {
      PORT: String(appPorts[app]),
      DATABASE_URL: serviceUrl(databaseUrl, LOGINS[app]),
      DAPR_HTTP_ENDPOINT: endpoint,
      DAPR_API_TOKEN: apiToken,
      REPLICA: `${app} of a test`,
      ...own[app],
    }
    running.set(app, await STARTS[app](run(environment)))
  }
  const stopService = async (app: ServiceName): Promise<void> => {
    await running.get(app)?.stop()
    running.delete(app)
  }

  const mailbox = await startMailbox(
    run({MAILBOX_DIR: join(folder, 'mails'), PORT: String(mailboxPort), SMTP_PORT: String(smtpPort)}),
  )
  for (const app of SERVICE_NAMES) {
    sidecars.set(app, await options.startSidecar({app, appPort: appPorts[app], appPorts}))
    await startService(app)
  }
  const key = (await readFile(keyFile, 'utf8')).trim()
  return {
    databaseUrl,
    publicUrl,
    appPorts,
    sidecars,
    lines,
    async api(method, path, body, headers = {}) {
      const answer = await fetch(`${publicUrl}/api/v1${path}`, {
        method,
        headers: {'x-api-key': key, ...(body === undefined ? {} : {'content-type': 'application/json'}), ...headers},
        ...(body === undefined ? {} : {body: JSON.stringify(body)}),
      })
      const text = await answer.text()
      return {status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>}
    },
    startService,
    stopService,
    async stop() {
      for (const app of [...running.keys()].toReversed()) await stopService(app)
      for (const sidecar of [...sidecars.values()].toReversed()) await sidecar.stop()
      await mailbox.stop()
      await rm(folder, {recursive: true, force: true})
    },
  }
}
