import {CliError} from '../../errors.ts'
import {EXIT} from '../../exit-codes.ts'
import {type Demand, demands, type Part} from './demand.ts'
import type {Machine} from './machine-sizes.ts'

/** What there is. CPU in thousandths of a core, memory and storage in bytes. */
export interface Allowance {
  readonly nodes: number
  readonly nodeMilliCores: number
  readonly nodeMemory: number
  /** What the kubelet and the pods of the cloud take of each node. */
  readonly reservedMilliCores: number
  readonly reservedMemory: number
  /** What pods of the cloud take that are there once, however many nodes there are. */
  readonly once: Machine
  readonly bootVolume: number
  /** Block storage in all, boot volumes among it; null: as much as somebody pays for. */
  readonly storage: number | null
  /** The cloud makes no smaller volume. */
  readonly smallestVolume: number
  /** Null: as many as somebody pays for. */
  readonly loadBalancers: number | null
  /** Made by Terraform, whatever is installed. */
  readonly ownLoadBalancers: number
  /** Storage classes on the disk of a node. */
  readonly localStorage: readonly string[]
}

const GIB = 2 ** 30
const GB = 1e9

/**
 * Always free on OKE, as terraform/oke makes it by default. The kubelet reserves 70 thousandths of two cores, and of 12 GB
 * 25 % of the first four, 20 % of the next four and 10 % of the rest; flannel, CoreDNS and Oracle's own pods are put at 280 and 300 MiB.
 */
export const ALWAYS_FREE_OKE: Allowance = {
  nodes: 2,
  nodeMilliCores: 2000,
  nodeMemory: 12 * GIB,
  reservedMilliCores: 350,
  reservedMemory: (1 + 0.8 + 0.4 + 0.1) * GIB + 300 * 2 ** 20,
  once: {milliCores: 0, memory: 0},
  bootVolume: 50 * GB,
  storage: 200 * GB,
  smallestVolume: 50 * GB,
  loadBalancers: 1,
  ownLoadBalancers: 1,
  localStorage: ['local-path'],
}

export type Resource = 'cpu' | 'memory' | 'storage' | 'load_balancers'

export interface CapacityLine {
  readonly part: string
  readonly item: string
  readonly pods: number
  readonly milliCores: number
  readonly memory: number
  /** Bytes of the cloud's volumes, each as big as the smallest there is. */
  readonly storage: number
  readonly loadBalancers: number
}

export interface CapacityTotal {
  readonly resource: Resource
  readonly used: number
  /** Null: none. */
  readonly limit: number | null
}

export interface CapacityRefusal extends CapacityTotal {
  readonly limit: number
  /** The item that takes most of it, `part item`. */
  readonly biggest: string
  readonly biggestUse: number
}

export interface Capacity {
  /** In the order in which they are installed; what the nodes take of themselves first, what a roll-out takes on top last. */
  readonly lines: readonly CapacityLine[]
  readonly totals: readonly CapacityTotal[]
  /** Empty when it fits. */
  readonly refusals: readonly CapacityRefusal[]
}

const PER_RESOURCE: Readonly<Record<Resource, (line: CapacityLine) => number>> = {
  cpu: ({milliCores}) => milliCores,
  memory: ({memory}) => memory,
  storage: ({storage}) => storage,
  load_balancers: ({loadBalancers}) => loadBalancers,
}

/** Adds up what would be installed, against what there is. */
export function capacityOf(parts: readonly Part[], allowance: Allowance): Capacity {
  const found = demands(parts, allowance)
  const own: CapacityLine[] = [
    {
      part: 'nodes',
      item: 'kubelet and system pods',
      pods: 0,
      milliCores: allowance.nodes * allowance.reservedMilliCores + allowance.once.milliCores,
      memory: allowance.nodes * allowance.reservedMemory + allowance.once.memory,
      storage: allowance.nodes * allowance.bootVolume,
      loadBalancers: 0,
    },
    ...(allowance.ownLoadBalancers > 0
      ? [{...EMPTY, part: 'terraform', item: 'load balancer', loadBalancers: allowance.ownLoadBalancers}]
      : []),
  ]
  const lines = [...own, ...found.filter(lasting).map((one) => lineOf(one, allowance)), rollOut(found)]
  const limits: Readonly<Record<Resource, number | null>> = {
    cpu: allowance.nodes * allowance.nodeMilliCores,
    memory: allowance.nodes * allowance.nodeMemory,
    storage: allowance.storage,
    load_balancers: allowance.loadBalancers,
  }
  const totals = (Object.keys(limits) as Resource[]).map((resource) => ({
    resource,
    used: lines.reduce((sum, line) => sum + PER_RESOURCE[resource](line), 0),
    limit: limits[resource],
  }))
  const refusals = totals.flatMap(({resource, used, limit}) =>
    limit !== null && used > limit ? [refusal({resource, used, limit}, lines)] : [],
  )
  return {lines, totals, refusals}
}

const EMPTY = {pods: 0, milliCores: 0, memory: 0, storage: 0, loadBalancers: 0}
const lasting = ({pods, volumes, loadBalancers}: Demand): boolean => pods > 0 || volumes.length > 0 || loadBalancers > 0

const lineOf = (
  {part, item, pods, milliCores, memory, volumes, loadBalancers}: Demand,
  {smallestVolume}: Allowance,
): CapacityLine => ({
  part,
  item,
  pods,
  milliCores,
  memory,
  storage: volumes.reduce((sum, size) => sum + Math.max(size, smallestVolume), 0),
  loadBalancers,
})

/** Jobs run before the release, one at a time, and then all Deployments roll at once: whichever takes more. */
function rollOut(found: readonly Demand[]): CapacityLine {
  const jobs = found.filter(({pods, surge}) => pods === 0 && surge > 0)
  const rolling = found.filter(({pods, surge}) => pods > 0 && surge > 0)
  const sum = (of: 'milliCores' | 'memory'): number =>
    Math.max(
      0,
      rolling.reduce((total, one) => total + (one[of] / one.pods) * one.surge, 0),
      ...jobs.map((one) => one[of]),
    )
  const pods = rolling.reduce((total, {surge}) => total + surge, 0)
  return {...EMPTY, part: 'roll-out', item: 'pods on top', pods, milliCores: sum('milliCores'), memory: sum('memory')}
}

function refusal(total: CapacityTotal & {readonly limit: number}, lines: readonly CapacityLine[]): CapacityRefusal {
  const use = PER_RESOURCE[total.resource]
  // The nodes themselves cannot be left out.
  const others = lines.filter(({part}) => part !== 'nodes')
  const biggest = others.reduce((most, line) => (use(line) > use(most) ? line : most))
  return {...total, biggest: `${biggest.part} ${biggest.item}`, biggestUse: use(biggest)}
}

const NAMES: Readonly<Record<Resource, string>> = {
  cpu: 'CPU',
  memory: 'memory',
  storage: 'block storage',
  load_balancers: 'load balancers',
}

/** `2.4 cores`, `7.1 GiB`, `150 GB`, `1` */
export function amount(resource: Resource, value: number): string {
  const rounded = (number: number): string => String(Math.round(number * 10) / 10)
  switch (resource) {
    case 'cpu':
      return `${rounded(value / 1000)} cores`
    case 'memory':
      return `${rounded(value / GIB)} GiB`
    case 'storage':
      return `${rounded(value / GB)} GB`
    case 'load_balancers':
      return String(value)
  }
}

/** `CPU 2.4 cores of 4 cores`; `disk 150 GB` where there is no limit. */
export function totalText({resource, used, limit}: CapacityTotal): string {
  const of = limit === null ? '' : ` of ${amount(resource, limit)}`
  return `${resource === 'storage' ? 'disk' : NAMES[resource]} ${amount(resource, used)}${of}`
}

/** @throws CliError `over_capacity` (exit 4) that names the biggest item of each resource of which there is too little */
export function refuseWhatDoesNotFit({refusals}: Capacity): void {
  if (refusals.length === 0) return
  const texts = refusals.map(
    ({resource, used, limit, biggest, biggestUse}) =>
      `${NAMES[resource]} ${amount(resource, used)} of ${amount(resource, limit)}, most of it ${biggest} (${amount(resource, biggestUse)})`,
  )
  throw new CliError(`This does not fit into what there is: ${texts.join('; ')}.`, {
    code: 'over_capacity',
    exit: EXIT.refused,
    hints: ['docs/cloud.md        what fits, and what can be left out'],
  })
}
