import {randomBytes} from 'node:crypto'
import {SERVICE_NAMES, type ServiceName} from '../../../services/contracts/service-names.ts'
import type {SecretValues} from '../../tools/kubectl-cluster.ts'

/** All that docs/kubernetes.md lists for the charts on Minikube. */
export const SECRET_NAMES = [...SERVICE_NAMES, 'migrate', 'statestore-postgresql', 'postgresql'] as const

const HOST = 'postgresql:5432/todo5'
const SUPERUSER = 'postgres'

const LOGINS: Readonly<Record<ServiceName, string>> = {
  'task-service': 'todo5_task_service',
  'recurring-task-service': 'todo5_recurring_task_service',
  'notification-service': 'todo5_notification_service',
  'audit-service': 'todo5_audit_service',
  'chat-api': 'todo5_chat_api',
}

/** Without characters that would have to be written otherwise in a URL. */
const random = (): string => randomBytes(24).toString('base64url')

const passwordIn = (url: string | undefined): string | undefined => {
  const password = url === undefined ? undefined : URL.parse(url)?.password
  return password ? decodeURIComponent(password) : undefined
}

const urlOf = (login: string, password: string): string => `postgres://${login}:${encodeURIComponent(password)}@${HOST}`

/**
 * What is missing of the Secrets, of which `there` is there: whole ones, and keys of others. What is there stays as it is,
 * and what is made fits to it: the same login has the same password everywhere.
 */
export function missingSecrets(there: ReadonlyMap<string, SecretValues>): Map<string, SecretValues> {
  const superuser =
    there.get('postgresql')?.['password'] ?? passwordIn(there.get('migrate')?.['DATABASE_URL']) ?? random()
  const chat = there.get('chat-api')?.['DATABASE_URL'] ?? urlOf(LOGINS['chat-api'], random())
  const wanted: Record<string, Record<string, () => string>> = {
    ...Object.fromEntries(
      SERVICE_NAMES.map((name) => [
        name,
        {DATABASE_URL: () => (name === 'chat-api' ? chat : urlOf(LOGINS[name], random())), token: random},
      ]),
    ),
    migrate: {DATABASE_URL: () => urlOf(SUPERUSER, superuser)},
    'statestore-postgresql': {connectionString: () => chat},
    postgresql: {password: () => superuser},
  }
  Object.assign(wanted['notification-service']!, {SMTP_URL: () => 'smtp://mailbox:2525', PUSH_SECRET: random})
  Object.assign(wanted['chat-api']!, {BETTER_AUTH_SECRET: random})
  const missing = new Map<string, SecretValues>()
  for (const [name, keys] of Object.entries(wanted)) {
    const has = there.get(name) ?? {}
    const made = Object.entries(keys).filter(([key]) => has[key] === undefined)
    if (made.length > 0) missing.set(name, {...has, ...Object.fromEntries(made.map(([key, make]) => [key, make()]))})
  }
  return missing
}

/** As kubectl reads them. */
export const secretsText = (secrets: ReadonlyMap<string, SecretValues>, namespace: string): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [...secrets].map(([name, stringData]) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: {
        name,
        namespace,
        labels: {'app.kubernetes.io/part-of': 'todo5', 'app.kubernetes.io/created-by': 'todo5'},
      },
      type: 'Opaque',
      stringData,
    })),
  })
