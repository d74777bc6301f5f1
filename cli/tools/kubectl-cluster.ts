/** The arguments of kubectl for what todo5 stands on in a cluster: namespace, secrets, Dapr, workloads. */
import {z} from 'zod'

interface Where {
  readonly namespace: string
  readonly kubeContext: string
}

const REQUEST_SECONDS = 20

const cluster = (kubeContext: string): string[] => [`--context=${kubeContext}`, `--request-timeout=${REQUEST_SECONDS}s`]
const at = ({namespace, kubeContext}: Where): string[] => [`--namespace=${namespace}`, ...cluster(kubeContext)]

/** Prints its name, or nothing. */
export const namespaceArgs = ({namespace, kubeContext}: Where): string[] => [
  'get',
  'namespace',
  namespace,
  '--ignore-not-found',
  '--output=name',
  ...cluster(kubeContext),
]

export const createNamespaceArgs = ({namespace, kubeContext}: Where): string[] => [
  'create',
  'namespace',
  namespace,
  ...cluster(kubeContext),
]

/** With all that is in it; waits until it is gone. */
export const deleteNamespaceArgs = (namespace: string, kubeContext: string): string[] => [
  'delete',
  'namespace',
  namespace,
  '--ignore-not-found',
  '--wait',
  `--context=${kubeContext}`,
]

export const secretsArgs = (where: Where): string[] => ['get', 'secrets', '--output=json', ...at(where)]

/** Makes what it reads, or brings it to that. */
export const applyInputArgs = (where: Where): string[] => ['apply', '--filename=-', ...at(where)]

/** The same for the kinds of objects of a chart, whoever made them. */
export const applyKindsArgs = (kubeContext: string): string[] => [
  'apply',
  '--server-side',
  '--force-conflicts',
  '--filename=-',
  ...cluster(kubeContext),
]

export const deleteSecretsArgs = (names: readonly string[], where: Where): string[] => [
  'delete',
  'secrets',
  ...names,
  '--ignore-not-found',
  ...at(where),
]

/** What Kafka, PostgreSQL and the mailbox keep. */
export const deleteDataArgs = (release: string, where: Where): string[] => [
  'delete',
  'persistentvolumeclaims',
  `--selector=app.kubernetes.io/instance=${release}`,
  ...at(where),
]

export const workloadsArgs = (where: Where): string[] => [
  'get',
  'deployments,statefulsets',
  '--output=json',
  ...at(where),
]

/** All of a release to no pod. */
export const scaleDownArgs = (release: string, where: Where): string[] => [
  'scale',
  'deployments,statefulsets',
  `--selector=app.kubernetes.io/instance=${release}`,
  '--replicas=0',
  ...at(where),
]

/** How Dapr's control plane is set. */
export const daprSettingsArgs = (where: Where): string[] => [
  'get',
  'configurations.dapr.io',
  'daprsystem',
  '--output=json',
  ...at(where),
]

/** Runs a program beside a service, in its container. */
export const execArgs = (service: string, command: readonly string[], where: Where): string[] => [
  'exec',
  `deployment/${service}`,
  `--container=${service}`,
  `--namespace=${where.namespace}`,
  `--context=${where.kubeContext}`,
  '--',
  ...command,
]

export interface LogRequest {
  /** Of the label app.kubernetes.io/name; undefined: all of todo5. */
  readonly name: string | undefined
  /** Each pod's. */
  readonly lines: number
  /** ISO, UTC. */
  readonly since: string | undefined
  readonly follow: boolean
}

export const logsArgs = ({name, lines, since, follow}: LogRequest, {namespace, kubeContext}: Where): string[] => [
  'logs',
  name === undefined
    ? '--selector=app.kubernetes.io/part-of in (todo5,todo5-platform)'
    : `--selector=app.kubernetes.io/name=${name}`,
  ...(name === undefined ? [] : [`--container=${name}`]),
  `--tail=${lines}`,
  ...(since === undefined ? [] : [`--since-time=${since}`]),
  ...(follow ? ['--follow'] : []),
  '--max-log-requests=40',
  `--namespace=${namespace}`,
  `--context=${kubeContext}`,
]

const secrets = z.object({
  items: z.array(z.object({metadata: z.object({name: z.string()}), data: z.record(z.string(), z.string()).nullish()})),
})

export type SecretValues = Readonly<Record<string, string>>

/** By name, in the clear. @throws ZodError, SyntaxError */
export const parseSecrets = (stdout: string): Map<string, SecretValues> =>
  new Map(
    secrets
      .parse(JSON.parse(stdout))
      .items.map(({metadata, data}) => [
        metadata.name,
        Object.fromEntries(
          Object.entries(data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]),
        ),
      ]),
  )

const workloads = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      metadata: z.object({name: z.string()}),
      spec: z.object({
        replicas: z.int().default(1),
        template: z.object({spec: z.object({containers: z.array(z.object({name: z.string(), image: z.string()}))})}),
      }),
      status: z.object({readyReplicas: z.int().default(0), updatedReplicas: z.int().default(0)}),
    }),
  ),
})

export interface Workload {
  readonly name: string
  readonly kind: string
  readonly image: string
  readonly wanted: number
  readonly ready: number
}

/** @throws ZodError, SyntaxError */
export const parseWorkloads = (stdout: string): Workload[] =>
  workloads.parse(JSON.parse(stdout)).items.map(({kind, metadata, spec, status}) => ({
    name: metadata.name,
    kind,
    image: spec.template.spec.containers[0]?.image ?? '',
    wanted: spec.replicas,
    ready: Math.min(status.readyReplicas, status.updatedReplicas),
  }))

const settings = z.object({
  spec: z.object({mtls: z.object({enabled: z.boolean().default(true)}).default({enabled: true})}),
})

/** Whether sidecars trust only each other. @throws ZodError, SyntaxError */
export const parseMtls = (stdout: string): boolean => settings.parse(JSON.parse(stdout)).spec.mtls.enabled
