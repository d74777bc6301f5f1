import {readFile, stat} from 'node:fs/promises'
import {dirname, resolve} from 'node:path'
import {codeOf, PostgresError} from './errors.ts'

/** The system account that the server runs under when we are root, which PostgreSQL refuses. */
export interface Account {
  readonly name: string
  readonly uid: number
  readonly gid: number
}

// initdb insists on a uid that the system knows, so an existing account is needed; none is ever created.
const preferred = ['postgres', '_postgres', 'nobody', 'daemon', 'www-data']

/** Undefined when we are not root (or on Windows): the server then runs as ourselves. */
export async function serverAccount(dataDir: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const accounts = parseAccounts(await readFile('/etc/passwd', 'utf8'))
  const owner = await ownerOf(dataDir)
  // An existing cluster stays with its account, also when a `postgres` account was added to the system later.
  if (owner !== undefined && owner.uid !== 0) {
    return accounts.find((account) => account.uid === owner.uid) ?? {name: String(owner.uid), ...owner}
  }
  for (const name of preferred) {
    const account = accounts.find((candidate) => candidate.name === name && candidate.uid !== 0)
    if (account) return account
  }
  throw new PostgresError(
    'no_account',
    'PostgreSQL must not run as root, and /etc/passwd has no postgres and no nobody account.',
    'Run todo5 as an ordinary user, or add a system account named postgres.',
  )
}

export function parseAccounts(passwd: string): Account[] {
  const accounts: Account[] = []
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid] = line.split(':')
    if (!name || name.startsWith('#') || !/^-?\d+$/.test(uid ?? '') || !/^-?\d+$/.test(gid ?? '')) continue
    accounts.push({name, uid: Number(uid), gid: Number(gid)})
  }
  return accounts
}

/** The first folder on the way to `path` that the account may not enter; undefined when it can get there. */
export async function blockedFolder(path: string, account: Account): Promise<string | undefined> {
  const folders: string[] = []
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    folders.unshift(folder)
    if (folder === dirname(folder)) break
  }
  for (const folder of folders) {
    const {mode, uid, gid} = await stat(folder)
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return folder
  }
  return undefined
}

async function ownerOf(path: string): Promise<{uid: number; gid: number} | undefined> {
  try {
    const {uid, gid} = await stat(path)
    return {uid, gid}
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
