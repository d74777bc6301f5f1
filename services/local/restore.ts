import {chmod, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {
  dropDatabases,
  installationOf,
  restoreBeside,
  type RestoreOptions,
  unfinishedDatabases,
} from '../database/backup/restore-database.ts'
import {isThere, readJson, writeJson} from './json-file.ts'

/** Files of the data folder without which a restored database is not whole: they sign sessions, and push messages. */
export const SECRET_FILES = ['auth-secret', 'push-secret'] as const
export type Secrets = Readonly<Partial<Record<(typeof SECRET_FILES)[number], string>>>

/** Says, while a restore is at its end, which installation belongs to the secrets that lie ready. */
const noteOf = (dataDir: string): string => join(dataDir, 'restore.json')
const readyFile = (dataDir: string, name: string): string => join(dataDir, `${name}.restored`)

/** Those that there are. */
export async function readSecrets(dataDir: string): Promise<Secrets> {
  const found: Partial<Record<(typeof SECRET_FILES)[number], string>> = {}
  for (const name of SECRET_FILES) {
    const file = join(dataDir, name)
    if (await isThere(file)) found[name] = await readFile(file, 'utf8')
  }
  return found
}

export async function writeSecrets(dataDir: string, secrets: Secrets): Promise<void> {
  for (const name of SECRET_FILES) {
    const secret = secrets[name]
    if (secret === undefined) continue
    const ready = readyFile(dataDir, name)
    await rm(ready, {force: true})
    await writeFile(ready, secret, {mode: 0o600, flag: 'wx', flush: true})
    await rename(ready, join(dataDir, name))
  }
}

/**
 * Database and secrets of a backup in place of those of a data folder. The database is the one that decides: whoever is
 * killed between its swap and that of the secrets leaves a note by which `settleRestore` ends the work.
 */
export async function restoreDataFolder(
  {dataDir, urlOf, database}: {dataDir: string; urlOf: (database?: string) => string; database: string},
  options: RestoreOptions,
  secrets: Secrets,
): Promise<void> {
  try {
    await restoreBeside(
      urlOf,
      database,
      options,
      async (installation) => await layReady(dataDir, secrets, installation),
    )
  } finally {
    await settleRestore({dataDir, urlOf, database})
  }
}

async function layReady(dataDir: string, secrets: Secrets, installation: string): Promise<void> {
  for (const name of SECRET_FILES) {
    const secret = secrets[name]
    const ready = readyFile(dataDir, name)
    await rm(ready, {force: true})
    if (secret !== undefined) await writeFile(ready, secret, {mode: 0o600, flag: 'wx', flush: true})
  }
  await writeJson(noteOf(dataDir), {installation})
}

/** Ends or takes back what a restore has begun, and removes what it has replaced. Does nothing where none was. */
export async function settleRestore({
  dataDir,
  urlOf,
  database,
}: {
  dataDir: string
  urlOf: (database?: string) => string
  database: string
}): Promise<void> {
  if (await isThere(noteOf(dataDir))) {
    const note = (await readJson(noteOf(dataDir))) as {installation?: unknown} | undefined
    const swapped = note?.installation === (await installationOf(urlOf(database)))
    for (const name of SECRET_FILES) {
      const ready = readyFile(dataDir, name)
      if (swapped && (await isThere(ready))) {
        await chmod(ready, 0o600)
        await rename(ready, join(dataDir, name))
      } else await rm(ready, {force: true})
    }
    await rm(noteOf(dataDir), {force: true})
  }
  const left = await unfinishedDatabases(urlOf())
  if (left.length > 0) await dropDatabases(urlOf(), left)
}
