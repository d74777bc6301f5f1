import {mkdir, readFile, rm} from 'node:fs/promises'
import {Client} from 'pg'
import {giveConversationsToDapr} from '../../../services/database/backup/conversations.ts'
import {provisionLogins} from '../../../services/database/logins.ts'
import {migrate} from '../../../services/database/migrator.ts'
import {keepPassword} from '../../../services/database/server/password.ts'
import {buildStamp} from '../../../services/local/build-stamp.ts'
import {startEmbeddedDatabase} from '../../../services/local/embedded-database.ts'
import {LocalFailure, toLocalFailure} from '../../../services/local/failure.ts'
import {makeFolders} from '../../../services/local/folders.ts'
import {takeLock} from '../../../services/local/instance-lock.ts'
import {writeJson} from '../../../services/local/json-file.ts'
import {openLogFile} from '../../../services/local/log-file.ts'
import {choosePort} from '../../../services/local/ports.ts'
import {processStart} from '../../../services/local/process-start.ts'
import {writeApiKey} from '../../../services/local/state-file.ts'
import {APPLICATION_VERSION} from '../../../services/runtime/application-version.ts'
import {createLogger, type Logger} from '../../../services/runtime/logger.ts'
import {applyTopics} from '../../operations/apply-topics.ts'
import {resourcesOf} from '../../operations/dapr-changes.ts'
import {readDaprSources} from '../../operations/dapr-sources.ts'
import {renderDapr} from '../../operations/render-dapr.ts'
import {openKafkaAdmin} from '../../tools/kafka-admin.ts'
import {VersionGivenUp} from './dapr-rollout.ts'
import type {DaprVersion} from './dapr-versions.ts'
import {HOST_CONTEXT, hostFolders, hostLogFile, hostStateFile, sidecarFolder} from './host-folders.ts'
import type {DaprValues, DatabaseUrls, HostDatabase, HostParts, SidecarFiles} from './host-parts.ts'
import type {HostConfiguration} from './host-state.ts'
import {daprVersionsOf, readWanted} from './open-host-machine.ts'
import {ProgramFailure} from './program.ts'
import {AlreadyRunning} from './run-host.ts'
import type {HostService} from './services.ts'
import {sidecarFacts} from './sidecar-facts.ts'
import {serveStackNumbers} from './stack-numbers.ts'

/** Logins are roles of a server of our own: no other installation is on it. */
const LOGIN_PREFIX = 'todo5_host'

export async function hostLog(
  configuration: HostConfiguration,
): Promise<{logger: Logger; file: string; close: () => void}> {
  const folders = hostFolders(configuration.host_dir)
  await makeFolders({stateDir: folders.state, dataDir: folders.root})
  const file = hostLogFile(folders, 'todo5')
  const destination = openLogFile(file)
  return {logger: createLogger('todo5', configuration.log_level, destination), file, close: () => destination.close()}
}

/** Whatever was thrown, in words for the person who started it. */
export function hostFailure(error: unknown, logFile: string): LocalFailure {
  if (error instanceof AlreadyRunning) return new LocalFailure('already_running', error.message, ['todo5 status host'])
  if (error instanceof VersionGivenUp) {
    const hints = ['todo5 up host        starts with the one before', 'todo5 dapr versions']
    return new LocalFailure('program_failed', error.message, hints, {cause: error})
  }
  if (error instanceof ProgramFailure) {
    return new LocalFailure('program_failed', error.message, [`look at ${error.logFile}`], {cause: error})
  }
  return toLocalFailure(error, logFile)
}

export async function openHostParts(
  configuration: HostConfiguration,
  logger: Logger,
  userName: string,
): Promise<HostParts> {
  const folders = hostFolders(configuration.host_dir)
  const start = await processStart(process.pid)
  if (start === undefined) throw new Error(`the system does not show process ${process.pid}, which is this one`)
  return {
    version: APPLICATION_VERSION,
    userName,
    node: process.execPath,
    logger,
    build: await buildStamp(),
    processStart: start,
    makeFolders: async () => await makeFolders({stateDir: folders.state, dataDir: folders.root}),
    takeLock: async () => await takeLock(folders.state),
    openDatabase: async (signal, changed) => await openDatabase(folders.root, logger, signal, changed),
    prepareDatabase: async (url) => await prepareDatabase(url, logger),
    setMailTo,
    keepSecret: keepPassword,
    choosePort,
    applyTopics: async (brokers, signal) => await applyHostTopics(brokers, signal),
    daprVersions: daprVersionsOf(folders),
    daprSources: async () => await readDaprSources(),
    sidecarFiles,
    missingComponents: async (app, port) => await missingComponents(app, sidecarFolder(folders, app), port),
    serveNumbers: serveStackNumbers,
    writeState: async (state) => await writeJson(hostStateFile(folders.state), state),
    removeState: async () => await rm(hostStateFile(folders.state), {force: true}),
    readWanted: async () => await readWanted(folders.state),
    storeApiKey: async () => {
      await mkdir(configuration.credentials_dir, {recursive: true, mode: 0o700})
      const key = (await readFile(folders.localKey, 'utf8')).trim()
      await writeApiKey(configuration.credentials_dir, HOST_CONTEXT, key)
    },
  }
}

async function openDatabase(
  dataDir: string,
  logger: Logger,
  signal: AbortSignal,
  changed: () => void,
): Promise<HostDatabase> {
  const {server, url, version, lost} = await startEmbeddedDatabase({dataDir, logger, signal, changed})
  return {url, version, lost, port: server.port, pid: () => server.pid(), stop: async () => await server.stop()}
}

async function prepareDatabase(url: string, logger: Logger): Promise<DatabaseUrls> {
  const applied = await migrate(url)
  if (applied.length > 0) logger.info({migrations: applied}, 'migrated')
  const urls = await provisionLogins(url, LOGIN_PREFIX)
  // Dapr's state store makes its tables itself, with the login of chat-api, whose history it keeps.
  await asOwner(url, async (client) => {
    await client.query(`create schema if not exists dapr authorization ${LOGIN_PREFIX}_chat`)
    await giveConversationsToDapr(client, `${LOGIN_PREFIX}_chat`)
  })
  return urls
}

async function setMailTo(url: string, email: string, mailTo: string): Promise<void> {
  await asOwner(url, async (client) => {
    await client.query('update todo.profiles set mail_to = $2 where email = $1', [email, mailTo])
  })
}

async function asOwner(url: string, work: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client({connectionString: url, application_name: 'todo5 up host'})
  // A connection that breaks between two statements fails the next one, too.
  client.on('error', () => undefined)
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

async function sidecarFiles(app: HostService, version: DaprVersion, values: DaprValues): Promise<SidecarFiles> {
  const {sources, values: chosen} = version
  return resourcesOf(app, await renderDapr({target: 'host', sources, values: {...chosen, ...values}}))
}

async function missingComponents(app: HostService, folder: string, port: number): Promise<string[]> {
  const {expected, loaded} = await sidecarFacts(app, folder, port)
  const names = new Set(loaded?.components.map(({name}) => name))
  return expected.components.map(({name}) => name).filter((name) => !names.has(name))
}

async function applyHostTopics(brokers: string, signal: AbortSignal): Promise<void> {
  const admin = await openKafkaAdmin({brokers: [brokers]})
  try {
    signal.throwIfAborted()
    await applyTopics(admin, {target: 'host', confirm: false})
  } finally {
    await admin.close()
  }
}
