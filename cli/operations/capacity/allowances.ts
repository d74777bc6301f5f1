import {z} from 'zod'
import {ALWAYS_FREE_OKE, type Allowance} from './capacity.ts'
import {azureMachine, googleMachine, type Machine} from './machine-sizes.ts'

const GIB = 2 ** 30
const MIB = 2 ** 20
const MB = 1e6
const GB = 1e9

/** How the modules of Terraform size the one pool when nobody says otherwise. */
export const DEFAULT_POOLS = {
  oke: {node_count: 2, node_ocpus: 2, node_memory_gbs: 12, boot_volume_gbs: 50},
  aks: {node_count: 3, node_size: 'Standard_B2ps_v2', node_disk_gb: 64},
  gke: {node_count: 3, machine_type: 'e2-standard-2', node_disk_gb: 50},
} as const
export type PoolTarget = keyof typeof DEFAULT_POOLS

const number = z.coerce.number()
const pools = {
  oke: z.object({node_count: number, node_ocpus: number, node_memory_gbs: number, boot_volume_gbs: number}),
  aks: z.object({node_count: number, node_size: z.string(), node_disk_gb: number}),
  gke: z.object({node_count: number, machine_type: z.string(), node_disk_gb: number}),
}

/**
 * What the pool has with these variables of Terraform over the defaults; undefined when todo5 does not know how big nodes of
 * that size are. What is less than always free on OKE is counted as the less that it is.
 */
export function allowanceOf(
  target: PoolTarget,
  variables: Readonly<Record<string, string | number>> = {},
): Allowance | undefined {
  const set = {...DEFAULT_POOLS[target], ...variables}
  if (target === 'oke') {
    const {node_count: nodes, node_ocpus: cores, node_memory_gbs: memory, boot_volume_gbs: boot} = pools.oke.parse(set)
    return {
      ...ALWAYS_FREE_OKE,
      nodes,
      nodeMilliCores: cores * 1000,
      nodeMemory: memory * GIB,
      bootVolume: boot * GB,
    }
  }
  if (target === 'aks') {
    const {node_count: nodes, node_size: size, node_disk_gb: disk} = pools.aks.parse(set)
    return paid(nodes, disk, azureMachine(size), AKS)
  }
  const {node_count: nodes, machine_type: type, node_disk_gb: disk} = pools.gke.parse(set)
  return paid(nodes, disk, googleMachine(type), GKE)
}

/** What a cloud takes for itself: of each node by its size, for pods on each node, and for pods that are there once. */
interface Taken {
  readonly kubelet: (machine: Machine) => Machine
  readonly perNode: Machine
  readonly once: Machine
}

/** Nodes are paid by size, and volumes and load balancers as they come: none of these has an end. */
function paid(nodes: number, diskGb: number, machine: Machine | undefined, taken: Taken): Allowance | undefined {
  if (machine === undefined) return undefined
  const kubelet = taken.kubelet(machine)
  return {
    nodes,
    nodeMilliCores: machine.milliCores,
    nodeMemory: machine.memory,
    reservedMilliCores: kubelet.milliCores + taken.perNode.milliCores,
    reservedMemory: kubelet.memory + taken.perNode.memory,
    once: taken.once,
    bootVolume: diskGb * GB,
    storage: null,
    smallestVolume: 0,
    loadBalancers: null,
    ownLoadBalancers: 0,
    localStorage: [],
  }
}

/** Thousandths of a core that Microsoft's documents name, by cores; sizes between get those of the next. */
const AKS_CPU = [
  [1, 60],
  [2, 100],
  [4, 140],
  [8, 180],
  [16, 260],
  [32, 420],
  [64, 740],
] as const

/**
 * kubelet: Microsoft's rule (20 MB for each of the 250 pods that a node may have, and 50, but no more than a quarter; 100 MiB
 * for evictions). Pods: the agent of Container Insights as its manifest has it, Cilium and Azure's network as issues of AKS
 * tell, the rest put together; measured on no cluster.
 */
const AKS: Taken = {
  kubelet: ({milliCores, memory}) => ({
    milliCores: (AKS_CPU.find(([cores]) => cores * 1000 >= milliCores) ?? AKS_CPU.at(-1)!)[1],
    memory: Math.min(20 * MB * 250 + 50 * MB, memory / 4) + 100 * MIB,
  }),
  perNode: {milliCores: 500, memory: 1220 * MIB},
  once: {milliCores: 810, memory: 780 * MIB},
}

/** Shares of the first, the second … of each. */
const GKE_CPU = [
  [1000, 0.06],
  [1000, 0.01],
  [2000, 0.005],
  [Infinity, 0.0025],
] as const
const GKE_MEMORY = [
  [4 * GIB, 0.25],
  [4 * GIB, 0.2],
  [8 * GIB, 0.1],
  [112 * GIB, 0.06],
  [Infinity, 0.02],
] as const

function share(whole: number, parts: readonly (readonly [number, number])[]): number {
  let left = whole
  let taken = 0
  for (const [size, part] of parts) {
    taken += Math.min(left, size) * part
    left = Math.max(0, left - size)
  }
  return taken
}

/**
 * kubelet: Google's rule, and 100 MiB for evictions. Pods: logs, metrics, metadata and DNS as a node of GKE 1.29 listed them;
 * Dataplane V2 is a guess. Measured on no cluster.
 */
const GKE: Taken = {
  kubelet: ({milliCores, memory}) => ({
    milliCores: share(milliCores, GKE_CPU),
    memory: share(memory, GKE_MEMORY) + 100 * MIB,
  }),
  perNode: {milliCores: 425, memory: 610 * MIB},
  once: {milliCores: 640, memory: 485 * MIB},
}
