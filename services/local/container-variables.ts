import {z} from 'zod'
import {variable} from '../runtime/environment.ts'
import {DEFAULT_PORT} from '../contracts/local.ts'
import {MAIL_ADDRESS} from '../contracts/mail-address.ts'

/** Everything of todo5 in one container: what of it can be chosen. */
export const CONTAINER_VARIABLES = {
  HOST: variable.text().default('127.0.0.1'),
  PORT: variable.port().default(DEFAULT_PORT),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error').default('info'),
  PUBLIC_URL: variable.origin(),
  /** Below it the database, the mails and the keys; all of it has to outlive the container. */
  TODO5_HOME: variable.text(),
  TZ: variable.text().default('UTC'),
  DATABASE_URL: variable.url('postgres:', 'postgresql:').optional(),
  SMTP_URL: variable.url('smtp:', 'smtps:').optional(),
  MAIL_FROM: variable.sender().optional(),
  MAIL_TO: z.string().regex(MAIL_ADDRESS, 'must be an address').optional(),
  TRUSTED_ORIGINS: variable.list().optional(),
  TRUSTED_PROXY_HOPS: variable.integer(0, 10).optional(),
  REQUESTS_PER_MINUTE: variable.integer(1, 1_000_000).optional(),
  ALLOW_SIGN_UP: variable.yesOrNo().optional(),
  MODEL_URL: variable.url('http:', 'https:').optional(),
  MODEL_NAME: variable.text().optional(),
  MODEL_KEY: variable.secret(1).optional(),
  SENTRY_DSN: variable.url('http:', 'https:').optional(),
  MODEL_TIMEOUT_SECONDS: variable.integer(1, 600).optional(),
}
export type ContainerVariables = z.infer<z.ZodObject<typeof CONTAINER_VARIABLES>>
