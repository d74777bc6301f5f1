import type {ResourceChange} from '../../tools/terraform.ts'

/** What holds data, or carries all the rest: nobody gets it back by applying again. */
const PRECIOUS =
  /(_cluster|_node_pool|_vault|_kms_key|_resource_group|_secret|_disk|_volume|_bucket|_storage_account)$|database|_sql_|postgresql|mysql/u

/** Those of a plan that take such a thing away, be it to make it anew. */
export const preciousLosses = (changes: readonly ResourceChange[]): ResourceChange[] =>
  changes.filter(({type, action}) => (action === 'destroy' || action === 'replace') && PRECIOUS.test(type))

export interface ChangeCounts {
  readonly create: number
  readonly update: number
  readonly replace: number
  readonly destroy: number
}

export function countChanges(changes: readonly ResourceChange[]): ChangeCounts {
  const count = (wanted: ResourceChange['action']): number => changes.filter(({action}) => action === wanted).length
  return {create: count('create'), update: count('update'), replace: count('replace'), destroy: count('destroy')}
}

/** `12 to create, 1 to change, 0 to replace, 0 to destroy`, without what there is none of. */
export function changesText(changes: readonly ResourceChange[]): string {
  const {create, update, replace, destroy} = countChanges(changes)
  const parts = [
    [create, 'to create'],
    [update, 'to change'],
    [replace, 'to destroy and make anew'],
    [destroy, 'to destroy'],
  ] as const
  const text = parts.flatMap(([count, words]) => (count === 0 ? [] : [`${count} ${words}`])).join(', ')
  return text === '' ? 'nothing to change' : text
}
