import {amount, type Capacity, type CapacityLine} from '../operations/capacity/capacity.ts'
import type {Output} from '../output.ts'

export interface CapacityJson {
  readonly items: readonly {
    readonly part: string
    readonly item: string
    readonly pods: number
    readonly cpu_millicores: number
    readonly memory_bytes: number
    readonly storage_bytes: number
    readonly load_balancers: number
  }[]
  readonly totals: readonly {readonly resource: string; readonly used: number; readonly limit: number}[]
  readonly fits: boolean
}

export const capacityJson = ({lines, totals, refusals}: Capacity): CapacityJson => ({
  items: lines.map(({part, item, pods, milliCores, memory, storage, loadBalancers}) => ({
    part,
    item,
    pods,
    cpu_millicores: milliCores,
    memory_bytes: memory,
    storage_bytes: storage,
    load_balancers: loadBalancers,
  })),
  totals,
  fits: refusals.length === 0,
})

/** What each item asks for, then the sums beside what there is. */
export function printCapacity(out: Output, {lines, totals}: Capacity): void {
  const [cpu, memory, storage, balancers] = totals
  const rows: readonly (CapacityLine | 'sum' | 'limit')[] = [...lines, 'sum', 'limit']
  const text = (row: (typeof rows)[number], of: (line: CapacityLine) => string, total: typeof cpu): string =>
    typeof row === 'object' ? of(row) : amount(total!.resource, row === 'sum' ? total!.used : total!.limit)
  const orNothing = (value: number, shown: string): string => (value === 0 ? '' : shown)
  out.table(
    [
      {title: 'PART', text: (row) => (typeof row === 'object' ? row.part : row === 'sum' ? 'in all' : 'there is')},
      {title: 'ITEM', text: (row) => (typeof row === 'object' ? row.item : ''), atLeast: 12},
      {
        title: 'PODS',
        text: (row) => (typeof row === 'object' ? orNothing(row.pods, String(row.pods)) : ''),
        align: 'right',
        spare: 1,
      },
      {
        title: 'CPU',
        text: (row) => text(row, (line) => orNothing(line.milliCores, `${line.milliCores}m`), cpu),
        align: 'right',
      },
      {
        title: 'MEMORY',
        text: (row) => text(row, (line) => orNothing(line.memory, `${Math.round(line.memory / 2 ** 20)} MiB`), memory),
        align: 'right',
      },
      {
        title: 'VOLUMES',
        text: (row) => text(row, (line) => orNothing(line.storage, amount('storage', line.storage)), storage),
        align: 'right',
      },
      {
        title: 'LB',
        text: (row) => text(row, (line) => orNothing(line.loadBalancers, String(line.loadBalancers)), balancers),
        align: 'right',
      },
    ],
    rows,
  )
}
