import {Client} from 'pg'
import {isDatabaseOutage} from '../database/outage.ts'
import {LocalFailure} from './failure.ts'

const OLDEST = 14

const WHY: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'no answer',
}

/**
 * Looks whether somebody's own PostgreSQL will do: it answers, is new enough, and the user may create roles and
 * schemas. Changes nothing. Answers with its version, such as 16.3.
 */
export async function checkOwnDatabase(url: string): Promise<string> {
  const parsed = URL.parse(url)
  if (parsed === null || !['postgres:', 'postgresql:'].includes(parsed.protocol) || parsed.pathname.length < 2) {
    throw new LocalFailure('invalid_database_url', '--database-url is no URL of a PostgreSQL database.', [
      'write it as postgres://USER:PASSWORD@HOST:5432/DATABASE',
    ])
  }
  const place = `${parsed.host}${parsed.pathname}`
  const client = new Client({connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'todo5 up'})
  // The server may go away between two questions; the question reports it.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const {rows} = await client.query<{number: string; version: string; may_roles: boolean; may_schemas: boolean}>(`
      select current_setting('server_version_num') as number, current_setting('server_version') as version,
             (select rolcreaterole or rolsuper from pg_roles where rolname = current_user) as may_roles,
             has_database_privilege(current_database(), 'create') as may_schemas`)
    const found = rows[0]!
    if (Number(found.number) < OLDEST * 10_000) {
      throw new LocalFailure(
        'database_too_old',
        `The server of ${place} is PostgreSQL ${found.version}; todo5 needs ${OLDEST} or newer.`,
        ['leave --database-url out: todo5 brings its own PostgreSQL'],
      )
    }
    const user = decodeURIComponent(parsed.username)
    const database = decodeURIComponent(parsed.pathname.slice(1))
    if (!found.may_roles) {
      throw new LocalFailure(
        'database_rights',
        `${user} may not create roles on ${place}; each service logs in as its own.`,
        [`as an administrator: alter role "${user}" createrole`],
      )
    }
    if (!found.may_schemas) {
      throw new LocalFailure('database_rights', `${user} may not create schemas in ${place}.`, [
        `as an administrator: grant create on database "${database}" to "${user}"`,
      ])
    }
    return found.version.split(' ')[0]!
  } catch (error) {
    throw explained(error, parsed)
  } finally {
    await client.end()
  }
}

function explained(error: unknown, url: URL): unknown {
  if (error instanceof LocalFailure) return error
  const {code, message} = error as {code?: unknown; message: string}
  const user = decodeURIComponent(url.username)
  const database = decodeURIComponent(url.pathname.slice(1))
  const cause = {cause: error}
  if (code === '28P01' || code === '28000') {
    const text = `PostgreSQL at ${url.host} refuses the login of ${user}.`
    return new LocalFailure('database_login', text, ['check user and password in --database-url'], cause)
  }
  if (code === '3D000') {
    const text = `PostgreSQL at ${url.host} has no database ${database}.`
    return new LocalFailure('database_missing', text, [`create it: createdb ${database}`], cause)
  }
  if (!isDatabaseOutage(error) && typeof code !== 'string') return error
  return new LocalFailure(
    'database_unreachable',
    `PostgreSQL does not answer at ${url.host}: ${WHY[String(code)] ?? (message || String(code))}.`,
    ['start it, or leave --database-url out: todo5 brings its own PostgreSQL'],
    cause,
  )
}
