import {DomainError} from '../../domain/errors.ts'
import type {Auth} from './create-auth.ts'

export interface NewLocalUser {
  readonly email: string
  readonly name: string
  readonly timeZone: string
  /** The key that an earlier start stored; kept when it still works. */
  readonly currentKey?: string | undefined
}

export interface LocalUser {
  readonly userId: string
  readonly apiKey: string
  /** False when it is the key that was given. */
  readonly keyIsNew: boolean
}

const KEY_NAME = 'todo5 up'

/**
 * Makes the user of this machine if there is none, an operator without a password, and a key for the CLI. Safe to repeat:
 * the same user, and one key of this name at a time.
 */
export async function ensureLocalUser(
  auth: Auth,
  user: NewLocalUser,
  ownerOf: (key: string) => Promise<string | null>,
): Promise<LocalUser> {
  const userId = await findOrCreate(auth, user)
  if (user.currentKey !== undefined && (await ownerOf(user.currentKey)) === userId)
    return {userId, apiKey: user.currentKey, keyIsNew: false}
  const {adapter} = await auth.$context
  await adapter.deleteMany({
    model: 'apikey',
    where: [
      {field: 'referenceId', value: userId},
      {field: 'name', value: KEY_NAME},
    ],
  })
  const {key} = await auth.api.createApiKey({body: {userId, name: KEY_NAME}})
  return {userId, apiKey: key, keyIsNew: true}
}

async function findOrCreate(auth: Auth, {email, name, timeZone}: NewLocalUser): Promise<string> {
  const {internalAdapter} = await auth.$context
  const address = email.toLowerCase()
  const found = await internalAdapter.findUserByEmail(address, {includeAccounts: true})
  if (!found) {
    const created = await internalAdapter.createUser(
      {email: address, name, emailVerified: true, role: 'operator', time_zone: timeZone},
      {method: 'todo5 up'},
    )
    return created.id
  }
  if ((found.user as {role?: unknown}).role === 'operator') return found.user.id
  // Somebody signed up with this address and a password; whoever knows it must not become operator by a start.
  throw new DomainError('conflict', 'local_user_taken', `${address} is an ordinary account of this installation.`, {
    hint: 'Start with another address for the local user, or delete that account.',
  })
}
