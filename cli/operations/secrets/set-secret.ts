import {randomBytes} from 'node:crypto'
import {CliError, usageError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import type {Reader} from '../../tools/kubectl-secrets.ts'
import {findSecret, nameOf, type NamedSecret, secretNames} from './catalogue.ts'
import {findSecrets, type FoundSecret} from './cluster-secrets.ts'
import type {SecretCalls} from './secret-calls.ts'
import {faultOf} from './well-formed.ts'
import {restart, writeSecret} from './write-secret.ts'

/** Without characters that would have to be written otherwise in a URL. */
export const generated = (): string => randomBytes(32).toString('base64url')

/** @throws CliError `unknown_secret` (exit 3) */
export function needSecret(name: string): NamedSecret {
  const found = findSecret(name)
  if (found) return found
  const alike = secretNames().filter((one) => one.endsWith(`/${name}`) || one.startsWith(`${name}/`))
  throw new CliError(
    alike.length > 1 ? `${name} is ${alike.length} secrets: say which.` : `todo5 has no secret ${name}.`,
    {
      code: 'unknown_secret',
      exit: EXIT.notFound,
      hints: alike.length > 0 ? [`one of ${alike.join(', ')}`] : ['todo5 secret check        names them'],
    },
  )
}

/** @throws CliError `malformed_secret` (exit 2), which says what is wrong and nothing of the value */
export function needWellFormed(named: NamedSecret, value: string, now: number): void {
  const fault = faultOf(named.key, value, now)
  if (fault !== undefined) throw usageError(`What was given for ${nameOf(named)} ${fault}.`, 'malformed_secret')
}

export interface SecretPlan {
  readonly named: NamedSecret
  readonly found: FoundSecret
  /** As in "would …". */
  readonly steps: readonly string[]
}

/**
 * Whoever reads it by a login of the database has to have that login first: it is made by the migration of the next deploy,
 * and pods that were started before that could not connect.
 */
const needsDeploy = ({entry, key: {kind}}: NamedSecret): boolean => kind === 'database_url' && entry.readBy.length > 0

/** `restart`: true at once, false not now; undefined: at once, but for a login that is not there yet. */
export async function planSet(name: string, restart: boolean | undefined, calls: SecretCalls): Promise<SecretPlan> {
  const named = needSecret(name)
  const found = (await findSecrets(calls)).find(({entry}) => entry === named.entry)!
  const steps = [
    ...writeSteps(named, found, calls),
    ...((restart ?? !needsDeploy(named)) ? restartSteps(readersOf({named, found})) : []),
  ]
  return {named, found, steps}
}

export function writeSteps(named: NamedSecret, {entry, secret, external}: FoundSecret, {place}: SecretCalls): string[] {
  const {key} = named.key
  if (external) {
    const {vault, remote} = external
    return [
      `write ${key} into the secret ${remote} of the vault (${vault.kind})`,
      `let External Secrets bring it into the Secret ${entry.name} of ${place.namespace}`,
    ]
  }
  return [
    `${secret ? 'write' : 'make the Secret and write'} ${key} into the Secret ${entry.name} of ${place.namespace}`,
  ]
}

/** The mailbox shows itself to chat-api by the token alone, and is not started anew with another key of that Secret. */
export const readsAll = ({name}: Reader): boolean => name !== 'mailbox'

/** Those that have it. */
export const readersOf = ({named, found}: Pick<SecretPlan, 'named' | 'found'>): readonly Reader[] =>
  found.readers.filter((reader) => readsAll(reader) || named.key.key === 'token')

export const restartSteps = (readers: readonly Reader[]): string[] => readers.map(({workload}) => `restart ${workload}`)

export interface SetSecret {
  readonly name: string
  readonly source: string
  readonly restarted: readonly string[]
  /** Whether todo5 deploy has to follow before anybody uses it. */
  readonly deploy_needed: boolean
}

export async function setSecret(
  {named, found}: SecretPlan,
  value: string,
  {
    calls,
    restart: restartWanted,
    onRestart,
  }: {calls: SecretCalls; restart: boolean | undefined; onRestart: (name: string) => void},
): Promise<SetSecret> {
  await writeSecret(found, {[named.key.key]: value}, calls)
  const deploy_needed = needsDeploy(named) && restartWanted !== true
  const readers = (restartWanted ?? !deploy_needed) ? readersOf({named, found}) : []
  await restart(readers, calls, onRestart)
  return {
    name: nameOf(named),
    source: found.external?.vault.kind ?? 'cluster',
    restarted: readers.map(({name}) => name),
    deploy_needed,
  }
}
