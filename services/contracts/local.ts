import {z} from 'zod'
import {MAIL_ADDRESS} from './mail-address.ts'

/**
 * What the command line and the background process of the local target say to each other: the configuration that the
 * process reads once, the state file that everybody may look at, and the messages while it starts.
 */

/** A language model that speaks as OpenAI's /chat/completions does. */
export const modelOptions = z.strictObject({
  /** To which /chat/completions is added. */
  url: z.string().min(1),
  name: z.string().min(1),
  key: z.string().min(1).nullable(),
  /** For one answer of it. */
  timeout_seconds: z.int().min(1).max(600),
})
export type ModelOptions = z.infer<typeof modelOptions>

/** Given to the process on its standard input, so that no secret is in its arguments or its environment. */
export const localConfiguration = z.strictObject({
  state_dir: z.string().min(1),
  data_dir: z.string().min(1),
  /** Null: the default port, or the next free one. */
  port: z.int().min(1).max(65_535).nullable(),
  /** Null: the embedded PostgreSQL. */
  database_url: z.string().nullable(),
  smtp_url: z.string().nullable(),
  /** Where the reminders of the local user go; null leaves it as it is. */
  mail_to: z.string().regex(MAIL_ADDRESS).nullable(),
  /** A program and its arguments. */
  notify_command: z.array(z.string()).min(1).nullable(),
  /** Who answers in the chat; null: the offline model. Those that ran before there was a choice did not write it. */
  model: modelOptions.nullable().default(null),
  /** Where errors are reported to, https://KEY@HOST/NUMBER; null or absent: nowhere. */
  sentry_dsn: z.string().min(1).nullable().optional(),
  time_zone: z.string().min(1),
  log_level: z.enum(['debug', 'info', 'warn', 'error']),
  /** Ends together with the process that started it. */
  attached: z.boolean(),
})
export type LocalConfiguration = z.infer<typeof localConfiguration>

/** What a person can choose; the rest follows from the machine. Null: not chosen. */
export const localOptions = localConfiguration.pick({
  port: true,
  database_url: true,
  smtp_url: true,
  mail_to: true,
  notify_command: true,
  model: true,
  sentry_dsn: true,
})
export type LocalOptions = z.infer<typeof localOptions>

export const LOCAL_STEPS = ['postgresql', 'services', 'mailbox'] as const
export type LocalStep = (typeof LOCAL_STEPS)[number]

/** Written by any version and read by any other: only optional additions. <state>/local.json, readable by its owner alone: it holds the URL of the database. */
export const localState = z.object({
  pid: z.int().positive(),
  /** Tells this process from a later one with the same pid. */
  process_start: z.string(),
  phase: z.enum(['starting', 'ready', 'stopping']),
  step: z.enum(LOCAL_STEPS),
  version: z.string(),
  /** Tells builds of one version apart in a clone; null in an installed package. */
  build: z.string().nullable(),
  started_at: z.string(),
  ready_at: z.string().nullable(),
  /** Null until ready, as are the other URLs. */
  api_url: z.string().nullable(),
  operations_url: z.string().nullable(),
  mailbox_url: z.string().nullable(),
  smtp_port: z.int().nullable(),
  /** Null when the database is somebody else's. */
  postgres: z.object({pid: z.int().nullable(), port: z.int()}).nullable(),
  postgres_version: z.string().nullable(),
  /** Of a user who may create roles. */
  database_url: z.string().nullable(),
  options: localOptions,
})
export type LocalState = z.infer<typeof localState>

export const localMessage = z.discriminatedUnion('type', [
  z.object({type: z.literal('step'), step: z.enum(LOCAL_STEPS)}),
  z.object({type: z.literal('ready'), state: localState}),
  z.object({type: z.literal('failed'), code: z.string(), message: z.string(), hints: z.array(z.string())}),
])
export type LocalMessage = z.infer<typeof localMessage>

/** The first four letters of todo5 on the keys of a telephone. */
export const DEFAULT_PORT = 8636
