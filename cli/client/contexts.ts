import {join} from 'node:path'
import type {LocalState} from '../../services/contracts/local.ts'
import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {Paths} from '../paths.ts'
import {parseJson, readApiKey, readIfThere} from './credentials.ts'

/** A running todo5 that the command line can talk to. */
export interface Context {
  readonly name: string
  /** Ends with /api/v1, no slash after it. */
  readonly apiUrl: string
  readonly apiKey: string
  /** What to do when it does not answer. */
  readonly whenAway: readonly string[]
}

export const localStateFile = (stateDir: string): string => join(stateDir, 'local.json')

/** The state of the local daemon; undefined when none was started, or it was stopped. */
export async function readLocalState(stateDir: string): Promise<LocalState | undefined> {
  const file = localStateFile(stateDir)
  const text = await readIfThere(file)
  return text === undefined ? undefined : (parseJson(text, file) as LocalState)
}

export interface ContextSources {
  /** TODO5_API_URL and TODO5_API_KEY: together they go before every stored context. */
  readonly apiUrl: string | undefined
  readonly apiKey: string | undefined
  readonly paths: Pick<Paths, 'config' | 'state'>
}

export async function currentContext({apiUrl, apiKey, paths}: ContextSources): Promise<Context> {
  if (apiUrl) return contextFromEnvironment(apiUrl, apiKey)
  const state = await readLocalState(paths.state)
  if (!state) {
    throw new CliError('todo5 does not run here.', {
      code: 'not_running',
      exit: EXIT.unreachable,
      hints: ['todo5 up        starts everything on this machine'],
    })
  }
  if (state.api_url === null) {
    throw new CliError('todo5 is still starting.', {
      code: 'starting',
      exit: EXIT.unreachable,
      hints: ['todo5 up        waits until it is ready', 'todo5 status'],
    })
  }
  const key = apiKey || (await readApiKey(paths.state, 'local'))
  if (!key) {
    throw new CliError('There is no key for the todo5 that runs here.', {
      code: 'no_credentials',
      exit: EXIT.refused,
      hints: ['todo5 up        makes a new one'],
    })
  }
  return {
    name: 'local',
    apiUrl: state.api_url,
    apiKey: key,
    whenAway: ['todo5 up        starts it again', 'todo5 logs'],
  }
}

function contextFromEnvironment(apiUrl: string, apiKey: string | undefined): Context {
  const url = URL.parse(apiUrl)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw usageError(
      `TODO5_API_URL is no URL: ${apiUrl}`,
      'invalid_environment',
      'set it to a URL such as http://127.0.0.1:8636',
    )
  }
  if (!apiKey) {
    throw usageError('TODO5_API_URL is set, TODO5_API_KEY is not.', 'invalid_environment', 'set both, or neither')
  }
  const path = url.pathname.replace(/\/+$/u, '')
  return {
    name: url.host,
    apiUrl: `${url.origin}${path === '' ? '/api/v1' : path}`,
    apiKey,
    whenAway: ['check TODO5_API_URL'],
  }
}
