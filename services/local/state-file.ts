import {randomBytes} from 'node:crypto'
import {readFile, rename, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {type LocalState, localState} from '../contracts/local.ts'

export const stateFile = (stateDir: string): string => join(stateDir, 'local.json')

/** What a process wrote about itself, alive or not; undefined when there is none, or when another version wrote it differently. */
export async function readState(stateDir: string): Promise<LocalState | undefined> {
  const text = await readIfThere(stateFile(stateDir))
  if (text === undefined) return undefined
  const value = parse(text)
  const parsed = localState.safeParse(value)
  return parsed.success ? parsed.data : undefined
}

/** Also when nothing can be made of it. */
export const hasState = async (stateDir: string): Promise<boolean> =>
  (await readIfThere(stateFile(stateDir))) !== undefined

export const writeState = async (stateDir: string, state: LocalState): Promise<void> =>
  await writeWhole(stateFile(stateDir), state)

export const removeState = async (stateDir: string): Promise<void> => await rm(stateFile(stateDir), {force: true})

export async function readApiKey(stateDir: string, context: string): Promise<string | undefined> {
  const key = (await readCredentials(stateDir))[context]?.api_key
  return typeof key === 'string' ? key : undefined
}

/** Stores, replaces or (null) removes the API key of one context; the others in the file stay. */
export async function writeApiKey(stateDir: string, context: string, apiKey: string | null): Promise<void> {
  const file = credentialsFile(stateDir)
  const {[context]: _replaced, ...others} = await readCredentials(stateDir)
  const next = apiKey === null ? others : {...others, [context]: {api_key: apiKey}}
  if (Object.keys(next).length === 0) await rm(file, {force: true})
  else await writeWhole(file, next)
}

const credentialsFile = (stateDir: string): string => join(stateDir, 'credentials.json')

async function readCredentials(stateDir: string): Promise<Record<string, {api_key?: unknown}>> {
  const kept = parse((await readIfThere(credentialsFile(stateDir))) ?? '{}')
  return (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, {api_key?: unknown}>
}

/** For its owner alone, complete or not at all: a reader sees the old text or the new one. */
async function writeWhole(file: string, value: unknown): Promise<void> {
  const partial = `${file}.${process.pid}-${randomBytes(4).toString('hex')}`
  try {
    await writeFile(partial, `${JSON.stringify(value, null, 2)}\n`, {mode: 0o600, flag: 'wx'})
    await rename(partial, file)
  } finally {
    await rm(partial, {force: true})
  }
}

/** Undefined for text that is no JSON: what a full disk or a person left there is as good as nothing. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
