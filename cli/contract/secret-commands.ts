import {z} from 'zod'
import {instantOutput} from '../../services/contracts/instant.ts'
import {besides, listed, one, type Printed, steps} from './printed.ts'

const source = z.enum(['cluster', 'oci', 'azure', 'gcp', 'kubernetes'])

const listedSecret = z.object({
  name: z.string(),
  /** Names of those that are there; no value is anywhere. */
  keys: z.array(z.string()),
  source,
  changed_at: instantOutput.nullable(),
  /** Null: it is in no vault, or the vault could not be asked. */
  vault_changed_at: instantOutput.nullable(),
  read_by: z.array(z.string()),
  state: z.enum(['in_step', 'missing', 'incomplete', 'vault_newer', 'not_synced', 'pods_older']),
})

const checkedSecret = z.object({
  /** SECRET/KEY */
  name: z.string(),
  ok: z.boolean(),
  /** As the end of a sentence; null: nothing is wrong. */
  fault: z.string().nullable(),
  /** Null: not asked, or inside of the cluster. */
  reachable: z.boolean().nullable(),
})

const changedSecret = z.object({
  name: z.string(),
  source,
  restarted: z.array(z.string()),
  /** Whether `todo5 deploy` has to follow before anybody uses it. */
  deploy_needed: z.boolean(),
})

export const SECRET_COMMANDS = {
  'secret:list': listed('secrets', listedSecret),
  'secret:check': listed('secrets', checkedSecret),
  'secret:set': besides(one(changedSecret), steps.words),
  'secret:rotate': besides(one(changedSecret), steps.words),
} satisfies Record<string, Printed>
