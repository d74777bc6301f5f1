import type {AccessScope, AccessTokenResponse} from '../../services/contracts/access-token.ts'
import {authUrlOf, type Context} from '../client/contexts.ts'
import type {HttpClient, OpenHttp} from '../client/http-client.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {nearest} from '../suggest.ts'

/** A key for programs, as it is listed: without itself. */
export interface ApiKey {
  readonly id: string
  readonly name: string | null
  /** How it begins, for whoever holds it. */
  readonly start: string | null
  readonly created_at: string
  readonly last_used_at: string | null
  /** Null: until it is revoked. */
  readonly expires_at: string | null
  /** Whether commands work with it here. */
  readonly current: boolean
}

export interface CreatedApiKey {
  readonly id: string
  readonly name: string
  /** Told this once. */
  readonly key: string
  readonly expires_at: string | null
}

/** As the server has them. */
interface StoredKey {
  readonly id: string
  readonly name: string | null
  readonly start: string | null
  readonly createdAt: string
  readonly lastRequest: string | null
  readonly expiresAt: string | null
}

/** One page of the API; nobody has more keys than that, and who has sees the newest. */
const MOST = 100

export async function listApiKeys(context: Context, http: OpenHttp): Promise<ApiKey[]> {
  return await asOwner(context, http, async (auth) => await listed(auth, context))
}

/** `seconds` null: until it is revoked. */
export async function createApiKey(
  context: Context,
  http: OpenHttp,
  {name, seconds}: {readonly name: string; readonly seconds: number | null},
): Promise<CreatedApiKey> {
  return await asOwner(context, http, async (auth) => {
    const made = await auth.call<{id: string; key: string; expiresAt: string | null}>({
      method: 'POST',
      path: '/api-key/create',
      body: {name, ...(seconds === null ? {} : {expiresIn: seconds})},
    })
    return {id: made.id, name, key: made.key, expires_at: made.expiresAt}
  })
}

/** The key with this id, or the only one with this name. */
export async function findApiKey(context: Context, http: OpenHttp, ref: string): Promise<ApiKey> {
  const keys = await listApiKeys(context, http)
  const found = keys.filter(({id, name}) => id === ref || name === ref)
  if (found.length === 1) return found[0]!
  const choices = found.length > 0 ? found : keys.filter(({name}) => nearest(ref, [name ?? '']).length > 0)
  throw new CliError(found.length > 0 ? `Several keys are named ${ref}.` : `There is no key ${ref}.`, {
    code: found.length > 0 ? 'ambiguous' : 'not_found',
    exit: found.length > 0 ? EXIT.refused : EXIT.notFound,
    hints: [
      ...choices.map(({id, name, start}) => `todo5 token revoke ${id}        ${name ?? ''} ${start ?? ''}…`),
      'todo5 token list        shows all',
    ],
  })
}

/** Ends it: within 30 seconds nothing believes it any more. Refused for the key that asks. */
export async function revokeApiKey(context: Context, http: OpenHttp, key: ApiKey): Promise<void> {
  if (key.current) {
    throw new CliError(`Commands work with the key ${key.name ?? key.id} here.`, {
      code: 'key_in_use',
      exit: EXIT.refused,
      hints: ['todo5 logout        ends it, when todo5 login made it', 'revoke it in the settings of the web app'],
    })
  }
  await asOwner(context, http, async (auth) => {
    await auth.call({method: 'POST', path: '/api-key/delete', body: {keyId: key.id}})
  })
}

/** A token for `/mcp` alone, for at most a day. */
export async function createAccessToken(
  {apiUrl, apiKey, whenAway}: Context,
  http: OpenHttp,
  {scopes, seconds}: {readonly scopes: readonly AccessScope[]; readonly seconds: number},
): Promise<AccessTokenResponse> {
  const api = await http({apiUrl, apiKey, whenAway})
  try {
    return await api.call({method: 'POST', path: '/access-tokens', body: {scopes, expires_in_seconds: seconds}})
  } finally {
    api.close()
  }
}

async function listed(auth: HttpClient, {apiKey, keyId}: Context): Promise<ApiKey[]> {
  const {apiKeys} = await auth.call<{apiKeys: StoredKey[]}>({
    method: 'GET',
    path: '/api-key/list',
    query: {limit: MOST},
  })
  return apiKeys.map(({id, name, start, createdAt, lastRequest, expiresAt}) => ({
    id,
    name,
    start,
    created_at: createdAt,
    last_used_at: lastRequest,
    expires_at: expiresAt,
    current: keyId === undefined ? start !== null && apiKey.startsWith(start) : id === keyId,
  }))
}

async function asOwner<T>({apiUrl, apiKey, whenAway}: Context, http: OpenHttp, work: (auth: HttpClient) => Promise<T>) {
  const auth = await http({apiUrl: authUrlOf(apiUrl), apiKey, whenAway})
  try {
    return await work(auth)
  } finally {
    auth.close()
  }
}
