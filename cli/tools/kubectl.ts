/** The arguments of kubectl that todo5 uses, and what it answers. */
import {z} from 'zod'

export const KUBECTL = 'kubectl'

export const clientVersionArgs = (): string[] => ['version', '--client', '--output=json']

/** Names of the contexts in the kubeconfig, a line each. */
export const contextNamesArgs = (): string[] => ['config', 'get-contexts', '--output=name']

/** What the API server answers at a path, such as /readyz. */
export const rawArgs = (path: string, context: string, seconds: number): string[] => [
  'get',
  '--raw',
  path,
  `--context=${context}`,
  `--request-timeout=${seconds}s`,
]

export const deploymentsArgs = (namespace: string, context: string, seconds: number): string[] => [
  'get',
  'deployments',
  `--namespace=${namespace}`,
  '--output=json',
  `--context=${context}`,
  `--request-timeout=${seconds}s`,
]

/** What sidecars in a namespace may load. */
export const daprResourcesArgs = ({namespace, kubeContext}: {namespace: string; kubeContext: string}): string[] => [
  'get',
  'components.dapr.io,resiliencies.dapr.io',
  '--output=json',
  `--namespace=${namespace}`,
  `--context=${kubeContext}`,
  '--request-timeout=20s',
]

export const nodesArgs = (context: string, seconds: number): string[] => [
  'get',
  'nodes',
  '--output=json',
  `--context=${context}`,
  `--request-timeout=${seconds}s`,
]

/** All that have not ended: these hold what they have requested. */
export const livePodsArgs = (context: string, seconds: number): string[] => [
  'get',
  'pods',
  '--all-namespaces',
  '--field-selector=status.phase!=Succeeded,status.phase!=Failed',
  '--output=json',
  `--context=${context}`,
  `--request-timeout=${seconds}s`,
]

const serverVersion = z.object({gitVersion: z.string()})

/** What /version said, such as v1.33.1. @throws ZodError, SyntaxError when it is not Kubernetes' */
export const parseServerVersion = (stdout: string): string => serverVersion.parse(JSON.parse(stdout)).gitVersion

const deployments = z.object({
  items: z.array(
    z.object({
      metadata: z.object({name: z.string()}),
      spec: z.object({replicas: z.int().default(1)}),
      status: z.object({availableReplicas: z.int().default(0)}),
    }),
  ),
})

export interface DeploymentFacts {
  readonly name: string
  readonly wanted: number
  readonly available: number
}

/** @throws ZodError, SyntaxError */
export const parseDeployments = (stdout: string): DeploymentFacts[] =>
  deployments.parse(JSON.parse(stdout)).items.map(({metadata, spec, status}) => ({
    name: metadata.name,
    wanted: spec.replicas,
    available: status.availableReplicas,
  }))

/** CPUs and bytes. */
export interface Capacity {
  readonly cpu: number
  readonly memory: number
}

const amounts = z.object({cpu: z.string().optional(), memory: z.string().optional()}).optional()
const nodes = z.object({items: z.array(z.object({status: z.object({allocatable: amounts})}))})
const pods = z.object({
  items: z.array(
    z.object({
      metadata: z.object({namespace: z.string()}),
      spec: z.object({containers: z.array(z.object({resources: z.object({requests: amounts}).optional()}))}),
    }),
  ),
})

/** What pods may have, of all nodes. @throws ZodError, SyntaxError, RangeError */
export const parseAllocatable = (stdout: string): Capacity =>
  sumOf(nodes.parse(JSON.parse(stdout)).items.map(({status}) => status.allocatable))

/** What pods have requested. @throws ZodError, SyntaxError, RangeError */
export const parseRequested = (stdout: string): Capacity =>
  sumOf(pods.parse(JSON.parse(stdout)).items.flatMap(({spec}) => spec.containers.map((one) => one.resources?.requests)))

/** Whether a pod of that namespace is among them. @throws ZodError, SyntaxError */
export const hasPods = (stdout: string, namespace: string): boolean =>
  pods.parse(JSON.parse(stdout)).items.some(({metadata}) => metadata.namespace === namespace)

const sumOf = (several: readonly z.infer<typeof amounts>[]): Capacity => ({
  cpu: several.reduce((sum, one) => sum + quantity(one?.cpu ?? '0'), 0),
  memory: several.reduce((sum, one) => sum + quantity(one?.memory ?? '0'), 0),
})

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
}

/** A quantity of Kubernetes, such as 500m or 2Gi. @throws RangeError */
export function quantity(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?(?:e\d+)?)([a-zA-Z]*)$/u.exec(text) ?? []
  const factor = FACTORS[unit ?? 'none']
  if (digits === undefined || factor === undefined) throw new RangeError(`${text} is no quantity of Kubernetes`)
  return Number(digits) * factor
}
