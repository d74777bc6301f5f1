import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {Paths} from '../paths.ts'
import {nearest} from '../suggest.ts'
import {readApiKey, readRemote, readRemotes} from './credentials.ts'
import {isTarget, type LocalTargetName, readRunningTargets, TARGETS, withTarget} from './running-targets.ts'
import {readSelection} from './selection.ts'

/** A running todo5 that the command line can talk to. */
export interface Context {
  readonly name: string
  /** Ends with /api/v1, no slash after it. */
  readonly apiUrl: string
  readonly apiKey: string
  /** Of a todo5 elsewhere, the id of the key that `todo5 login` made. */
  readonly keyId?: string | undefined
  /** What to do when it does not answer. */
  readonly whenAway: readonly string[]
  /** What to do when it does not know the key. */
  readonly whenRefused: readonly string[]
  /** Whether changes wait here while it does not answer: one that `login` or `context add` stored, so it did once. */
  readonly keepsChanges?: boolean
  /** The todo5 that runs there, as far as it is of this machine: a command line that is newer or older should know. */
  readonly version?: string
}

/** A name that somebody gave, and where. */
export interface ChosenContext {
  readonly name: string
  /** Whether by --context, which goes before the environment. */
  readonly byFlag: boolean
}

export interface ContextSources {
  /** By --context, TODO5_CONTEXT or a project file. */
  readonly chosen: ChosenContext | undefined
  /** TODO5_API_URL and TODO5_API_KEY: together they go before all but --context. */
  readonly apiUrl: string | undefined
  readonly apiKey: string | undefined
  readonly paths: Pick<Paths, 'state' | 'data'>
}

/** Which todo5 commands talk to: --context, TODO5_API_URL, TODO5_CONTEXT, .todo5.json, what was selected last, what runs here. */
export async function currentContext({chosen, apiUrl, apiKey, paths}: ContextSources): Promise<Context> {
  if (apiUrl && !chosen?.byFlag) return contextFromEnvironment(apiUrl, apiKey)
  const key = chosen ? undefined : apiKey
  if (chosen)
    return isTarget(chosen.name) ? await targetContext(paths, key, chosen.name) : await named(paths, chosen.name)
  const selected = await readSelection(paths)
  const stored = selected === undefined || isTarget(selected) ? undefined : await readRemote(paths.state, selected)
  return stored ? remoteContext(selected!, stored) : await targetContext(paths, key)
}

/** One that `login` or `context add` stored; an error when there is none of that name. */
async function named(paths: Pick<Paths, 'state'>, name: string): Promise<Context> {
  const stored = await readRemote(paths.state, name)
  if (stored) return remoteContext(name, stored)
  throw await unknownContext(paths, name)
}

/** All that `login` or `context add` stored, by name. */
export const remoteContexts = async (paths: Pick<Paths, 'state'>): Promise<Context[]> =>
  Object.entries(await readRemotes(paths.state))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, stored]) => remoteContext(name, stored))

export async function unknownContext(paths: Pick<Paths, 'state'>, name: string): Promise<CliError> {
  const known = [...TARGETS, ...Object.keys(await readRemotes(paths.state))]
  return new CliError(`There is no context ${name}.`, {
    code: 'unknown_context',
    exit: EXIT.notFound,
    hints: [
      ...nearest(name, known).map((near) => `did you mean ${near}?`),
      'todo5 context list        shows all',
      'todo5 login URL        makes one',
    ],
  })
}

function remoteContext(name: string, stored: {api_url: string; api_key: string; key_id?: string}): Context {
  const {api_url: apiUrl, api_key: apiKey, key_id: keyId} = stored
  const {origin} = new URL(apiUrl)
  return {
    name,
    apiUrl,
    apiKey,
    keyId,
    keepsChanges: true,
    whenAway: [`check that ${origin} is up`],
    whenRefused: [`todo5 login ${origin} --name ${name}        makes a new key`],
  }
}

async function targetContext(
  paths: Pick<Paths, 'state' | 'data'>,
  apiKey: string | undefined,
  only?: LocalTargetName,
): Promise<Context> {
  const [state] = await readRunningTargets(paths, only)
  if (!state) {
    const start = withTarget('up', only ?? 'local')
    throw new CliError(only === undefined ? 'todo5 does not run here.' : `The target ${only} does not run here.`, {
      code: 'not_running',
      exit: EXIT.unreachable,
      hints: [only === 'host' ? `${start}        starts it` : `${start}        starts everything on this machine`],
    })
  }
  const {name} = state
  const up = withTarget('up', name)
  if (state.api_url === null) {
    throw new CliError('todo5 is still starting.', {
      code: 'starting',
      exit: EXIT.unreachable,
      hints: [`${up}        waits until it is ready`, withTarget('status', name)],
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
  const {api_url: apiUrl, version} = state
  return {
    name,
    apiUrl,
    apiKey: key,
    version,
    whenAway: [`${up}        starts it again`, 'todo5 logs'],
    whenRefused: [`${up}        stores a new key`],
  }
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
    whenRefused: ['check TODO5_API_KEY'],
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

/** Accounts are beside the API. */
export const authUrlOf = (apiUrl: string): string => `${new URL(apiUrl).origin}/api/auth`
