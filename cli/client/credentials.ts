import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

export interface Credential {
  readonly api_key: string
  /** Of a todo5 elsewhere, as `todo5 login` stores it. */
  readonly api_url?: string
  readonly key_id?: string
}

/** One entry per context, by its name. */
type Credentials = Readonly<Record<string, Credential>>

const credentialsFile = (stateDir: string): string => join(stateDir, 'credentials.json')

/** The API key of a context; undefined when none is stored. */
export async function readApiKey(stateDir: string, context: string): Promise<string | undefined> {
  return (await readCredentials(stateDir))[context]?.api_key
}

/** A todo5 elsewhere; without `key_id` its key was given, not made by `todo5 login`. */
export type Remote = Credential & {readonly api_url: string}

/** What `todo5 login` or `todo5 context add` stored for a todo5 elsewhere. */
export async function readRemote(stateDir: string, context: string): Promise<Remote | undefined> {
  return (await readRemotes(stateDir))[context]
}

/** All of them, by name. */
export async function readRemotes(stateDir: string): Promise<Readonly<Record<string, Remote>>> {
  const found = Object.entries(await readCredentials(stateDir))
  return Object.fromEntries(found.filter((entry): entry is [string, Remote] => entry[1].api_url !== undefined))
}

/** Stores, replaces or (null) removes what is kept for a context; readable by this user alone, complete or not at all. */
export async function writeCredential(stateDir: string, context: string, entry: Credential | null): Promise<void> {
  const {[context]: _replaced, ...others} = await readCredentials(stateDir)
  const next = entry === null ? others : {...others, [context]: entry}
  const file = credentialsFile(stateDir)
  await mkdir(stateDir, {recursive: true, mode: 0o700})
  const partial = `${file}.${process.pid}-${process.hrtime.bigint().toString(36)}`
  try {
    await writeFile(partial, `${JSON.stringify(next, null, 2)}\n`, {mode: 0o600, flag: 'wx'})
    await rename(partial, file)
  } finally {
    await rm(partial, {force: true})
  }
}

async function readCredentials(stateDir: string): Promise<Credentials> {
  const file = credentialsFile(stateDir)
  const text = await readIfThere(file)
  if (text === undefined) return {}
  const value: unknown = parseJson(text, file)
  if (typeof value !== 'object' || value === null) throw damaged(file)
  return value as Credentials
}

export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code !== 'EACCES' && code !== 'EPERM') throw error
    throw new CliError(`${file} may not be read by this user.`, {
      code: 'file_unreadable',
      exit: EXIT.refused,
      hints: ['run todo5 as the user who started it'],
      cause: error,
    })
  }
}

export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw damaged(file, error)
  }
}

const damaged = (file: string, cause?: unknown): CliError =>
  new CliError(`${file} is damaged.`, {
    code: 'file_damaged',
    exit: EXIT.refused,
    hints: ['todo5 down && todo5 up        writes it anew'],
    cause,
  })
