import {randomBytes} from 'node:crypto'
import type {Auth} from './create-auth.ts'
import {nameOf} from './sign-in-link-plugin.ts'

export interface SignInLink {
  /** The token stands behind a #: no server sees it before the page sends it. */
  readonly url: string
  readonly expiresAt: Date
}

/** Long enough to switch to a browser. */
const LINK_MS = 5 * 60_000
export async function makeSignInLink(auth: Auth, userId: string, publicOrigin: string): Promise<SignInLink> {
  const {internalAdapter} = await auth.$context
  // 128 bits; the whole link fits a line of a terminal.
  const token = randomBytes(16).toString('base64url')
  const expiresAt = new Date(Date.now() + LINK_MS)
  await internalAdapter.createVerificationValue({identifier: nameOf(token), value: userId, expiresAt})
  return {url: `${publicOrigin}/sign-in#link=${token}`, expiresAt}
}
