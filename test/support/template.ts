import {type DatabaseLogin, loginUrl, provisionLogins} from '../../services/database/logins.ts'
import {migrate} from '../../services/database/migrator.ts'

const PREFIX = 'test'
const PASSWORD = 'test'

/**
 * Fills the template database that `createDatabase()` copies; called once per vitest run, as the superuser.
 * Every connection must be closed when it returns.
 */
export async function migrateTemplate(url: string): Promise<void> {
  await migrate(url)
  await provisionLogins(url, PREFIX, () => PASSWORD)
}

/** The URL with which a service logs in to a test database. */
export const serviceUrl = (databaseUrl: string, login: DatabaseLogin): string =>
  loginUrl(databaseUrl, `${PREFIX}_${login}`, PASSWORD)
