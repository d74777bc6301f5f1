import {BlockList, isIPv6} from 'node:net'

/** As much of networking.k8s.io/v1 as todo5's charts use, read as Kubernetes reads it. */

interface Requirement {
  readonly key: string
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist'
  readonly values?: readonly string[]
}
interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly Requirement[]
}
interface Peer {
  readonly podSelector?: Selector
  readonly namespaceSelector?: Selector
  readonly ipBlock?: {readonly cidr: string; readonly except?: readonly string[]}
}
interface Rule {
  readonly from?: readonly Peer[]
  readonly to?: readonly Peer[]
  readonly ports?: readonly {readonly protocol?: string; readonly port?: number}[]
}
export interface NetworkPolicy {
  readonly metadata: {readonly name: string; readonly namespace: string}
  readonly spec: {
    readonly podSelector: Selector
    readonly policyTypes: readonly ('Ingress' | 'Egress')[]
    readonly ingress?: readonly Rule[]
    readonly egress?: readonly Rule[]
  }
}

/** One end of a connection: a pod, or an address outside of the cluster. */
export type End =
  | {readonly namespace: string; readonly labels: Readonly<Record<string, string>>}
  | {readonly address: string}

export interface Connection {
  readonly from: End
  readonly to: End
  readonly port: number
  readonly protocol?: 'TCP' | 'UDP'
}

/** Whether both ends let it through; an end outside of the cluster lets everything through. */
export function isAllowed(policies: readonly NetworkPolicy[], connection: Connection): boolean {
  const {from, to} = connection
  return letsThrough(policies, 'Egress', from, to, connection) && letsThrough(policies, 'Ingress', to, from, connection)
}

function letsThrough(
  policies: readonly NetworkPolicy[],
  type: 'Ingress' | 'Egress',
  own: End,
  other: End,
  {port, protocol = 'TCP'}: Connection,
): boolean {
  if ('address' in own) return true
  const mine = policies.filter(
    ({metadata, spec}) =>
      metadata.namespace === own.namespace && spec.policyTypes.includes(type) && selects(spec.podSelector, own.labels),
  )
  // A pod that no policy selects is open; of several, each adds what it allows.
  if (mine.length === 0) return true
  return mine.some(({metadata, spec}) =>
    (type === 'Ingress' ? spec.ingress : spec.egress)?.some((rule) => {
      const peers = type === 'Ingress' ? rule.from : rule.to
      const ports = rule.ports ?? []
      const portFits =
        ports.length === 0 ||
        ports.some((one) => (one.protocol ?? 'TCP') === protocol && (one.port === undefined || one.port === port))
      // No peers at all means everybody.
      const peerFits =
        peers === undefined || peers.length === 0 || peers.some((peer) => isPeer(peer, metadata.namespace, other))
      return portFits && peerFits
    }),
  )
}

function isPeer({podSelector, namespaceSelector, ipBlock}: Peer, namespace: string, end: End): boolean {
  if ('address' in end) {
    if (!ipBlock) return false
    return within(end.address, ipBlock.cidr) && !(ipBlock.except ?? []).some((cidr) => within(end.address, cidr))
  }
  // Pods are known by their labels; blocks are for addresses outside of the cluster.
  if (ipBlock) return false
  const sameNamespace = namespaceSelector
    ? selects(namespaceSelector, {'kubernetes.io/metadata.name': end.namespace})
    : end.namespace === namespace
  return sameNamespace && (podSelector === undefined || selects(podSelector, end.labels))
}

function selects(
  {matchLabels = {}, matchExpressions = []}: Selector,
  labels: Readonly<Record<string, string>>,
): boolean {
  const equal = Object.entries(matchLabels).every(([key, value]) => labels[key] === value)
  return (
    equal &&
    matchExpressions.every(({key, operator, values = []}) => {
      const value = labels[key]
      if (operator === 'Exists') return value !== undefined
      if (operator === 'DoesNotExist') return value === undefined
      return (value !== undefined && values.includes(value)) === (operator === 'In')
    })
  )
}

function within(address: string, cidr: string): boolean {
  const [network, bits] = cidr.split('/') as [string, string]
  const family = isIPv6(address) ? 'ipv6' : 'ipv4'
  if (isIPv6(network) !== isIPv6(address)) return false
  const block = new BlockList()
  block.addSubnet(network, Number(bits), family)
  return block.check(address, family)
}
