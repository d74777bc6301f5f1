import type {HostServiceResult, ServicesDown} from '../operations/host-services.ts'
import type {DownResult} from '../operations/take-down.ts'
import type {HostDownResult} from '../operations/take-down-host.ts'
import type {Output} from '../output.ts'

/** What `todo5 down` did, or would do. `kept` says where the data stay, and how to go on. */
export function printDown(out: Output, result: DownResult | HostDownResult, kept: string): void {
  if ('steps' in result) return printSteps(out, result.steps)
  const {good, symbols} = out.style
  const found = {
    running: result.killed ? 'stopped (it had to be killed)' : 'stopped',
    leftovers: 'ended what a killed todo5 had left',
    nothing: 'nothing ran',
  }[result.found]
  for (const line of [found, ...result.deleted.map((folder) => `deleted ${folder}`)]) {
    out.data(`${good(symbols.done)} ${line}`)
  }
  if (result.deleted.length === 0 && result.found !== 'nothing') out.note(`  Data stays in ${kept}`)
}

/** What `todo5 down host --only` did, or would do. */
export function printServicesDown(
  out: Output,
  result: ServicesDown | {readonly steps: readonly string[]},
  typedAs: string,
): void {
  if ('steps' in result) return printSteps(out, result.steps)
  printServices(out, result.services)
  const names = result.services.map(({service}) => service).join(' ')
  out.note(`  Start again: ${typedAs} up host --only ${names}   or all of it: ${typedAs} up host`)
}

export function printServices(out: Output, services: readonly HostServiceResult[]): void {
  const {good, symbols} = out.style
  for (const {service, state, changed} of services) {
    const word = state === 'running' ? 'runs' : 'stopped by hand'
    out.data(`${good(symbols.done)} ${service} and its sidecar: ${changed ? word : `${word} already`}`)
  }
}

/** The steps of --dry-run. */
export const printSteps = (out: Output, steps: readonly string[]): void =>
  out.data(...steps.map((step, index) => `${String(index + 1).padStart(2)}  ${step}`))
