import {mkdir, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {Paths} from '../paths.ts'
import {parseJson, readApiKey, readIfThere, readRemote} from './credentials.ts'

/** A running todo5 that the command line can talk to. */
export interface Context {
  readonly name: string
  /** Ends with /api/v1, no slash after it. */
  readonly apiUrl: string
  readonly apiKey: string
  /** Of a todo5 elsewhere, the id of the key that `todo5 login` made. */
  readonly keyId?: string
  /** What to do when it does not answer. */
  readonly whenAway: readonly string[]
}

type Places = Pick<Paths, 'state' | 'data'>

/** What can run on this machine; the first counts when none was started last. */
const TARGETS = ['local', 'host'] as const
export type LocalTargetName = (typeof TARGETS)[number]

/** What commands need of the state of a target. */
interface RunningTarget {
  readonly name: LocalTargetName
  readonly api_url: string | null
  readonly database_url: string | null
}

const stateFile = ({state, data}: Places, name: LocalTargetName): string =>
  name === 'local' ? join(state, 'local.json') : join(data, 'host', 'state', 'host.json')

const selectionFile = ({state}: Places): string => join(state, 'context')

/** From now on commands talk to this one, as long as it runs. */
export async function selectContext(paths: Places, name: string): Promise<void> {
  await mkdir(paths.state, {recursive: true, mode: 0o700})
  await writeFile(selectionFile(paths), `${name}\n`, {mode: 0o600})
}

/** Back to what runs on this machine. */
export const selectNoContext = async (paths: Places): Promise<void> => await rm(selectionFile(paths), {force: true})

/** The target of this machine that commands talk to: the one that `up` named last, or the one that runs. */
export const readRunningTarget = async (paths: Places): Promise<RunningTarget | undefined> =>
  (await readRunningTargets(paths))[0]

/** What runs on this machine; first the one that commands talk to. */
export async function readRunningTargets(paths: Places): Promise<RunningTarget[]> {
  const selected = (await readIfThere(selectionFile(paths)))?.trim()
  const found: RunningTarget[] = []
  for (const name of TARGETS.toSorted((a, b) => Number(b === selected) - Number(a === selected))) {
    const file = stateFile(paths, name)
    const text = await readIfThere(file)
    if (text !== undefined) found.push({...(parseJson(text, file) as Omit<RunningTarget, 'name'>), name})
  }
  return found
}

export interface ContextSources {
  /** TODO5_API_URL and TODO5_API_KEY: together they go before every stored context. */
  readonly apiUrl: string | undefined
  readonly apiKey: string | undefined
  readonly paths: Places
}

export async function currentContext({apiUrl, apiKey, paths}: ContextSources): Promise<Context> {
  if (apiUrl) return contextFromEnvironment(apiUrl, apiKey)
  const remote = await remoteContext(paths)
  if (remote) return remote
  const state = await readRunningTarget(paths)
  if (!state) {
    throw new CliError('todo5 does not run here.', {
      code: 'not_running',
      exit: EXIT.unreachable,
      hints: ['todo5 up        starts everything on this machine'],
    })
  }
  const {name} = state
  const up = name === 'local' ? 'todo5 up' : `todo5 up ${name}`
  if (state.api_url === null) {
    throw new CliError('todo5 is still starting.', {
      code: 'starting',
      exit: EXIT.unreachable,
      hints: [`${up}        waits until it is ready`, name === 'local' ? 'todo5 status' : `todo5 status ${name}`],
    })
  }
  const key = apiKey || (await readApiKey(paths.state, name))
  if (!key) {
    throw new CliError('There is no key for the todo5 that runs here.', {
      code: 'no_credentials',
      exit: EXIT.refused,
      hints: [`${up}        makes a new one`],
    })
  }
  return {name, apiUrl: state.api_url, apiKey: key, whenAway: [`${up}        starts it again`, 'todo5 logs']}
}

/** The todo5 elsewhere that `todo5 login` named last. */
async function remoteContext(paths: Places): Promise<Context | undefined> {
  const name = (await readIfThere(selectionFile(paths)))?.trim()
  if (name === undefined || TARGETS.some((target) => target === name)) return undefined
  const stored = await readRemote(paths.state, name)
  if (!stored) return undefined
  const {api_url: apiUrl, api_key: apiKey, key_id: keyId} = stored
  return {name, apiUrl, apiKey, keyId, whenAway: [`check that ${new URL(apiUrl).origin} is up`]}
}

function contextFromEnvironment(apiUrl: string, apiKey: string | undefined): Context {
  const url = parseApiUrl(apiUrl)
  if (url === null) {
    throw usageError(
      `TODO5_API_URL is no URL: ${apiUrl}`,
      'invalid_environment',
      'set it to a URL such as http://127.0.0.1:8636',
    )
  }
  if (!apiKey) {
    throw usageError('TODO5_API_URL is set, TODO5_API_KEY is not.', 'invalid_environment', 'set both, or neither')
  }
  return {
    name: url.host,
    apiUrl: apiUrlOf(url),
    apiKey,
    whenAway: ['check TODO5_API_URL'],
  }
}

export function parseApiUrl(text: string): URL | null {
  const url = URL.parse(text)
  return url !== null && ['http:', 'https:'].includes(url.protocol) ? url : null
}

/** With /api/v1, unless it names a path of its own. */
export function apiUrlOf(url: URL): string {
  const path = url.pathname.replace(/\/+$/u, '')
  return `${url.origin}${path === '' ? '/api/v1' : path}`
}
