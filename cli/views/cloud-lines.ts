import {amount, type Capacity, type CapacityLine, totalText} from '../operations/capacity/capacity.ts'
import {changesText} from '../operations/cloud/changes.ts'
import type {CloudStatus} from '../operations/cloud/cloud-status.ts'
import type {Output} from '../output.ts'
import type {ResourceChange, TerraformPlan} from '../tools/terraform.ts'

/** What is asked for, item by item, and what there is. */
export function printCapacity(out: Output, {lines, totals}: Capacity): void {
  const none = '–'
  const cell = (value: number, text: string): string => (value === 0 ? none : text)
  out.table<CapacityLine>(
    [
      {title: 'PART', text: ({part}) => part, atLeast: 8},
      // Its kind says nothing to whoever adds up.
      {title: 'ITEM', text: ({item}) => item.slice(item.indexOf('/') + 1), atLeast: 12},
      {title: 'PODS', text: ({pods}) => cell(pods, String(pods)), align: 'right', spare: 1},
      {title: 'CPU', text: ({milliCores}) => cell(milliCores, `${Math.round(milliCores)}m`), align: 'right'},
      {title: 'MEMORY', text: ({memory}) => cell(memory, `${Math.round(memory / 2 ** 20)} MiB`), align: 'right'},
      {title: 'DISK', text: ({storage}) => cell(storage, amount('storage', storage)), align: 'right'},
      {title: 'LB', text: ({loadBalancers}) => cell(loadBalancers, String(loadBalancers)), align: 'right', spare: 2},
    ],
    lines,
  )
  for (const total of totals) {
    const {used, limit} = total
    const end = limit === null ? ', paid for' : used > limit ? ': too much' : ''
    // Of what has no end only what is asked for at all.
    if (limit !== null || used > 0) out.data(`${totalText(total)}${end}`)
  }
}

const WORDS = {create: 'make', update: 'change', replace: 'destroy, make anew', destroy: 'destroy'} as const

/** What Terraform would do, resource by resource, what is lost first; for a person who is about to say yes. */
export function printTerraformPlan(out: Output, {changes}: TerraformPlan): void {
  const {bad, good} = out.noteStyle
  const order = ['destroy', 'replace', 'update', 'create'] as const
  const sorted = order.flatMap((action) => changes.filter((one) => one.action === action))
  for (const {address, action} of sorted) {
    const sign = {create: '+', update: '~', replace: '±', destroy: '-'}[action]
    const paint = action === 'create' ? good : action === 'update' ? (text: string) => text : bad
    out.note(`  ${paint(`${sign} ${address}`)}  ${WORDS[action]}`)
  }
  out.note(`  Terraform: ${changesText(changes)}.`)
}

/** Lines of a question. */
export const lossLines = (losses: readonly ResourceChange[]): string[] =>
  losses.map(({address, action}) => `${action === 'replace' ? 'destroys and makes anew' : 'destroys'} ${address}`)

/** Lines of the question before all of it goes. */
export const destroyedLines = ({changes}: TerraformPlan): string[] => [
  'in the cluster: todo5 and all that it keeps there,',
  'Dapr, External Secrets, load balancers, volumes',
  `of Terraform: ${changesText(changes)}`,
]

/** `todo5 status oke`. */
export function printCloudStatus(out: Output, status: CloudStatus, typedAs: string): void {
  const {good, bad, symbols} = out.style
  const {target, environment, state, namespace, workloads, troubles, revision, endpoint} = status
  const name = `${target}-${environment}`
  if (state === 'not_installed') {
    out.data(`${name}: ${endpoint === null ? 'nothing was made from here' : 'no todo5 there'}`)
    out.note(`${typedAs} deploy ${target} --env ${environment}        brings it there`)
    return
  }
  out.data(`${name}: ${state}   (namespace ${namespace}, revision ${revision ?? '?'})`)
  const width = Math.max(0, ...workloads.map(({name: workload}) => workload.length))
  for (const {name: workload, image, ready, wanted} of workloads) {
    const mark = ready >= wanted && wanted > 0 ? good(symbols.done) : bad(symbols.failed)
    out.data(`  ${mark} ${workload.padEnd(width)}  ${ready} of ${wanted}  ${image}`)
  }
  if (endpoint !== null) out.data(`  App   ${endpoint}`)
  for (const trouble of troubles) out.warning(trouble)
}
