import {readFileSync} from 'node:fs'
import {homedir, hostname, userInfo} from 'node:os'
import {join} from 'node:path'
import type {TaskApi} from './client/task-api.ts'
import {CliError} from './errors.ts'
import {EXIT} from './exit-codes.ts'
import {type Paths, resolvePaths} from './paths.ts'
import type {Ask} from './question.ts'
import type {EventStream} from '../services/ports/event-stream.ts'
import type {HandledEvents} from './operations/consumers/reset-consumer.ts'
import type {KafkaAccess, KafkaFlags, KafkaSources} from './operations/kafka-access.ts'
import type {OutboxDesk} from './operations/outbox-desk.ts'
import type {OutboxFlags, OutboxPlace} from './operations/outbox-place.ts'
import type {StreamPlace} from './operations/stream-place.ts'
import type {Looks, Terminal, TextSink} from './terminal.ts'
import type {HostTarget} from './operations/bring-up-host.ts'
import type {Machine, ProcessEntry} from './supervisor/machine.ts'
import type {Toolchain} from './toolchain/toolchain.ts'
import {machineZone, namedZone} from './time/machine-zone.ts'
import type {Zone} from '../services/domain/dates/zone.ts'
import type {KafkaAdmin} from './tools/kafka-admin.ts'
import type {KafkaConnection} from './tools/kafka-connection.ts'
import type {KafkaPublisher} from './tools/kafka-publisher.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What commands work with. The one place that reads the environment and knows adapters; all that is heavy comes late. */
export interface Composition {
  readonly terminal: Terminal
  readonly looks: Looks
  readonly paths: Paths
  /** Folder of package.json. */
  readonly root: string
  readonly version: string
  readonly versionLine: string
  /** TODO5_DEBUG: stacks of our mistakes. */
  readonly debug: boolean
  /** ms since the epoch. */
  now(): number
  /** By name (error when there is none), or of this machine. */
  zone(name?: string): Zone
  /** The running todo5 that this command line talks to; an error when there is none. */
  api(): Promise<TaskApi>
  /** Asks the person at the terminal; undefined when there is none. */
  readonly ask: Ask | undefined
  /** Who works here, as this machine names them. */
  person(): string
  /** How todo5 was called, for commands that are shown to a person: `todo5`, or `npx todo5`. */
  readonly typedAs: string
  /** The local target, running or not, and how it is started. */
  local(): Promise<{machine: Machine; entry: ProcessEntry}>
  /** Where the programs of the real stack are looked for, and how they are got. */
  toolchain(): Promise<Toolchain>
  /** The Kafka of --brokers, or of the target that runs here; to be closed. */
  kafka(flags: KafkaFlags): Promise<KafkaAccess & {readonly admin: KafkaAdmin}>
  /** The bus of --target, of --brokers, or of the todo5 that commands talk to; to be closed. */
  stream(flags: KafkaFlags): Promise<{readonly target: StreamPlace['target']; readonly stream: EventStream}>
  /** What consumers have noted in the database of the URL, or of the target; to be closed. */
  handledEvents(target: KafkaAccess['target'], databaseUrl: string | undefined): Promise<HandledEvents>
  /** The outbox of the database that is named, or of the todo5 that commands talk to; its desk is to be closed. */
  outbox(flags: OutboxFlags): Promise<OpenOutbox>
  /** Publishes to Kafka past Dapr, as the installation that `source` names; to be closed. */
  publisher(connection: KafkaConnection, source: string): Promise<KafkaPublisher>
  /** The host target, running or not, and how it is started. */
  host(): Promise<HostTarget>
  /** Migrations of the database that the URL names, or of the local one. */
  migrations(databaseUrl: string | undefined): Promise<Migrations>
}

interface OpenOutbox {
  readonly target: OutboxPlace['target']
  readonly desk: OutboxDesk
  /** Who takes the relay's lease, when it is taken. */
  readonly holder: string
}

export interface Migrations {
  migrate(): Promise<string[]>
  rollback(to?: string): Promise<string[]>
  states(): Promise<{name: string; appliedAt: string | null; kind: string | null}[]>
}

export interface CompositionSources {
  readonly root: string
  readonly env: Environment
  readonly terminal: Terminal
  readonly now: () => number
  readonly ask?: Ask | undefined
  /** In place of a real Kafka. */
  readonly openKafka?: ((connection: KafkaConnection) => Promise<KafkaAdmin>) | undefined
  /** In place of a real bus. */
  readonly openStream?: ((place: StreamPlace) => Promise<EventStream>) | undefined
  /** In place of a real Kafka. */
  readonly openPublisher?: ((connection: KafkaConnection, source: string) => Promise<KafkaPublisher>) | undefined
  readonly home?: string
  readonly uid?: number
  readonly person?: string
  readonly platform?: NodeJS.Platform
}

export function createComposition(sources: CompositionSources): Composition {
  const {root, env, terminal, now} = sources
  const {platform = process.platform, uid = process.getuid?.(), home = homedir()} = sources
  const paths = resolvePaths({env, home, platform, uid})
  const version = packageVersion(root)
  let api: Promise<TaskApi> | undefined
  const openToolchain = async (): Promise<Toolchain> => await toolchainOf(paths, env, platform)
  return {
    terminal,
    looks: looksOf(env, terminal),
    paths,
    root,
    version,
    versionLine: `todo5 ${version} (${process.platform}-${process.arch}, Node ${process.versions.node})`,
    debug: isOn(env['TODO5_DEBUG']),
    now,
    ask: sources.ask,
    person: () => sources.person ?? personOf(uid),
    zone: (name) => (name === undefined ? machineZone(env['TZ']) : namedZone(name)),
    api: async () => await (api ??= openApi(env, paths, version)),
    typedAs: typedAs(env),
    local: async () => await openLocal({root, env, paths}),
    toolchain: async () => await openToolchain(),
    kafka: async (flags) => {
      const [{kafkaAccess}, {openKafkaAdmin}] = await Promise.all([
        import('./operations/kafka-access.ts'),
        import('./tools/kafka-admin.ts'),
      ])
      const access = await kafkaAccess(flags, await kafkaSources(env, paths))
      return {...access, admin: await (sources.openKafka ?? openKafkaAdmin)(access.connection)}
    },
    stream: async (flags) => {
      const [{streamPlace}, {readRunningTargets}] = await Promise.all([
        import('./operations/stream-place.ts'),
        import('./client/contexts.ts'),
      ])
      const running = async () => await readRunningTargets(paths)
      const place = await streamPlace(flags, {...(await kafkaSources(env, paths)), running})
      return {target: place.target, stream: await (sources.openStream ?? openStream)(place)}
    },
    handledEvents: async (target, databaseUrl) => {
      const [{consumerDatabase}, {readRunningTargets}, {openHandledEvents}, {databaseError}] = await Promise.all([
        import('./operations/consumers/consumer-database.ts'),
        import('./client/contexts.ts'),
        import('../services/database/handled-events.ts'),
        import('./operations/database-error.ts'),
      ])
      const url = databaseUrl ?? consumerDatabase(target, await readRunningTargets(paths))
      return await openHandledEvents(url, databaseError)
    },
    outbox: async (flags) => await openOutbox(flags, paths),
    publisher: async (connection, source) => {
      const {openKafkaPublisher} = await import('./tools/kafka-publisher.ts')
      return await (sources.openPublisher ?? openKafkaPublisher)(connection, source)
    },
    host: async () => await openHost({root, env, paths}, openToolchain),
    migrations: async (databaseUrl) => await openMigrations(databaseUrl ?? (await localDatabaseUrl(paths))),
  }
}

async function openLocal({root, env, paths}: {root: string; env: Environment; paths: Paths}) {
  const {openLocalMachine} = await import('../services/local/local-machine.ts')
  const folders = {stateDir: paths.state, dataDir: paths.data}
  const entry = {
    ...folders,
    script: localProcess(root),
    env: withoutSecrets(env),
    timeZone: machineZone(env['TZ']).name,
  }
  return {machine: openLocalMachine(folders), entry}
}

async function openMigrations(url: string): Promise<Migrations> {
  const [{migrate, migrationStates, rollback}, {databaseError}] = await Promise.all([
    import('../services/database/migrator.ts'),
    import('./operations/database-error.ts'),
  ])
  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw databaseError(error)
    }
  }
  return {
    migrate: async () => await run(async () => await migrate(url)),
    rollback: async (to) => await run(async () => await rollback(url, to)),
    states: async () => await run(async () => await migrationStates(url)),
  }
}

async function kafkaSources(env: Environment, {data}: Paths): Promise<KafkaSources> {
  const [{readHostBrokers}, {readTextFile}] = await Promise.all([
    import('./client/host-brokers.ts'),
    import('./file-or-value.ts'),
  ])
  return {
    password: env['KAFKA_PASSWORD'],
    hostBrokers: async () => await readHostBrokers(data),
    readFile: readTextFile,
  }
}

async function openStream(place: StreamPlace): Promise<EventStream> {
  if (place.kind === 'kafka') return await (await import('./tools/kafka-stream.ts')).openKafkaStream(place.connection)
  const [{openDatabase}, {createEmbeddedEventStream}, {databaseError}] = await Promise.all([
    import('../services/database/database.ts'),
    import('../services/adapters/embedded/event-stream.ts'),
    import('./operations/database-error.ts'),
  ])
  const database = await openDatabase({url: place.databaseUrl, poolSize: 2, applicationName: 'todo5 cli'})
  return createEmbeddedEventStream({database, explain: databaseError})
}

async function openOutbox(flags: OutboxFlags, paths: Paths): Promise<OpenOutbox> {
  const [{openDatabase}, {openOutboxDesk}, {readRunningTargets}, {outboxPlace}, {databaseError}] = await Promise.all([
    import('../services/database/database.ts'),
    import('../services/runtime/outbox-desk.ts'),
    import('./client/contexts.ts'),
    import('./operations/outbox-place.ts'),
    import('./operations/database-error.ts'),
  ])
  const {target, databaseUrl: url} = outboxPlace(flags, await readRunningTargets(paths))
  const database = await openDatabase({url, poolSize: 3, applicationName: 'todo5 outbox'})
  const desk = await openOutboxDesk({database, explain: databaseError})
  return {target, desk, holder: `todo5 outbox drain on ${hostname()}, process ${process.pid}`}
}

async function toolchainOf(paths: Paths, env: Environment, platform: NodeJS.Platform): Promise<Toolchain> {
  const {takeLock} = await import('../services/local/instance-lock.ts')
  return {
    folder: paths.toolchain,
    searchPath: env['PATH'] ?? '',
    javaHome: env['JAVA_HOME'] || undefined,
    platform,
    arch: process.arch,
    mirror: env['TODO5_TOOLCHAIN_MIRROR'] || undefined,
    takeLock: async (options) => await takeLock(paths.toolchain, {...options, name: 'toolchain.lock'}),
  }
}

async function openHost(
  {root, env, paths}: {root: string; env: Environment; paths: Paths},
  openToolchain: () => Promise<Toolchain>,
): Promise<HostTarget> {
  const {openHostMachine} = await import('./supervisor/host/open-host-machine.ts')
  const dataDir = join(paths.data, 'host')
  const folders = {stateDir: join(dataDir, 'state'), dataDir}
  return {
    machine: openHostMachine(dataDir, paths.state),
    entry: {...folders, script: hostProcess(root), env: withoutSecrets(env), timeZone: machineZone(env['TZ']).name},
    serviceScript: serviceProcess(root),
    credentialsDir: paths.state,
    programs: async () => {
      const [{findPrograms}, {stackPrograms}] = await Promise.all([
        import('./toolchain/find-programs.ts'),
        import('./toolchain/stack-programs.ts'),
      ])
      return stackPrograms(await findPrograms(await openToolchain()))
    },
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
  return createComposition({root, env: process.env, terminal, now: Date.now, ask: person ? ask : undefined})
}

/** Loaded when it is needed: readline costs 2 ms. */
const ask: Ask = async (lines, prompt) => await (await import('./question.ts')).askOnTerminal(lines, prompt)

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
  }
}

/** In a container a user may have a number and no name. */
function personOf(uid: number | undefined): string {
  try {
    return userInfo().username
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error
    return `uid ${uid}`
  }
}

const isOn = (value: string | undefined): boolean => value !== undefined && value !== '' && value !== '0'

function looksOf(env: Environment, {stdout, stderr}: Terminal): Looks {
  const dumb = env['TERM'] === 'dumb'
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''
  const off = dumb || isOn(env['NO_COLOR'])
  const forced = isOn(env['FORCE_COLOR'])
  return {
    colour: {stdout: !off && (forced || stdout.isTTY), stderr: !off && (forced || stderr.isTTY)},
    // A terminal without a locale (ssh, cron) may still be UTF-8; one that names another encoding is not.
    unicode:
      !dumb &&
      !isOn(env['TODO5_ASCII']) &&
      (locale === '' || /utf-?8/iu.test(locale) || !/\.|^(C|POSIX)$/u.test(locale)),
    accessible: isOn(env['TODO5_ACCESSIBLE']),
  }
}

const packageVersion = (root: string): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {version: string}).version

/** Run from the sources, it starts from the sources. */
const fromSources = import.meta.filename.endsWith('.ts')
const programOf = (root: string, part: 'cli' | 'services', ...names: readonly string[]): string =>
  fromSources ? `${join(root, part, ...names)}.ts` : `${join(root, 'dist', part, ...names)}.js`
const localProcess = (root: string): string => programOf(root, 'services', 'local-process')
const hostProcess = (root: string): string => programOf(root, 'cli', 'supervisor', 'host-process')
const serviceProcess = (root: string): string => programOf(root, 'services', 'main')

/** The rest stays: whatever --notify-command runs may need the desktop's variables. */
const withoutSecrets = (env: Environment): Environment => {
  const {TODO5_API_KEY: _key, TODO5_DATABASE_URL: _database, TODO5_SMTP_URL: _smtp, ...others} = env
  return others
}

/** npm says which of its commands runs us. `npx` and `npm exec` are one; both know `npx todo5`, also after `npm run`. */
function typedAs(env: Environment): string {
  if (env['npm_command'] === undefined) return 'todo5'
  const agent = env['npm_config_user_agent'] ?? ''
  if (agent.startsWith('pnpm/')) return 'pnpm exec todo5'
  return agent.startsWith('yarn/') ? 'yarn todo5' : 'npx todo5'
}

async function localDatabaseUrl(paths: Paths): Promise<string> {
  const {readRunningTarget} = await import('./client/contexts.ts')
  const url = (await readRunningTarget(paths))?.database_url
  if (url) return url
  throw new CliError('No database is given, and todo5 does not run here.', {
    code: 'no_database',
    exit: EXIT.unreachable,
    hints: ['--database-url postgres://USER:PASSWORD@HOST/DATABASE', 'todo5 up        starts the one of this machine'],
  })
}

async function openApi(env: Environment, paths: Paths, version: string): Promise<TaskApi> {
  const [{currentContext}, {HttpClient}, {TaskApi}] = await Promise.all([
    import('./client/contexts.ts'),
    import('./client/http-client.ts'),
    import('./client/task-api.ts'),
  ])
  const context = await currentContext({apiUrl: env['TODO5_API_URL'], apiKey: env['TODO5_API_KEY'], paths})
  return new TaskApi(new HttpClient({...context, userAgent: `todo5/${version}`}))
}
