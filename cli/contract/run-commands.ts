import {z} from 'zod'
import {instantOutput} from '../../services/contracts/instant.ts'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {healthResponse} from '../../services/contracts/status.ts'
import {MONITORING} from '../operations/cluster/monitoring.ts'
import {MACHINE_COMMANDS} from './machine-commands.ts'
import {besides, either, failure, followed, listed, one, type Printed, steps, watched} from './printed.ts'

const serviceState = z.object({
  service: z.enum(SERVICE_NAMES),
  state: z.enum(['running', 'stopped']),
  /** False: it was so before. */
  changed: z.boolean(),
})

/** What `up` says of every target. */
const broughtUp = {
  already_running: z.boolean(),
  /** Why the one that ran was replaced; null when none was. */
  restarted: z.enum(['older_version', 'other_build', 'other_options', 'unhealthy']).nullable(),
  took_seconds: z.number(),
  version: z.string(),
  pid: z.int(),
  started_at: instantOutput,
  api_url: z.string().nullable(),
  mailbox_url: z.string().nullable(),
  smtp_port: z.int().nullable(),
  postgres_version: z.string().nullable(),
  /** Whether it is started at login from now on; null: as it was before. */
  at_login: z.boolean().nullable(),
}

const upLocal = z.object({
  target: z.literal('local'),
  ...broughtUp,
  operations_url: z.string().nullable(),
  /** Null when the database is somebody else's. */
  postgres: z.object({pid: z.int().nullable(), port: z.int()}).nullable(),
  data_dir: z.string(),
  log_file: z.string(),
})

const observers = {
  zipkin_url: z.string().nullable(),
  prometheus_url: z.string().nullable(),
  kafka_brokers: z.string().nullable(),
}

const upHost = z.object({
  target: z.literal('host'),
  ...broughtUp,
  ...observers,
  processes: z.array(z.object({name: z.string(), pid: z.int().nullable(), port: z.int().nullable()})),
  services: z.array(serviceState),
  data_dir: z.string(),
})

const opened = z.object({url: z.string(), opened: z.boolean()})

const upMinikube = z.object({
  target: z.literal('minikube'),
  already_running: z.boolean(),
  took_seconds: z.number(),
  version: z.string(),
  profile: z.string(),
  namespace: z.string(),
  monitoring: z.enum(MONITORING),
  api_url: z.string(),
  /** `already`: why there was nothing to do; null: it was done now. */
  stages: z.array(z.object({stage: z.string(), took_seconds: z.number(), already: z.string().nullable()})),
})

const stopped = z.object({
  target: z.enum(['local', 'host']),
  found: z.enum(['running', 'leftovers', 'nothing']),
  killed: z.boolean(),
  /** The folders that were deleted. */
  deleted: z.array(z.string()),
})

const stoppedMinikube = z.object({
  target: z.literal('minikube'),
  found: z.enum(['running', 'stopped', 'nothing']),
  /** What was removed; what was there before todo5, and stays. */
  deleted: z.array(z.string()),
  stays: z.array(z.string()),
})

const minikubeStatus = z.object({
  target: z.literal('minikube'),
  /** `stopped`: the profile is; `not_installed`: there is no profile, or no todo5 in it. */
  state: z.enum(['running', 'degraded', 'stopped', 'not_installed']),
  profile: z.string(),
  namespace: z.string(),
  revision: z.int().nullable(),
  api_url: z.string().nullable(),
  workloads: z.array(z.object({name: z.string(), image: z.string(), ready: z.int(), wanted: z.int()})),
  /** Why pods are not ready, a line each. */
  troubles: z.array(z.string()),
})

const state = z.enum(['running', 'degraded', 'starting', 'stopping', 'stopped', 'left_behind'])
/** Who answers in the chat; null: the offline model. */
const model = z.object({host: z.string(), name: z.string()}).nullable()
const memory = {memory_bytes: z.int().nullable()}
const started = {
  version: z.string().nullable(),
  started_at: instantOutput.nullable(),
  api_url: z.string().nullable(),
  mailbox_url: z.string().nullable(),
  smtp_port: z.int().nullable(),
}

/** Whether it is started when its user logs in: todo5 up --at-login. */
const atLogin = z.boolean()

const localStatus = z.object({
  target: z.literal('local'),
  state,
  ...started,
  operations_url: z.string().nullable(),
  /** Of a database that is not ours, without its password. */
  database_url: z.string().nullable(),
  model,
  processes: z.array(
    z.object({
      name: z.enum(['todo5', 'postgresql']),
      state: z.enum(['running', 'starting', 'stopping', 'down', 'left_behind', 'not_ours']),
      pid: z.int().nullable(),
      port: z.int().nullable(),
      ...memory,
    }),
  ),
  services: z.array(healthResponse),
  outbox: z.object({pending: z.int(), oldest_seconds: z.number()}).nullable(),
  /** What was added or done for a todo5 elsewhere that was away: todo5 sync. */
  waiting: z.array(z.object({context: z.string(), changes: z.int()})),
  at_login: atLogin,
  data_dir: z.string(),
  log_file: z.string(),
})

const hostStatus = z.object({
  target: z.literal('host'),
  state,
  ...started,
  pid: z.int().nullable(),
  ...observers,
  model,
  processes: z.array(
    z.object({
      name: z.string(),
      state: z.enum([
        'starting',
        'running',
        'restarting',
        'stopping',
        'stopped',
        'stopped_by_hand',
        'ill',
        'left_behind',
      ]),
      pid: z.int().nullable(),
      port: z.int().nullable(),
      restarts: z.int(),
      ...memory,
    }),
  ),
  /** Null when Kafka does not say. */
  lag: z.array(z.object({group: z.string(), topic: z.string(), lag: z.int()})).nullable(),
  ...memory,
  at_login: atLogin,
  data_dir: z.string(),
  log_dir: z.string(),
})

/** With whatever fields the service wrote beside these. */
const logLine = z.looseObject({
  timestamp: instantOutput.nullable(),
  level: z.string(),
  service: z.string(),
  user_id: z.string().nullable(),
  event_id: z.string().nullable(),
  message: z.string(),
})

const soundness = z.enum(['ok', 'warning', 'problem'])
const check = z.object({
  area: z.enum(['machine', 'contexts', 'local', 'host', 'minikube', 'oke', 'aks', 'gke']),
  /** Stable, for programs; the texts are for people. */
  check: z.string(),
  state: soundness,
  found: z.string(),
  details: z.array(z.string()),
  next: z.array(z.string()),
})

const program = z.object({
  program: z.string(),
  needed: z.boolean(),
  version: z.string().nullable(),
  from: z.enum(['path', 'release', 'registry']).nullable(),
  path: z.string().nullable(),
  size_bytes: z.int().nullable(),
  problem: z.string().nullable(),
})

const tracedEvent = z.object({
  event_id: z.string(),
  event_type: z.string(),
  task_id: z.int(),
  occurred_at: instantOutput,
  trace_id: z.string(),
})

const traceSpan = z.object({
  id: z.string(),
  /** Null when it is the first, and when its parent is not there: clients record nothing. */
  parent_id: z.string().nullable(),
  service: z.string(),
  name: z.string(),
  kind: z.enum(['server', 'client', 'producer', 'consumer']).nullable(),
  started_at: instantOutput,
  /** Since the trace began. */
  offset_ms: z.number(),
  duration_ms: z.number(),
  /** Why it failed. */
  error: z.string().nullable(),
  /** How many are above it. */
  depth: z.int(),
  tags: z.record(z.string(), z.string()),
})

const cloudStatus = z.object({
  target: z.enum(['oke', 'aks', 'gke']),
  environment: z.enum(['staging', 'production']),
  state: z.enum(['running', 'degraded', 'stopped', 'not_installed']),
  kube_context: z.string(),
  namespace: z.string(),
  /** Null: nothing was made from here. */
  endpoint: z.string().nullable(),
  revision: z.int().nullable(),
  workloads: z.array(z.object({name: z.string(), image: z.string(), ready: z.int(), wanted: z.int()})),
  troubles: z.array(z.string()),
})

export const RUN_COMMANDS = {
  ...MACHINE_COMMANDS,
  up: besides(either(one(upLocal), one(upHost), one(upMinikube)), steps.words),
  down: besides(
    either(one(stopped), one(stoppedMinikube), listed('services', serviceState, {target: z.literal('host')})),
    steps.words,
  ),
  status: watched(
    either(one(localStatus), one(hostStatus), one(minikubeStatus), one(cloudStatus)),
    localStatus,
    hostStatus,
    minikubeStatus,
    cloudStatus,
  ),
  logs: followed(listed('lines', logLine), logLine),
  trace: listed('spans', traceSpan, {
    trace_id: z.string(),
    started_at: instantOutput,
    duration_ms: z.number(),
    services: z.array(z.string()),
    /** By which it was found; null for the id of a trace or an event. */
    event: tracedEvent.nullable(),
    /** Other traces of the same task, newest first. */
    others: z.array(tracedEvent),
  }),
  open: followed(one(opened), z.union([opened, failure])),
  __doctor: listed('checks', check, {at: instantOutput}),
  doctor: listed('checks', check, {
    state: soundness,
    /** What --fix did, or with --dry-run would do, a sentence each. */
    fixed: z.array(z.string()),
  }),
  'toolchain:list': listed('programs', program, {folder: z.string()}),
  'toolchain:install': besides(
    listed('programs', program, {folder: z.string(), notes: z.array(z.string())}),
    steps.words,
  ),
  'toolchain:path': one(program),
} satisfies Record<string, Printed>
