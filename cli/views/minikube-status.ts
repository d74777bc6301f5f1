import type {MinikubeDown} from '../operations/cluster/down-minikube.ts'
import type {MinikubeStatus} from '../operations/cluster/minikube-status.ts'
import type {Output} from '../output.ts'
import {printSteps} from './down-lines.ts'

/** `todo5 status minikube`. */
export function printMinikubeStatus(out: Output, status: MinikubeStatus, typedAs: string): void {
  const {good, bad, symbols} = out.style
  const {state, profile, namespace, workloads, troubles, revision, api_url: apiUrl} = status
  const where = `profile ${profile}, namespace ${namespace}`
  if (state === 'not_installed' || state === 'stopped') {
    out.data(`Minikube: ${state === 'stopped' ? 'stopped' : 'no todo5 there'}   (${where})`)
    out.note(`${typedAs} up minikube        starts it`)
    return
  }
  out.data(`Minikube: ${state}   (${where}, revision ${revision ?? '?'})`)
  const width = Math.max(...workloads.map(({name}) => name.length))
  for (const {name, image, ready, wanted} of workloads) {
    const mark = ready >= wanted && wanted > 0 ? good(symbols.done) : bad(symbols.failed)
    out.data(`  ${mark} ${name.padEnd(width)}  ${ready} of ${wanted}  ${image}`)
  }
  if (apiUrl !== null) out.data(`  App   ${new URL(apiUrl).origin}/`)
  for (const trouble of troubles) out.warning(trouble)
}

/** What `todo5 down minikube` did, or would do. */
export function printMinikubeDown(out: Output, down: MinikubeDown, typedAs: string): void {
  if ('steps' in down) return printSteps(out, down.steps)
  const {good, symbols} = out.style
  if (down.deleted.length === 0) {
    out.data(`${good(symbols.done)} ${down.found === 'running' ? 'stopped' : 'nothing ran'}`)
    if (down.found !== 'nothing') out.note(`  Data stays in the cluster; start again: ${typedAs} up minikube`)
  }
  for (const what of down.deleted) out.data(`${good(symbols.done)} deleted ${what}`)
  for (const what of down.stays) out.note(`  stays: ${what}, which was there before`)
}
