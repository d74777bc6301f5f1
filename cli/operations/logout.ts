import {authUrlOf, type Context} from '../client/contexts.ts'
import {writeCredential} from '../client/credentials.ts'
import type {OpenHttp} from '../client/http-client.ts'
import {readSelection, selectNoContext} from '../client/selection.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {Paths} from '../paths.ts'

export interface LogoutRequest {
  readonly context: Context
  readonly paths: Paths
  readonly http: OpenHttp
  /** Without asking the other side, which may be gone for good. */
  readonly localOnly: boolean
}

export interface LoggedOut {
  readonly context: string
  /** False when the key was only forgotten here. */
  readonly key_ended: boolean
}

/** Ends the key that `todo5 login` made, there and here. */
export async function logout({context, paths, http, localOnly}: LogoutRequest): Promise<LoggedOut> {
  const {name} = context
  const keyId = requireLogin(context)
  if (!localOnly) await endKey(context, keyId, http)
  await writeCredential(paths.state, name, null)
  if ((await readSelection(paths)) === name) await selectNoContext(paths)
  return {context: name, key_ended: !localOnly}
}

/** The id of the key that `todo5 login` made; an error for another context. */
export function requireLogin({name, keyId}: Context): string {
  if (keyId !== undefined) return keyId
  throw new CliError(`${name} is not a todo5 that you logged in to.`, {
    code: 'not_logged_in',
    exit: EXIT.refused,
    hints: ['todo5 whoami        tells which todo5 commands talk to'],
  })
}

async function endKey({apiUrl, apiKey, whenAway}: Context, keyId: string, http: LogoutRequest['http']): Promise<void> {
  const hints = [...whenAway, 'todo5 logout --local        forgets the key here only']
  const auth = await http({apiUrl: authUrlOf(apiUrl), apiKey, whenAway: hints})
  try {
    await auth.call({method: 'POST', path: '/api-key/delete', body: {keyId}})
  } catch (error) {
    // Ended already, by somebody at the settings.
    if (
      !(error instanceof CliError) ||
      !['auth_401', 'unauthorized', 'not_signed_in', 'invalid_api_key'].includes(error.code)
    )
      throw error
  } finally {
    auth.close()
  }
}
