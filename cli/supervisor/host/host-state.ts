import {z} from 'zod'
import {modelOptions} from '../../../services/contracts/local.ts'
import {MAIL_ADDRESS} from '../../../services/contracts/mail-address.ts'
import {SERVICE_NAMES} from '../../../services/contracts/service-names.ts'

/** What the command line and the background process of `up host` say to each other, as services/contracts/local.ts does. */

export const hostPrograms = z.strictObject({
  daprd: z.string(),
  scheduler: z.string(),
  sentry: z.string(),
  kafkaLibs: z.string(),
  java: z.string(),
  zipkinJar: z.string().nullable(),
  prometheus: z.string().nullable(),
})

/** What a person can choose. Null: not chosen. */
export const hostOptions = z.strictObject({
  /** Null: the default port, or the next free one. */
  port: z.int().min(1).max(65_535).nullable(),
  smtp_url: z.string().nullable(),
  mail_to: z.string().regex(MAIL_ADDRESS).nullable(),
  model: modelOptions.nullable().default(null),
  /** Where errors are reported to; null or absent: nowhere. */
  sentry_dsn: z.string().min(1).nullable().optional(),
  /** Part of the requests that are traced; null or absent: all. */
  trace_sampling: z.number().min(0).max(1).nullable().optional(),
})
export type HostOptions = z.infer<typeof hostOptions>

/** Given on standard input: it holds what nobody else may read. */
export const hostConfiguration = hostOptions.extend({
  /** <data>/host: everything that this target keeps. */
  host_dir: z.string().min(1),
  /** Where the command line keeps its API keys. */
  credentials_dir: z.string().min(1),
  programs: hostPrograms,
  /** What Node runs as a service: services/main.js. */
  service_script: z.string().min(1),
  time_zone: z.string().min(1),
  log_level: z.enum(['debug', 'info', 'warn', 'error']),
  attached: z.boolean(),
})
export type HostConfiguration = z.infer<typeof hostConfiguration>

export const HOST_STEPS = ['platform', 'topics', 'services'] as const
export type HostStep = (typeof HOST_STEPS)[number]

const processFacts = z.object({
  name: z.string(),
  state: z.enum(['starting', 'running', 'restarting', 'stopping', 'stopped', 'stopped_by_hand']),
  pid: z.int().nullable(),
  /** Where others reach it; null when nobody has to. */
  port: z.int().nullable(),
  /** Since `up`. */
  restarts: z.int(),
  /** Answers with 2xx when it is well; null when only its being there is known. */
  health_url: z.string().nullable(),
})
export type ProcessFacts = z.infer<typeof processFacts>

const serviceFacts = z.object({
  service: z.enum(SERVICE_NAMES),
  /** As `goalOf` of wanted.ts names it. */
  goal: z.string(),
  reached: z.boolean(),
  /** Why it could not be reached so far; it is tried again. */
  fault: z.string().nullable(),
})
export type ServiceFacts = z.infer<typeof serviceFacts>

const daprFacts = z.object({
  /** What the sidecars have; null before they are started. */
  version: z.int().nullable(),
  /** What was last asked for; with neither this in `version` nor a fault it is under way. */
  asked: z.int().nullable(),
  /** Why it could not be loaded; the one before is. */
  fault: z.string().nullable(),
})
export type DaprFacts = z.infer<typeof daprFacts>

/** <data>/host/state/host.json, for its owner alone: it holds the URL of the database. Only optional additions. */
export const hostState = z.object({
  pid: z.int().positive(),
  process_start: z.string(),
  phase: z.enum(['starting', 'ready', 'stopping']),
  step: z.enum(HOST_STEPS),
  version: z.string(),
  build: z.string().nullable(),
  started_at: z.string(),
  ready_at: z.string().nullable(),
  /** Null until ready, as are the other URLs. */
  api_url: z.string().nullable(),
  mailbox_url: z.string().nullable(),
  /** Null also when there is no such program. */
  zipkin_url: z.string().nullable(),
  prometheus_url: z.string().nullable(),
  smtp_port: z.int().nullable(),
  kafka_brokers: z.string().nullable(),
  /** Of a user who may create roles. */
  database_url: z.string().nullable(),
  postgres_version: z.string().nullable(),
  /** In the order of starting. */
  processes: z.array(processFacts),
  /** How far each service is with what is wanted of it; empty until the services are started. */
  services: z.array(serviceFacts).default([]),
  dapr: daprFacts,
  options: hostOptions,
})
export type HostState = z.infer<typeof hostState>

export const hostMessage = z.discriminatedUnion('type', [
  z.object({type: z.literal('step'), step: z.enum(HOST_STEPS)}),
  z.object({type: z.literal('ready'), state: hostState}),
  z.object({type: z.literal('failed'), code: z.string(), message: z.string(), hints: z.array(z.string())}),
])
export type HostMessage = z.infer<typeof hostMessage>
