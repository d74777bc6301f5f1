import type {IncomingHttpHeaders} from 'node:http'
import type {Role} from '../../contracts/account.ts'
import {DomainError} from '../../domain/errors.ts'

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

/** Who the edge has verified just now, asked again for the key or the session itself. Throws DomainError. */
export async function identityOf(
  accounts: {identify(headers: IncomingHttpHeaders): Promise<Identified | null>},
  headers: IncomingHttpHeaders,
): Promise<Identity> {
  const identified = await accounts.identify(headers)
  if (!identified) throw new DomainError('unauthenticated', 'not_signed_in', 'The key or session has ended.')
  return identified.identity
}
