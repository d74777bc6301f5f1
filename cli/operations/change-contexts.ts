import type {ProfileResponse} from '../../services/contracts/account.ts'
import {remoteName} from '../client/context-name.ts'
import {apiUrlOf, unknownContext} from '../client/contexts.ts'
import {readRemote, type Remote, writeCredential} from '../client/credentials.ts'
import type {OpenHttp} from '../client/http-client.ts'
import {isTarget, withTarget} from '../client/running-targets.ts'
import {readSelection, selectContext, selectNoContext} from '../client/selection.ts'
import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {WaitingChanges} from '../offline/waiting-changes.ts'
import type {Paths} from '../paths.ts'
import {placeOf} from './login.ts'

/** From now on commands talk to it. A target of this machine need not run; one elsewhere needs a key here. */
export async function useContext(paths: Paths, name: string, dryRun = false): Promise<void> {
  if (!isTarget(name) && !(await readRemote(paths.state, name))) throw await unknownContext(paths, name)
  if (!dryRun) await selectContext(paths, name)
}

export interface AddRequest {
  readonly name: string
  /** As it was typed: an origin, or with the path of its API. */
  readonly url: string
  /** All of standard input: an API key, and white space. */
  readonly key: string
  readonly paths: Paths
  readonly http: OpenHttp
  /** Tries the key, and keeps nothing. */
  readonly dryRun?: boolean
}

/** Keeps a key that was made elsewhere, after it was tried. Commands go on talking to the one they talked to. */
export async function addContext({
  http,
  paths,
  dryRun = false,
  ...typed
}: AddRequest): Promise<{apiUrl: string; email: string}> {
  const name = remoteName(typed.name)
  const key = typed.key.trim()
  if (key === '' || /\s/u.test(key)) {
    throw usageError(
      'Standard input has no API key.',
      'key_missing',
      'make one in the settings of the web app there, and give it on standard input',
      `todo5 login ${typed.url} --name ${name}        makes one by itself`,
    )
  }
  if (await readRemote(paths.state, name)) {
    throw new CliError(`There is a context ${name} already.`, {
      code: 'context_exists',
      exit: EXIT.refused,
      hints: [`todo5 context delete ${name}`],
    })
  }
  const url = placeOf(typed.url)
  const apiUrl = apiUrlOf(url)
  const api = await http({apiUrl, apiKey: key, whenAway: [`check that ${url.origin} is the address of a todo5`]})
  try {
    const profile = await api.call<ProfileResponse>({method: 'GET', path: '/profile'})
    if (dryRun) return {apiUrl, email: profile.email}
    await writeCredential(paths.state, name, {api_url: apiUrl, api_key: key})
    await new WaitingChanges({stateDir: paths.state, context: {name, apiUrl}, now: Date.now}).noteAccount(profile)
    return {apiUrl, email: profile.email}
  } finally {
    api.close()
  }
}

/** Forgets a todo5 elsewhere and its key; the key goes on to count there. */
export async function deleteContext(paths: Paths, name: string, dryRun = false): Promise<Remote> {
  if (isTarget(name)) {
    throw new CliError(`${name} is what runs on this machine, and cannot be forgotten.`, {
      code: 'context_of_machine',
      exit: EXIT.refused,
      hints: [`${withTarget('down', name)} --delete        stops it and deletes its data`],
    })
  }
  const stored = await readRemote(paths.state, name)
  if (!stored) throw await unknownContext(paths, name)
  if (dryRun) return stored
  await writeCredential(paths.state, name, null)
  if ((await readSelection(paths)) === name) await selectNoContext(paths)
  return stored
}
