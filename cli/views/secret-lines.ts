import {type ClusterPlace, commandAt} from '../operations/cluster/cluster-place.ts'
import type {CheckedSecret} from '../operations/secrets/check-secrets.ts'
import type {ListedSecret, SecretState} from '../operations/secrets/list-secrets.ts'
import {restartCommand, secretCommand} from '../operations/secrets/secret-command.ts'
import type {SetSecret} from '../operations/secrets/set-secret.ts'
import type {Output} from '../output.ts'
import {instantOfLog} from './audit-lines.ts'
import type {TimeView} from './task-lines.ts'

const SOURCES: Readonly<Record<ListedSecret['source'], string>> = {
  cluster: 'cluster',
  oci: 'OCI Vault',
  azure: 'Key Vault',
  gcp: 'Secret Manager',
  kubernetes: 'namespace',
}

const STATES: Readonly<Record<SecretState, string>> = {
  in_step: 'in step',
  missing: 'missing',
  incomplete: 'a key is missing',
  vault_newer: 'newer in the vault',
  not_synced: 'not brought from the vault',
  pods_older: 'pods have the one before',
}

const whoReads = (names: readonly string[]): string => {
  if (names.length === 0) return ''
  return names.length >= 5 ? 'all services' : names.join(', ')
}

export function printSecrets(out: Output, secrets: readonly ListedSecret[], view: TimeView): void {
  out.table<ListedSecret>(
    [
      {title: 'SECRET', text: ({name}) => name},
      {title: 'KEPT IN', text: ({source}) => SOURCES[source], spare: 1},
      {
        title: 'CHANGED',
        text: ({changed_at: at}) => (at === null ? '' : instantOfLog(Date.parse(at), out, view)),
        spare: 2,
      },
      {title: 'STATE', text: ({state}) => STATES[state]},
      {title: 'READ BY', text: ({read_by: names}) => whoReads(names), atLeast: 10, spare: 3},
    ],
    secrets,
  )
  if (secrets.some(({state}) => state === 'missing' || state === 'incomplete'))
    out.note('todo5 secret check        says what is missing')
}

export function printChecks(out: Output, secrets: readonly CheckedSecret[], place: ClusterPlace): void {
  const {target} = place
  const {good, bad, symbols} = out.style
  const wrong = secrets.filter(({ok}) => !ok)
  for (const {name, fault} of wrong) out.data(`${bad(symbols.failed)} ${name} ${fault}.`)
  if (wrong.length === 0) {
    out.data(`${good(symbols.done)} ${target} has all ${secrets.length} secrets that todo5 needs.`)
    return
  }
  out.note(`${wrong.length} of ${secrets.length} are missing or wrong.`)
  out.tip('give it a value', secretCommand(place, 'set', wrong[0]!.name))
}

export function printSet(out: Output, done: SetSecret, place: ClusterPlace): void {
  const {good, symbols} = out.style
  const {target} = place
  const where = done.source === 'cluster' ? target : `${SOURCES[done.source as ListedSecret['source']]} and ${target}`
  out.data(`${good(symbols.done)} ${done.name} is new in ${where}.`)
  if (!done.deploy_needed) return
  const [workload] = done.name.split('/')
  out.note('The login has to be made before anybody uses it:')
  out.note(`${commandAt(place, 'deploy')}        makes it`)
  out.note(`${restartCommand(workload!, place)}        then`)
}
