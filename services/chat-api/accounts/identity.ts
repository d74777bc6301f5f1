import type {Role} from '../../contracts/account.ts'

/** Who a request comes from, as verified by us. */
export interface Identity {
  readonly userId: string
  readonly role: Role
  /** The id of the key or the session by which they are known. */
  readonly credentialId: string
}

/** How the request proved it: only a cookie is sent by a browser of its own accord, so only that needs an origin check. */
export type Proof = 'api_key' | 'bearer' | 'cookie'

export interface Identified {
  readonly identity: Identity
  readonly proof: Proof
  /** Set-Cookie lines of a session that was prolonged. */
  readonly setCookies: readonly string[]
}
