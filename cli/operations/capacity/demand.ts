import {z} from 'zod'
import {bytes, milliCores} from './quantities.ts'

/** What of a rendered manifest is looked at. */
export type KubernetesObject = Readonly<Record<string, unknown>>

/** What is installed together, such as Dapr, with the objects that its chart makes. */
export interface Part {
  readonly name: string
  readonly objects: readonly KubernetesObject[]
}

/** Pods of one kind, or a volume, or a load balancer. CPU in thousandths of a core, the others in bytes, of all together. */
export interface Demand {
  readonly part: string
  /** kind/name */
  readonly item: string
  readonly pods: number
  readonly milliCores: number
  readonly memory: number
  /** Volumes of the cloud; those on the disk of a node cost nothing. */
  readonly volumes: readonly number[]
  readonly loadBalancers: number
  /** How many pods come on top while a new version takes the place of the old one. */
  readonly surge: number
}

const quantity = z.union([z.string(), z.number()])
const container = z.looseObject({
  restartPolicy: z.string().optional(),
  resources: z.looseObject({requests: z.record(z.string(), quantity).optional()}).optional(),
})
const pod = z.looseObject({
  metadata: z.looseObject({annotations: z.record(z.string(), z.string()).optional()}).optional(),
  spec: z.looseObject({
    containers: z.array(container),
    initContainers: z.array(container).optional(),
  }),
})
const claim = z.looseObject({
  metadata: z.looseObject({name: z.string()}),
  spec: z.looseObject({
    storageClassName: z.string().optional(),
    resources: z.looseObject({requests: z.looseObject({storage: quantity})}),
  }),
})
const workload = z.looseObject({
  replicas: z.number().optional(),
  template: pod,
  strategy: z.looseObject({rollingUpdate: z.looseObject({maxSurge: quantity.optional()}).optional()}).optional(),
  volumeClaimTemplates: z.array(claim).optional(),
})
/** Strimzi's: the operator makes the pods of it. */
const nodePool = z.looseObject({
  replicas: z.number(),
  resources: z.looseObject({requests: z.record(z.string(), quantity).optional()}).optional(),
  storage: z.looseObject({
    volumes: z.array(z.looseObject({type: z.string(), size: quantity.optional(), class: z.string().optional()})),
  }),
})
const requested = z.looseObject({
  resources: z.looseObject({requests: z.record(z.string(), quantity).optional()}).optional(),
})
/** What Strimzi puts beside the brokers: the two operators in one pod, and the exporter. */
const kafka = z.looseObject({
  entityOperator: z.looseObject({topicOperator: requested.optional(), userOperator: requested.optional()}).optional(),
  kafkaExporter: requested.optional(),
})
const head = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({name: z.string()}),
  spec: z.unknown().optional(),
})

export interface Ground {
  /** For what runs on each node. */
  readonly nodes: number
  /** Storage classes on the disk of a node. */
  readonly localStorage: readonly string[]
}

/** Every request of what would be installed; jobs are there for a moment only, as are the pods of a roll-out, and count as surge. */
export function demands(parts: readonly Part[], ground: Ground): Demand[] {
  return parts.flatMap(({name, objects}) =>
    objects.flatMap((object) => {
      const {kind, metadata, spec} = head.parse(object)
      const found = demandOf(kind, spec, object, ground)
      return found === undefined
        ? []
        : [{...NOTHING, part: name, item: `${kind.toLowerCase()}/${metadata.name}`, ...found}]
    }),
  )
}

const NOTHING = {pods: 0, milliCores: 0, memory: 0, volumes: [], loadBalancers: 0, surge: 0}

function demandOf(kind: string, spec: unknown, object: KubernetesObject, ground: Ground): Partial<Demand> | undefined {
  switch (kind) {
    case 'Deployment':
    case 'StatefulSet':
      return ofWorkload(workload.parse(spec), kind === 'Deployment', ground)
    case 'DaemonSet':
      return times(ofPod(workload.parse(spec).template), ground.nodes)
    case 'Job':
      return {...ofPod(workload.parse(spec).template), pods: 0, surge: 1}
    case 'PersistentVolumeClaim':
      return {volumes: ofClaim(claim.parse(object), ground)}
    case 'Service':
      return z.looseObject({type: z.string().optional()}).parse(spec).type === 'LoadBalancer'
        ? {loadBalancers: 1}
        : undefined
    case 'Kafka':
      return besideKafka(kafka.parse(spec))
    case 'KafkaNodePool':
      return ofNodePool(nodePool.parse(spec), ground)
    default:
      return undefined
  }
}

function ofWorkload(spec: z.infer<typeof workload>, rolls: boolean, ground: Ground): Partial<Demand> {
  const replicas = spec.replicas ?? 1
  const volumes = (spec.volumeClaimTemplates ?? []).flatMap((one) => ofClaim(one, ground))
  return {
    ...times(ofPod(spec.template), replicas),
    volumes: Array.from({length: replicas}, () => volumes).flat(),
    surge: rolls ? surgeOf(spec.strategy?.rollingUpdate?.maxSurge ?? '25%', replicas) : 0,
  }
}

function surgeOf(surge: string | number, replicas: number): number {
  const share = /^(\d+)%$/u.exec(String(surge))
  return share ? Math.ceil((Number(share[1]) / 100) * replicas) : Number(surge)
}

function ofNodePool({replicas, resources, storage}: z.infer<typeof nodePool>, {localStorage}: Ground): Partial<Demand> {
  const volumes = storage.volumes
    .filter(({type, class: name}) => type === 'persistent-claim' && !localStorage.includes(name ?? ''))
    .map(({size}) => bytes(size ?? 0))
  return {
    ...times(requests(resources?.requests), replicas),
    volumes: Array.from({length: replicas}, () => volumes).flat(),
  }
}

function besideKafka({entityOperator, kafkaExporter}: z.infer<typeof kafka>): Partial<Demand> {
  const beside = [entityOperator?.topicOperator, entityOperator?.userOperator, kafkaExporter]
  const all = beside.map((one) => requests(one?.resources?.requests))
  return {
    pods: [entityOperator, kafkaExporter].filter((one) => one !== undefined).length,
    milliCores: all.reduce((sum, one) => sum + one.milliCores, 0),
    memory: all.reduce((sum, one) => sum + one.memory, 0),
  }
}

const ofClaim = ({spec}: z.infer<typeof claim>, {localStorage}: Ground): number[] =>
  localStorage.includes(spec.storageClassName ?? '') ? [] : [bytes(spec.resources.requests.storage)]

interface Requests {
  readonly pods: number
  readonly milliCores: number
  readonly memory: number
}

/** What Kubernetes reserves for a pod: its containers together, or its greediest step before them; and its sidecar. */
function ofPod({metadata, spec}: z.infer<typeof pod>): Requests {
  const all = spec.containers.map((one) => requests(one.resources?.requests))
  const before = spec.initContainers ?? []
  const beside = before.filter(({restartPolicy}) => restartPolicy === 'Always')
  const running = [...all, ...beside.map((one) => requests(one.resources?.requests)), ofSidecar(metadata?.annotations)]
  const steps = before.filter(({restartPolicy}) => restartPolicy !== 'Always')
  const most = (of: 'milliCores' | 'memory'): number =>
    Math.max(
      running.reduce((sum, one) => sum + one[of], 0),
      ...steps.map((one) => requests(one.resources?.requests)[of]),
    )
  return {pods: 1, milliCores: most('milliCores'), memory: most('memory')}
}

/** Dapr's injector puts it into the pod; no manifest has it. */
function ofSidecar(annotations: Readonly<Record<string, string>> = {}): Requests {
  if (annotations['dapr.io/enabled'] !== 'true') return requests()
  return requests({
    cpu: annotations['dapr.io/sidecar-cpu-request'] ?? '0',
    memory: annotations['dapr.io/sidecar-memory-request'] ?? '0',
  })
}

const requests = (of: Readonly<Record<string, string | number>> = {}): Requests => ({
  pods: 1,
  milliCores: milliCores(of['cpu'] ?? 0),
  memory: bytes(of['memory'] ?? 0),
})

const times = (one: Requests, count: number): Requests => ({
  pods: count,
  milliCores: one.milliCores * count,
  memory: one.memory * count,
})
