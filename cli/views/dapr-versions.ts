import type {DaprApplied} from '../operations/apply-dapr.ts'
import type {DaprVersionList} from '../operations/list-dapr-versions.ts'
import type {Output} from '../output.ts'
import {clock, shortDate} from '../time/show-time.ts'
import type {Zone} from '../../services/domain/dates/zone.ts'

/** The difference, then what was done with it. */
export function printDaprApplied(out: Output, {from, version, state, changes, services}: DaprApplied): void {
  const {good, bold, symbols} = out.style
  for (const {path, change, diff} of changes) {
    // Without a version before, everything is new: a list is enough.
    out.data(bold(`${change} ${path}`), ...(from === null ? [] : diff.split('\n').map((line) => paint(out, line))))
  }
  const sidecars = services.length === 0 ? 'no sidecar' : services.map((name) => `daprd-${name}`).join(', ')
  if (state === 'unchanged') out.data(`Nothing to do: version ${version} is the same.`)
  else if (state === 'dry_run') out.note(`Nothing was changed. Would start anew: ${sidecars}.`)
  else if (state === 'loaded') out.data(`${good(symbols.done)} version ${version} is loaded; started anew: ${sidecars}`)
  else out.data(`${good(symbols.done)} version ${version} is kept; todo5 up host loads it`)
}

function paint({style}: Output, line: string): string {
  if (line.startsWith('+')) return style.good(`  ${line}`)
  if (line.startsWith('-')) return style.bad(`  ${line}`)
  return style.dim(`  ${line}`)
}

type Row = DaprVersionList['versions'][number]

export function printDaprVersions(
  out: Output,
  {versions}: DaprVersionList,
  {zone, now}: {zone: Zone; now: number},
): void {
  if (versions.length === 0) {
    out.note('There is no version yet: todo5 up host makes the first.')
    return
  }
  out.table<Row>(
    [
      {title: 'VERSION', text: ({number}) => String(number), align: 'right'},
      {title: 'WHEN', text: ({at}) => `${shortDate(Date.parse(at), now, zone)} ${clock(Date.parse(at), zone)}`},
      {title: 'BY', text: ({by}) => by, atMost: 16},
      {title: 'WHAT', text: what},
      {title: 'HASH', text: ({hash}) => hash.slice(0, 8)},
      {title: 'STATE', text: state, atLeast: 10},
    ],
    versions,
  )
}

function what({action, of, todo5, values}: Row): string {
  const words = {up: `of todo5 ${todo5}`, apply: 'applied', rollback: `as version ${of}`}[action]
  const set = Object.entries(values).map(([name, value]) => ` ${name}=${value}`)
  return `${words}${set.join('')}`
}

function state({state: is, current, reason}: Row): string {
  if (is === 'failed') return `failed: ${reason?.split('\n')[0] ?? ''}`
  if (!current) return is === 'pending' ? 'never loaded' : 'earlier'
  return is === 'loaded' ? 'loaded' : 'at the next start'
}
