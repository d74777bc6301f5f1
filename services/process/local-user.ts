import {randomUUID} from 'node:crypto'
import {readFile, rename, writeFile} from 'node:fs/promises'
import type {Accounts} from '../chat-api/accounts/accounts.ts'

export interface LocalUserFile {
  readonly email: string
  readonly name: string
  readonly timeZone: string
  /** The file with the API key, for its owner alone. */
  readonly keyPath: string
}

/** Makes the user of this machine, and leaves a key that works in the file; the one that is there is kept when it does. */
export async function keepLocalUser(accounts: Accounts, {keyPath, ...user}: LocalUserFile): Promise<void> {
  const currentKey = await readIfThere(keyPath)
  const {apiKey, keyIsNew} = await accounts.ensureLocalUser({...user, ...(currentKey && {currentKey})})
  if (!keyIsNew) return
  const partial = `${keyPath}.${randomUUID()}`
  await writeFile(partial, `${apiKey}\n`, {mode: 0o600, flag: 'wx'})
  await rename(partial, keyPath)
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (error) {
    if ((error as {code?: string}).code === 'ENOENT') return undefined
    throw error
  }
}
