import {z} from 'zod'
import {variable} from '../runtime/environment.ts'
import {LOG_FORMATS} from '../runtime/log-format.ts'

/** Whose fields log lines have. */
const LOG_VARIABLES = {
  LOG_FORMAT: z.enum(LOG_FORMATS, 'must be plain, oci, azure or google').default('plain'),
  /** Of Google Cloud, to which traces belong. */
  LOG_PROJECT: variable.text().optional(),
}

/** What every process needs before anything else. */
export const PROCESS_VARIABLES = {
  HOST: variable.text().default('127.0.0.1'),
  PORT: variable.port(),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error').default('info'),
  ...LOG_VARIABLES,
  APP_API_TOKEN: variable.secret(16),
}

/** What a service with a sidecar needs besides. */
export const SERVICE_VARIABLES = {
  ...PROCESS_VARIABLES,
  DATABASE_URL: variable.url('postgres:', 'postgresql:'),
  DATABASE_POOL: variable.integer(2, 200).optional(),
  DAPR_HTTP_ENDPOINT: variable.url('http:').default('http://127.0.0.1:3500'),
  DAPR_API_TOKEN: variable.secret(1).optional(),
  DAPR_SECRET_STORE: variable.text().optional(),
  DAPR_SECRET_NAME: variable.text().optional(),
  REPLICA: variable.text().optional(),
  ZIPKIN_ENDPOINT: variable.url('http:', 'https:').optional(),
  TRACE_SAMPLING: variable.fraction().optional(),
  SENTRY_DSN: variable.url('http:', 'https:').optional(),
  SENTRY_ENVIRONMENT: variable.text().optional(),
}
export type ServiceVariables = z.infer<z.ZodObject<typeof SERVICE_VARIABLES>>

/** Those that may come from a secret store. */
export const SECRET_VARIABLES: readonly string[] = [
  'DATABASE_URL',
  'RELAY_DATABASE_URL',
  'SMTP_URL',
  'SMTP_PASSWORD',
  'BETTER_AUTH_SECRET',
  'BETTER_AUTH_SECRET_NEXT',
  'BETTER_AUTH_SECRET_PREVIOUS',
  'PUSH_SECRET',
  'MODEL_KEY',
]

/** Of the job that brings the database to this version. */
export const MIGRATE_VARIABLES = {
  ...LOG_VARIABLES,
  DATABASE_URL: variable.url('postgres:', 'postgresql:'),
  TASK_SERVICE_DATABASE_URL: variable.url('postgres:', 'postgresql:').optional(),
  RECURRING_TASK_SERVICE_DATABASE_URL: variable.url('postgres:', 'postgresql:').optional(),
  NOTIFICATION_SERVICE_DATABASE_URL: variable.url('postgres:', 'postgresql:').optional(),
  AUDIT_SERVICE_DATABASE_URL: variable.url('postgres:', 'postgresql:').optional(),
  CHAT_API_DATABASE_URL: variable.url('postgres:', 'postgresql:').optional(),
  /** How long a database that does not answer is waited for. */
  WAIT_SECONDS: variable.integer(0, 3600).default(60),
}
