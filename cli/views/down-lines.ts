import type {DownResult} from '../operations/take-down.ts'
import type {HostDownResult} from '../operations/take-down-host.ts'
import type {Output} from '../output.ts'

/** What `todo5 down` did, or would do. `kept` says where the data stay, and how to go on. */
export function printDown(out: Output, result: DownResult | HostDownResult, kept: string): void {
  if ('steps' in result) {
    out.data(...result.steps.map((step, index) => `${String(index + 1).padStart(2)}  ${step}`))
    return
  }
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
