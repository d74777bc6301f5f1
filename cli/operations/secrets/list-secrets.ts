import {CliError} from '../../errors.ts'
import {findSecrets, type FoundSecret, isNeeded} from './cluster-secrets.ts'
import {readsAll} from './set-secret.ts'
import type {SecretCalls} from './secret-calls.ts'
import type {VaultKind} from './vault.ts'

/**
 * `missing`: there is none; `incomplete`: a key is; `vault_newer`: the cluster has not got the newest version yet;
 * `not_synced`: the operator cannot get it; `pods_older`: somebody who reads it has started before it was changed.
 */
export type SecretState = 'in_step' | 'missing' | 'incomplete' | 'vault_newer' | 'not_synced' | 'pods_older'

export interface ListedSecret {
  readonly name: string
  /** Those that are there. */
  readonly keys: readonly string[]
  /** `cluster`: it is kept there alone. */
  readonly source: 'cluster' | VaultKind
  /** ISO, of the Secret in the cluster. */
  readonly changed_at: string | null
  /** ISO, of the newest version in the vault; null: it has none, or could not be asked. */
  readonly vault_changed_at: string | null
  readonly read_by: readonly string[]
  readonly state: SecretState
}

export interface ListedSecrets {
  readonly secrets: readonly ListedSecret[]
  /** Why the vault could not be asked. */
  readonly vaultTrouble: string | undefined
}

export async function listSecrets(calls: SecretCalls): Promise<ListedSecrets> {
  const found = (await findSecrets(calls)).filter(isNeeded)
  let vaultTrouble: string | undefined
  const secrets = await Promise.all(
    found.map(async (one): Promise<ListedSecret> => {
      const {entry, secret, external, readers} = one
      let vaultChangedAt: string | null = null
      try {
        vaultChangedAt = (await external?.vault.changedAt(external.remote)) ?? null
      } catch (error) {
        if (!(error instanceof CliError)) throw error
        vaultTrouble = error.message
      }
      return {
        name: entry.name,
        keys: Object.keys(secret?.values ?? {}).toSorted(),
        source: external?.vault.kind ?? 'cluster',
        changed_at: asInstant(secret?.changedAt),
        vault_changed_at: asInstant(vaultChangedAt),
        read_by: readers.map(({name}) => name),
        state: stateOf(one, vaultChangedAt),
      }
    }),
  )
  return {secrets, vaultTrouble}
}

const asInstant = (text: string | null | undefined): string | null =>
  text == null ? null : new Date(text).toISOString()

function stateOf({entry, secret, external, readers}: FoundSecret, vaultChangedAt: string | null): SecretState {
  if (secret === undefined) return external?.trouble === undefined ? 'missing' : 'not_synced'
  if (entry.keys.some(({key, needed}) => needed && (secret.values[key] ?? '') === '')) return 'incomplete'
  if (external?.trouble !== undefined) return 'not_synced'
  if (external && isBefore(external.syncedAt, vaultChangedAt)) return 'vault_newer'
  return readers.some((one) => readsAll(one) && isBefore(one.startedAt, secret.changedAt)) ? 'pods_older' : 'in_step'
}

const isBefore = (one: string | null, other: string | null): boolean =>
  one !== null && other !== null && Date.parse(one) < Date.parse(other)
