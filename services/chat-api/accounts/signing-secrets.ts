import {createHash, createHmac, timingSafeEqual} from 'node:crypto'
import {symmetricDecrypt} from 'better-auth/crypto'
import type {Pool} from 'pg'

/**
 * What signs sessions and encrypts the keys of tokens. While it is changed, pods with the old one and with the new one run
 * beside each other, so each accepts the other's: first all learn the next one, then they use it, and go on accepting the
 * one before until nobody has anything signed by it (30 days, the life of a session).
 */
export interface SigningSecrets {
  readonly secret: string
  /** Accepted, and not used yet. */
  readonly nextSecret?: string | undefined
  /** Accepted, and not used any more. */
  readonly previousSecret?: string | undefined
}

/** The number under which Better Auth notes which secret has encrypted something: of the secret, so that all pods agree. */
const versionOf = (secret: string): number => createHash('sha256').update(secret).digest().readUInt32BE(0)

/** As Better Auth takes them; `secret` is for what was encrypted before numbers were noted. */
export function secretOptions({secret, nextSecret, previousSecret}: SigningSecrets) {
  const others = [nextSecret, previousSecret].filter((one) => one !== undefined && one !== secret) as string[]
  return {
    secret: previousSecret ?? secret,
    secrets: [secret, ...new Set(others)].map((value) => ({version: versionOf(value), value})),
  }
}

const SIGNED_COOKIE = /^(?:__Secure-)?todo5\.(?:session_token|dont_remember)$/u

const signatureOf = (text: string, secret: string): Buffer =>
  Buffer.from(createHmac('sha256', secret).update(text).digest('base64'))

const equal = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other)

/**
 * Signs anew what another secret of ours has signed: Better Auth looks with the present one alone.
 */
export class Resigning {
  readonly #secret: string
  readonly #others: readonly string[]

  constructor({secret, nextSecret, previousSecret}: SigningSecrets) {
    this.#secret = secret
    this.#others = [nextSecret, previousSecret].filter((one) => one !== undefined && one !== secret) as string[]
  }

  /** A Cookie header, as Better Auth takes it. */
  cookie(header: string): string {
    if (this.#others.length === 0) return header
    return header
      .split(';')
      .map((pair) => {
        const at = pair.indexOf('=')
        const name = pair.slice(0, at)
        return at > 0 && SIGNED_COOKIE.test(name.trim()) ? `${name}=${this.#signed(pair.slice(at + 1))}` : pair
      })
      .join(';')
  }

  /** An Authorization header; a token without a signature is as it was. */
  authorization(header: string): string {
    const [, scheme, token] = /^(bearer +)(\S+)$/iu.exec(header) ?? []
    return this.#others.length === 0 || token === undefined ? header : `${scheme}${this.#signed(token)}`
  }

  headers(headers: Headers): Headers {
    const made = new Headers(headers)
    const [cookie, authorization] = [headers.get('cookie'), headers.get('authorization')]
    if (cookie !== null) made.set('cookie', this.cookie(cookie))
    if (authorization !== null) made.set('authorization', this.authorization(authorization))
    return made
  }

  #signed(value: string): string {
    const text = decoded(value)
    const at = text.lastIndexOf('.')
    if (at < 1) return value
    const [token, signature] = [text.slice(0, at), Buffer.from(text.slice(at + 1))]
    if (!this.#others.some((other) => equal(signature, signatureOf(token, other)))) return value
    return encodeURIComponent(`${token}.${signatureOf(token, this.#secret).toString()}`)
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** Ends the keys of tokens that no secret of ours opens: the next token is signed by a new one, and those that are out hold. */
export async function endUnreadableKeys(pool: Pool, secrets: SigningSecrets): Promise<number> {
  const {rows} = await pool.query<{id: string; privateKey: string}>(
    `select "id", "privateKey" from auth."jwks" where "expiresAt" is null or "expiresAt" > clock_timestamp()`,
  )
  const {secret: legacySecret, secrets: known} = secretOptions(secrets)
  const key = {
    keys: new Map(known.map(({version, value}) => [version, value])),
    currentVersion: known[0]!.version,
    legacySecret,
  }
  const unreadable: string[] = []
  for (const {id, privateKey} of rows) {
    const opened = await symmetricDecrypt({key, data: JSON.parse(privateKey) as string}).then(
      () => true,
      () => false,
    )
    if (!opened) unreadable.push(id)
  }
  if (unreadable.length > 0)
    await pool.query(`update auth."jwks" set "expiresAt" = clock_timestamp() where "id" = any ($1::uuid[])`, [
      unreadable,
    ])
  return unreadable.length
}
