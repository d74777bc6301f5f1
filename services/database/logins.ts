import {randomBytes} from 'node:crypto'
import {Client, escapeIdentifier, escapeLiteral} from 'pg'

/** The services that log in to the database, and the group role whose rights each gets. */
const GROUP_OF = {
  task: 'todo5_task',
  recurring: 'todo5_recurring',
  notification: 'todo5_notification',
  audit: 'todo5_audit',
  chat: 'todo5_chat',
  bus: 'todo5_bus',
} as const
export type DatabaseLogin = keyof typeof GROUP_OF

/**
 * Makes one login role per service, or gives an existing one a new password, and answers with the URL of each.
 * `prefix` keeps several installations on one server apart. Run after the migrations, as a user who may create roles.
 */
export async function provisionLogins(
  ownerUrl: string,
  prefix: string,
  newPassword: () => string = () => randomBytes(24).toString('base64url'),
): Promise<Record<DatabaseLogin, string>> {
  const client = new Client({connectionString: ownerUrl, application_name: 'todo5 provision'})
  // A connection that breaks between two statements fails the next one, too.
  client.on('error', () => undefined)
  await client.connect()
  try {
    const urls = {} as Record<DatabaseLogin, string>
    for (const login of Object.keys(GROUP_OF) as DatabaseLogin[]) {
      const role = `${prefix}_${login}`
      const password = newPassword()
      await client.query('begin')
      await client.query(`select pg_advisory_xact_lock(hashtext('todo5 logins'))`)
      const {rowCount} = await client.query('select 1 from pg_roles where rolname = $1', [role])
      // DDL takes no parameters; both parts are made here and quoted by the driver.
      const name = escapeIdentifier(role)
      await client.query(`${rowCount ? 'alter' : 'create'} role ${name} login password ${escapeLiteral(password)}`)
      await client.query(`grant ${GROUP_OF[login]} to ${name}`)
      await client.query('commit')
      urls[login] = loginUrl(ownerUrl, role, password)
    }
    return urls
  } finally {
    await client.end()
  }
}

/**
 * Makes the login of a URL, or gives an existing one the password there, so that it can do what `login` may. For an
 * installation whose passwords are made elsewhere. Run after the migrations, as a user who may create roles.
 */
export async function ensureLogin(owner: Client, login: DatabaseLogin, url: string): Promise<void> {
  const {username, password} = new URL(url)
  const [role, secret] = [decodeURIComponent(username), decodeURIComponent(password)]
  await owner.query('begin')
  await owner.query(`select pg_advisory_xact_lock(hashtext('todo5 logins'))`)
  const {rowCount} = await owner.query('select 1 from pg_roles where rolname = $1', [role])
  const name = escapeIdentifier(role)
  await owner.query(`${rowCount ? 'alter' : 'create'} role ${name} login password ${escapeLiteral(secret)}`)
  await owner.query(`grant ${GROUP_OF[login]} to ${name}`)
  await owner.query('commit')
}

/** The same server and database for another role. */
export function loginUrl(ownerUrl: string, role: string, password: string): string {
  const url = new URL(ownerUrl)
  url.username = role
  url.password = password
  return url.href
}
