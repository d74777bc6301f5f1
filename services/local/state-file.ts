import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import {type LocalState, localState} from '../contracts/local.ts'
import {isThere, readJson, writeJson} from './json-file.ts'

export const stateFile = (stateDir: string): string => join(stateDir, 'local.json')

/** What a process wrote about itself, alive or not; undefined when there is none, or when another version wrote it differently. */
export async function readState(stateDir: string): Promise<LocalState | undefined> {
  const parsed = localState.safeParse(await readJson(stateFile(stateDir)))
  return parsed.success ? parsed.data : undefined
}

/** Also when nothing can be made of it. */
export const hasState = async (stateDir: string): Promise<boolean> => await isThere(stateFile(stateDir))

export const writeState = async (stateDir: string, state: LocalState): Promise<void> =>
  await writeJson(stateFile(stateDir), state)

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
  else await writeJson(file, next)
}

const credentialsFile = (stateDir: string): string => join(stateDir, 'credentials.json')

async function readCredentials(stateDir: string): Promise<Record<string, {api_key?: unknown}>> {
  const kept = (await readJson(credentialsFile(stateDir))) ?? {}
  return (typeof kept === 'object' ? kept : {}) as Record<string, {api_key?: unknown}>
}
