import {readFile} from 'node:fs/promises'
import {setTimeout as delay} from 'node:timers/promises'
import {Client, escapeIdentifier} from 'pg'
import {type DatabaseLogin, ensureLogin} from '../database/logins.ts'
import {migrate} from '../database/migrator.ts'
import {isDatabaseOutage} from '../database/outage.ts'
import {readEnvironment} from '../runtime/environment.ts'
import {formatOf} from '../runtime/log-format.ts'
import {type Logger, createLogger} from '../runtime/logger.ts'
import {MIGRATE_VARIABLES} from './variables.ts'
import type {ProcessRun} from './service-process.ts'

type LoginVariable = Extract<keyof typeof MIGRATE_VARIABLES, `${string}_DATABASE_URL`>

const LOGIN_OF: Readonly<Record<LoginVariable, DatabaseLogin>> = {
  TASK_SERVICE_DATABASE_URL: 'task',
  RECURRING_TASK_SERVICE_DATABASE_URL: 'recurring',
  NOTIFICATION_SERVICE_DATABASE_URL: 'notification',
  AUDIT_SERVICE_DATABASE_URL: 'audit',
  CHAT_API_DATABASE_URL: 'chat',
}
const PAUSE_MS = 1000

/**
 * What a new version needs of the database before its services start: the migrations, a login for each service whose URL
 * is given, and a schema of their own for conversations, which Dapr's state store fills. Any number may run at once.
 */
export async function run({environment, stop, log}: ProcessRun): Promise<void> {
  const config = await readEnvironment(MIGRATE_VARIABLES, environment, {
    readFile: async (path) => readFile(path, 'utf8'),
  })
  const logger = createLogger('migrate', 'info', log, undefined, formatOf(config))
  const applied = await whenItAnswers(config.WAIT_SECONDS, logger, stop, async () => migrate(config.DATABASE_URL))
  logger.info({migrations: applied}, applied.length === 0 ? 'nothing to migrate' : 'migrated')
  const owner = new Client({connectionString: config.DATABASE_URL, application_name: 'todo5 migrate'})
  // A connection that breaks between two statements fails the next one, too.
  owner.on('error', () => undefined)
  await owner.connect()
  try {
    for (const [variable, login] of Object.entries(LOGIN_OF) as [LoginVariable, DatabaseLogin][]) {
      const url = config[variable]
      if (url === undefined) continue
      await ensureLogin(owner, login, url)
      if (login === 'chat') await giveStateStore(owner, new URL(url).username)
      logger.info({login: decodeURIComponent(new URL(url).username)}, 'the login is as its URL says')
    }
  } finally {
    await owner.end()
  }
}

/** Owners of the schema and of what is in it whose rights a login has not, and who have not those of that login themselves. */
const OTHER_OWNERS = `
  select rolname from pg_roles
  where oid in (
    select nspowner from pg_namespace where nspname = 'dapr'
    union select relowner from pg_class where relnamespace = 'dapr'::regnamespace
  ) and not pg_has_role($1::name, oid, 'usage') and not pg_has_role(oid, (select oid from pg_roles where rolname = $1), 'member')`

/**
 * Its tables are made by Dapr, with the login of chat-api, whose history it keeps. A login that takes the place of another gets
 * the rights of that one, which pods may still use: they would lose what is taken from it.
 */
async function giveStateStore(owner: Client, username: string): Promise<void> {
  const login = decodeURIComponent(username)
  const name = escapeIdentifier(login)
  await owner.query(`create schema if not exists dapr authorization ${name}`)
  const {rows} = await owner.query<{rolname: string}>(OTHER_OWNERS, [login])
  for (const {rolname} of rows) await owner.query(`grant ${escapeIdentifier(rolname)} to ${name}`)
}

/** A database of the same installation may just be starting. */
async function whenItAnswers<T>(
  seconds: number,
  logger: Logger,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const until = performance.now() + seconds * 1000
  for (let tries = 0; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (!isDatabaseOutage(error) || performance.now() > until) throw error
      if (tries === 0) logger.warn({error}, 'the database does not answer yet, waiting')
      await delay(PAUSE_MS, undefined, {signal})
    }
  }
}
