import {readFileSync} from 'node:fs'
import {homedir} from 'node:os'
import {join} from 'node:path'
import type {LineReader} from './chat/line-reader.ts'
import type {Context} from './client/contexts.ts'
import type {RunningTarget} from './client/running-targets.ts'
import type {HttpClient, OpenHttp} from './client/http-client.ts'
import type {TaskApi} from './client/task-api.ts'
import {type Bus, busOf, type BusOpeners} from './composition/bus.ts'
import {
  localDatabaseUrl,
  type Migrations,
  openHandled,
  openMigrations,
  openOutbox,
  type OpenOutbox,
} from './composition/databases.ts'
import type {Mistake} from './composition/mistakes.ts'
import {summarizerOf} from './composition/ci.ts'
import {looksOf, personOf, typedAs} from './composition/environment.ts'
import {openHost, openLocal, toolchainOf} from './composition/targets.ts'
import {type Environment, isOn} from './environment-variables.ts'
import type {HostTarget} from './operations/bring-up-host.ts'
import type {Ports} from './operations/cluster/up-minikube.ts'
import type {HandledEvents} from './operations/consumers/reset-consumer.ts'
import type {KafkaAccess} from './operations/kafka-access.ts'
import type {OutboxFlags} from './operations/outbox-place.ts'
import type {WaitingChanges} from './offline/waiting-changes.ts'
import type {FindPager} from './paging.ts'
import {listenToKeys, type ListenToKeys} from './key-presses.ts'
import {type Paths, resolvePaths} from './paths.ts'
import type {Ask} from './question.ts'
import {Settings} from './settings/settings.ts'
import type {Machine, ProcessEntry} from './supervisor/machine.ts'
import type {Looks, Terminal, TextSink} from './terminal.ts'
import {machineZone, namedZone} from './time/machine-zone.ts'
import type {Zone} from '../services/domain/dates/zone.ts'
import {traceOf} from '../services/contracts/trace-context.ts'
import type {Toolchain} from './toolchain/toolchain.ts'
import type {Attachment} from './tools/attach-program.ts'
import type {Edit} from './tools/editor.ts'

/** What commands work with. The one place that reads the environment and knows adapters; all that is heavy comes late. */
export interface Composition extends Bus {
  readonly terminal: Terminal
  readonly looks: Looks
  readonly paths: Paths
  /** What a person has set for all commands, and where. */
  readonly settings: Settings
  /** The folder that the command was called in. */
  readonly folder: string
  /** Folder of package.json. */
  readonly root: string
  readonly version: string
  readonly versionLine: string
  /** TODO5_DEBUG: stacks of our mistakes. */
  readonly debug: boolean
  /** Writes down a mistake of ours; the file. */
  report(mistake: Omit<Mistake, 'requests'>): Promise<string>
  /** ms since the epoch. */
  now(): number
  /** By name (error when there is none), or as it is set, or of this machine. */
  zone(name?: string): Zone
  /** The running todo5 that this command line talks to; an error when there is none. */
  api(options?: {
    /** Looks again where it is: one that went away may have come back elsewhere. */
    readonly anew?: boolean
  }): Promise<TaskApi>
  /** Whether that one has answered to this command. */
  answered(): Promise<boolean>
  /** Which that is; an error when there is none. */
  context(): Promise<Context>
  /** The changes that wait for that one; undefined where none can: on this machine, or with an address of the environment. */
  waiting(): Promise<WaitingChanges | undefined>
  /** What runs on this machine, first the one that commands talk to; with a context that is set, that one alone. */
  runningTargets(): Promise<RunningTarget[]>
  /** A client for a todo5 that is not, or not yet, a context. */
  readonly http: OpenHttp
  /** What shows a text that is longer than the screen; undefined when a person wants none. */
  readonly pager: FindPager
  /** Asks the person at the terminal; undefined when there is none. */
  readonly ask: Ask | undefined
  /** What that person types, line by line; undefined when there is none. */
  readonly lines: (() => Promise<LineReader>) | undefined
  /** The keys that this person presses, while something listens; undefined when there is none. */
  readonly keys: ListenToKeys | undefined
  /** All of standard input, for a command that was told to read it. */
  readInput(): Promise<string>
  /** Lets the person at the terminal write in an editor; an error when there is none. */
  readonly edit: Edit
  /** Where the streams of a program go that runs in place of a command; without a terminal when a program reads. */
  attachment(json: boolean): Promise<Attachment>
  /** Who works here, as this machine names them. */
  person(): string
  /** How todo5 was called, for commands that are shown to a person: `todo5`, or `npx todo5`. */
  readonly typedAs: string
  /** The local target, running or not, and how it is started. */
  local(): Promise<{machine: Machine; entry: ProcessEntry}>
  /** Where the programs of the real stack are looked for, and how they are got. */
  toolchain(): Promise<Toolchain>
  /** What consumers have noted in the database of the URL, or of the target; to be closed. */
  handledEvents(target: KafkaAccess['target'], databaseUrl: string | undefined): Promise<HandledEvents>
  /** The outbox of the database that is named, or of the todo5 that commands talk to; its desk is to be closed. */
  outbox(flags: OutboxFlags): Promise<OpenOutbox>
  /** Which ports of this machine are free. */
  ports(): Promise<Ports>
  /** The host target, running or not, and how it is started. */
  host(): Promise<HostTarget>
  /** Keeps a summary in Markdown, where this runs in GitHub Actions. */
  summarize(markdown: string): Promise<void>
  /** helm and kubectl read this kubeconfig from now on. */
  useKubeconfig(file: string): void
  /** Migrations of the database that the URL names, or of the local one. */
  migrations(databaseUrl: string | undefined): Promise<Migrations>
}

export interface CompositionSources extends BusOpeners {
  readonly root: string
  readonly env: Environment
  readonly terminal: Terminal
  readonly now: () => number
  readonly ask?: Ask | undefined
  readonly lines?: (() => Promise<LineReader>) | undefined
  readonly keys?: ListenToKeys | undefined
  /** In place of standard input. */
  readonly readInput?: (() => Promise<string>) | undefined
  /** In place of those of this process. */
  readonly attachment?: Attachment
  readonly home?: string
  /** The folder that commands are called in. */
  readonly folder?: string
  readonly uid?: number
  readonly person?: string
  readonly platform?: NodeJS.Platform
}

export function createComposition(sources: CompositionSources): Composition {
  const {root, env, terminal, now} = sources
  const {platform = process.platform, uid = process.getuid?.(), home = homedir()} = sources
  const paths = resolvePaths({env, home, platform, uid})
  const folder = sources.folder ?? currentFolder(home)
  const settings = new Settings({env, folder, configFolder: paths.config})
  const version = packageVersion(root)
  let api: Promise<TaskApi> | undefined
  const http: OpenHttp = async (options) => await openHttp(options, version, env)
  const context = async (): Promise<Context> => await findContext(env, settings, paths)
  const waiting = async (): Promise<WaitingChanges | undefined> => await openWaiting(await context(), paths, now)
  const runningTargets = async (): Promise<RunningTarget[]> =>
    await (await import('./client/running-targets.ts')).readRunningTargets(paths, settings.get('context'))
  const openToolchain = async (): Promise<Toolchain> => await toolchainOf(paths, env, platform)
  return {
    terminal,
    looks: looksOf(env, settings, terminal),
    paths,
    settings,
    folder,
    root,
    version,
    versionLine: `todo5 ${version} (${process.platform}-${process.arch}, Node ${process.versions.node})`,
    debug: isOn(env['TODO5_DEBUG']),
    now,
    pager: async () => (await import('./composition/pager.ts')).pagerOf(env, settings),
    ask: sources.ask,
    lines: sources.lines,
    keys: sources.keys,
    readInput: sources.readInput ?? (async () => await (await import('./question.ts')).readStandardInput()),
    edit: async (text) => await (await import('./tools/editor.ts')).edit(text, env, platform),
    attachment: async (json) => {
      const {attachment} = await import('./tools/attach-program.ts')
      return sources.attachment ?? attachment(sources.ask !== undefined && terminal.stdout.isTTY && !json)
    },
    // Of a command that was sent into a cluster, the one who sent it.
    person: () => sources.person ?? (env['TODO5_PERSON'] || personOf(uid)),
    zone: (name = settings.get('time_zone')) => (name === undefined ? machineZone(env['TZ']) : namedZone(name)),
    api: async ({anew = false} = {}) => {
      if (anew) api = undefined
      return await (api ??= openApi(await context(), http, waiting))
    },
    report: async (mistake) => {
      const {writeReport} = await import('./composition/mistakes.ts')
      const requests = (await api?.catch(() => undefined))?.requests ?? []
      return await writeReport({...mistake, requests}, {stateDir: paths.state, env, home, root, version, now})
    },
    answered: async () => api !== undefined && (await api).answered,
    context,
    waiting,
    runningTargets,
    http,
    typedAs: typedAs(env),
    local: async () => await openLocal({root, env, paths}),
    toolchain: async () => await openToolchain(),
    ...busOf(env, paths, {...sources, runningTargets}),
    handledEvents: async (target, databaseUrl) => await openHandled(runningTargets, target, databaseUrl),
    outbox: async (flags) => await openOutbox(flags, runningTargets),
    ports: async () => await import('../services/database/server/port.ts'),
    host: async () => await openHost({root, env, paths}, openToolchain),
    summarize: summarizerOf(env),
    useKubeconfig: (file) => {
      process.env['KUBECONFIG'] = file
    },
    migrations: async (databaseUrl) => await openMigrations(databaseUrl ?? (await localDatabaseUrl(runningTargets))),
  }
}

/** The composition of a real process. A reader that closes the pipe (`| head`) ends us quietly. */
export function processComposition(root: string): Composition {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0)
      throw error
    })
  }
  const terminal = {stdout: sink(process.stdout, process.env), stderr: sink(process.stderr, process.env)}
  const person = terminal.stderr.isTTY && process.stdin.isTTY
  return createComposition({
    root,
    env: process.env,
    terminal,
    now: Date.now,
    ask: person ? ask : undefined,
    lines: person ? lines : undefined,
    keys: person ? listenToKeys(process.stdin) : undefined,
  })
}

/** Loaded when it is needed: readline costs 2 ms. */
const ask: Ask = async (...asked) => await (await import('./question.ts')).askOnTerminal(...asked)
const lines = async (): Promise<LineReader> =>
  (await import('./chat/line-reader.ts')).openLineReader(process.stdin, process.stderr)

function sink(stream: NodeJS.WriteStream, env: Environment): TextSink {
  const wanted = Number(env['COLUMNS'])
  return {
    write: (text) => void stream.write(text),
    get isTTY() {
      return stream.isTTY ?? false // undefined for a pipe, whatever its type says
    },
    get columns() {
      return stream.columns ?? (Number.isInteger(wanted) && wanted > 0 ? wanted : 80)
    },
    get rows() {
      return stream.rows // undefined where it is no terminal
    },
    onResize: (resized) => {
      stream.on('resize', resized)
      return () => stream.off('resize', resized)
    },
  }
}

const packageVersion = (root: string): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string}).version

/** The folder of a shell may have been deleted. */
function currentFolder(otherwise: string): string {
  try {
    return process.cwd()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return otherwise
  }
}

async function findContext(env: Environment, settings: Settings, paths: Paths): Promise<Context> {
  const {currentContext} = await import('./client/contexts.ts')
  const name = settings.get('context')
  const chosen = name === undefined ? undefined : {name, byFlag: settings.byFlag('context')}
  return await currentContext({chosen, apiUrl: env['TODO5_API_URL'], apiKey: env['TODO5_API_KEY'], paths})
}

async function openHttp(options: Parameters<OpenHttp>[0], version: string, env: Environment): Promise<HttpClient> {
  const {HttpClient} = await import('./client/http-client.ts')
  return new HttpClient({...options, userAgent: `todo5/${version}`, trace: traceOf(env['TRACEPARENT'] ?? '')})
}

async function openApi(
  context: Context,
  http: OpenHttp,
  waiting: () => Promise<WaitingChanges | undefined>,
): Promise<TaskApi> {
  const {TaskApi} = await import('./client/task-api.ts')
  return new TaskApi(await http(context), async (profile) => await (await waiting())?.noteAccount(profile))
}

async function openWaiting(context: Context, paths: Paths, now: () => number): Promise<WaitingChanges | undefined> {
  if (!context.keepsChanges) return undefined
  const {WaitingChanges: Waiting} = await import('./offline/waiting-changes.ts')
  return new Waiting({stateDir: paths.state, context, now})
}
