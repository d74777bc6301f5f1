import {z} from 'zod'
import type {Connection, End, NetworkPolicy} from '../charts/network-policy.ts'
import {run} from './installed-todo5.ts'

/** One that a pod has made, with the names of both ends for people. */
export interface PodConnection extends Connection {
  readonly line: string
}

const ESTABLISHED = '01'
const LISTENS = '0A'
const READ_TABLES = `for (const name of ['tcp', 'tcp6']) process.stdout.write(fs.readFileSync('/proc/net/' + name, 'utf8'))`

const port = z.object({name: z.string().optional(), containerPort: z.number()})
const container = z.object({ports: z.array(port).default([])})
const labels = z.record(z.string(), z.string()).default({})
const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({name: z.string(), namespace: z.string(), labels, deletionTimestamp: z.string().optional()}),
      spec: z.object({containers: z.array(container), initContainers: z.array(container).default([])}),
      status: z.object({podIP: z.string().optional(), phase: z.string()}),
    }),
  ),
})
type Pod = z.infer<typeof pods>['items'][number]
const services = z.object({
  items: z.array(
    z.object({
      metadata: z.object({name: z.string(), namespace: z.string()}),
      spec: z.object({
        clusterIP: z.string().optional(),
        selector: labels.optional(),
        ports: z.array(z.object({port: z.number(), targetPort: z.union([z.number(), z.string()])})).default([]),
      }),
    }),
  ),
})

async function read<T extends z.ZodType>(schema: T, ...kind: readonly string[]): Promise<z.infer<T>> {
  return schema.parse(JSON.parse(await run('kubectl', ['get', ...kind, '--output=json'])))
}

export const policiesOf = async (namespace: string): Promise<NetworkPolicy[]> =>
  (await read(z.object({items: z.array(z.custom<NetworkPolicy>())}), 'networkpolicies', `--namespace=${namespace}`))
    .items

interface Entry {
  readonly localPort: number
  readonly address: string
  readonly port: number
  readonly state: string
}

/** A line of /proc/net/tcp or tcp6: words of an address are in the order of the machine, which is little-endian. */
function entryOf(line: string): Entry | undefined {
  const [, , localPort, remote, remotePort, state] =
    /^\s*\d+: ([\dA-F]+):([\dA-F]{4}) ([\dA-F]+):([\dA-F]{4}) (\w\w) /u.exec(line) ?? []
  if (!localPort || !remote || !remotePort || !state) return undefined
  // Of IPv6 these are addresses of IPv4, written so.
  const bytes = remote.slice(-8).match(/../gu)!.toReversed()
  return {
    localPort: Number.parseInt(localPort, 16),
    address: bytes.map((byte) => Number.parseInt(byte, 16)).join('.'),
    port: Number.parseInt(remotePort, 16),
    state,
  }
}

/** Connections that the pods of these services have made at this moment, those of their sidecars too, as their kernel tells. */
export async function connectionsOf(namespace: string, names: readonly string[]): Promise<PodConnection[]> {
  const all = (await read(pods, 'pods', '--all-namespaces')).items.filter(({status}) => status.phase === 'Running')
  const byAddress = await addresses(all)
  const found: PodConnection[] = []
  for (const pod of all) {
    const name = nameOf(pod)
    const {metadata} = pod
    if (metadata.namespace !== namespace || !names.includes(name) || metadata.deletionTimestamp) continue
    const tables = await run('kubectl', [
      'exec',
      metadata.name,
      `--namespace=${namespace}`,
      '--',
      'node',
      '-e',
      READ_TABLES,
    ])
    const entries = tables.split('\n').flatMap((line) => entryOf(line) ?? [])
    const listens = new Set(entries.filter(({state}) => state === LISTENS).map(({localPort}) => localPort))
    for (const entry of entries) {
      const {address, state, localPort} = entry
      const isOwn = address.startsWith('127.') || address === pod.status.podIP
      // What came to a port that it listens at was made by the other end.
      if (state !== ESTABLISHED || isOwn || listens.has(localPort)) continue
      const to = byAddress(address, entry.port)
      found.push({from: endOf(pod), to: to.end, port: to.port, line: `${name} > ${to.name}:${to.port}`})
    }
  }
  return found
}

const nameOf = ({metadata}: Pod): string =>
  metadata.labels['app.kubernetes.io/name'] ?? metadata.labels['app'] ?? metadata.name
const endOf = ({metadata}: Pod): End => ({namespace: metadata.namespace, labels: metadata.labels})

interface Target {
  readonly end: End
  readonly name: string
  readonly port: number
}

/** A Service's address is the one of a pod behind it by the time that policies are asked. */
async function addresses(all: readonly Pod[]): Promise<(address: string, port: number) => Target> {
  const {items} = await read(services, 'services', '--all-namespaces')
  return (address, number) => {
    const service = items.find(({spec}) => spec.clusterIP === address)
    const named = service?.spec.ports.find((one) => one.port === number)?.targetPort ?? number
    const selector = Object.entries(service?.spec.selector ?? {})
    const pod = all.find(({metadata, status}) =>
      service === undefined
        ? status.podIP === address
        : selector.length > 0 &&
          metadata.namespace === service.metadata.namespace &&
          selector.every(([key, value]) => metadata.labels[key] === value),
    )
    if (pod === undefined) return {end: {address}, name: service?.metadata.name ?? address, port: number}
    const ports = [...pod.spec.containers, ...pod.spec.initContainers].flatMap((one) => one.ports)
    const found = typeof named === 'number' ? named : ports.find(({name}) => name === named)?.containerPort
    return {end: endOf(pod), name: nameOf(pod), port: found ?? number}
  }
}
