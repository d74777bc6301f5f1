import {setTimeout as delay} from 'node:timers/promises'
import type {ProfileResponse} from '../../services/contracts/account.ts'
import {WaitingChanges} from '../offline/waiting-changes.ts'
import type {Paths} from '../paths.ts'
import {apiUrlOf, authUrlOf, parseApiUrl} from '../client/contexts.ts'
import {writeCredential} from '../client/credentials.ts'
import {remoteName} from '../client/context-name.ts'
import type {HttpClient, OpenHttp} from '../client/http-client.ts'
import {selectContext} from '../client/selection.ts'
import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'

const CLIENT_ID = 'todo5-cli'
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/u

/** What a person does in a browser, before the code ends. */
export interface LoginPrompt {
  readonly code: string
  readonly address: string
  /** With the code in it. */
  readonly completeAddress: string
}

export interface LoginRequest {
  /** As it was typed: an origin, or with the path of its API. */
  readonly url: string
  /** How commands call it from now on; its host and port when left out. */
  readonly name: string | undefined
  /** The name of this machine, for the list of keys. */
  readonly machine: string
  readonly paths: Paths
  readonly http: OpenHttp
  readonly prompt: (prompt: LoginPrompt) => Promise<void>
  readonly signal: AbortSignal
}

export interface LoggedIn {
  readonly context: string
  readonly api_url: string
  readonly email: string
  readonly role: string
}

interface DeviceCode {
  readonly device_code: string
  readonly user_code: string
  readonly verification_uri: string
  readonly verification_uri_complete: string
  /** Seconds. */
  readonly interval: number
}

/** Device authorization (RFC 8628), then a key of this machine's own: it is listed and ended like every other key. */
export async function login(request: LoginRequest): Promise<LoggedIn> {
  const {url, name} = planLogin(request.url, request.name)
  const whenAway = [`check that ${url.origin} is the address of a todo5`]
  const auth = await request.http({apiUrl: authUrlOf(url.href), apiKey: '', whenAway})
  try {
    const code = await auth.call<DeviceCode>({
      method: 'POST',
      path: '/device/code',
      body: {client_id: CLIENT_ID},
    })
    const half = code.user_code.length / 2
    await request.prompt({
      code: `${code.user_code.slice(0, half)}-${code.user_code.slice(half)}`,
      address: code.verification_uri,
      completeAddress: code.verification_uri_complete,
    })
    const token = await untilDecided(auth, code, request)
    const headers = {authorization: `Bearer ${token}`}
    const key = await auth.call<{id: string; key: string}>({
      method: 'POST',
      path: '/api-key/create',
      headers,
      body: {name: `todo5 login on ${request.machine}`.slice(0, 64)},
    })
    await auth.call({method: 'POST', path: '/sign-out', headers, body: {}})
    return await keep({...request, name}, url, key, whenAway)
  } finally {
    auth.close()
  }
}

/** Where it leads, and how it will be called; an error when one of them cannot be. */
export function planLogin(
  typed: string,
  named: string | undefined,
): {readonly url: URL; readonly origin: string; readonly name: string} {
  const url = placeOf(typed)
  return {url, origin: url.origin, name: remoteName(named ?? url.host)}
}

async function keep(
  {http, paths, name}: LoginRequest & {readonly name: string},
  url: URL,
  key: {readonly id: string; readonly key: string},
  whenAway: readonly string[],
): Promise<LoggedIn> {
  const apiUrl = apiUrlOf(url)
  const api = await http({apiUrl, apiKey: key.key, whenAway})
  try {
    const profile = await api.call<ProfileResponse>({method: 'GET', path: '/profile'})
    await writeCredential(paths.state, name, {api_url: apiUrl, api_key: key.key, key_id: key.id})
    await selectContext(paths, name)
    await new WaitingChanges({stateDir: paths.state, context: {name, apiUrl}, now: Date.now}).noteAccount(profile)
    return {context: name, api_url: apiUrl, email: profile.email, role: profile.role}
  } finally {
    api.close()
  }
}

async function untilDecided(auth: HttpClient, code: DeviceCode, {signal}: LoginRequest): Promise<string> {
  for (;;) {
    await delay(code.interval * 1000, undefined, {signal})
    try {
      const {access_token: token} = await auth.call<{access_token: string}>({
        method: 'POST',
        path: '/device/token',
        body: {
          grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
          device_code: code.device_code,
          client_id: CLIENT_ID,
        },
      })
      return token
    } catch (error) {
      if (!(error instanceof CliError) || !['authorization_pending', 'slow_down'].includes(error.code))
        throw refused(error)
    }
  }
}

const TEXTS: Readonly<Record<string, string>> = {
  access_denied: 'The request was refused in the browser.',
  expired_token: 'Nobody entered the code within 10 minutes.',
}

function refused(error: unknown): unknown {
  if (!(error instanceof CliError)) return error
  const text = TEXTS[error.code]
  if (text === undefined) return error
  return new CliError(text, {
    code: error.code,
    exit: EXIT.refused,
    hints: ['todo5 login        begins anew'],
    cause: error,
  })
}

/** A key that goes over a network in the clear is everybody's. */
export function placeOf(text: string): URL {
  const url = parseApiUrl(text.includes('://') ? text : `https://${text}`)
  if (url === null) throw usageError(`${text} is no address.`, 'invalid_url', 'todo5 login https://todo.example.com')
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
    throw usageError(`${url.origin} is not encrypted.`, 'insecure_url', `todo5 login https://${url.host}`)
  }
  return url
}
