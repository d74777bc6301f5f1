/** The arguments of kubectl around Secrets and those who read them. No value is in any of them. */
import {z} from 'zod'

interface Where {
  readonly namespace: string
  readonly kubeContext: string
}

const at = ({namespace, kubeContext}: Where, seconds = 20): string[] => [
  `--namespace=${namespace}`,
  `--context=${kubeContext}`,
  `--request-timeout=${seconds}s`,
]

/** Prints nothing when there is none of them. */
export const namedSecretsArgs = (names: readonly string[], where: Where): string[] => [
  'get',
  'secrets',
  ...names,
  '--ignore-not-found',
  '--show-managed-fields',
  '--output=json',
  ...at(where),
]

/** What the External Secrets Operator has in a namespace. */
export const externalSecretsArgs = (where: Where): string[] => [
  'get',
  'externalsecrets.external-secrets.io,secretstores.external-secrets.io',
  '--output=json',
  ...at(where),
]

export const readersArgs = (where: Where): string[] => [
  'get',
  'deployments,statefulsets,pods',
  '--output=json',
  ...at(where),
]

/** The object is in the file. */
export const createFromArgs = (file: string, where: Where): string[] => [
  'create',
  `--filename=${file}`,
  '--output=name',
  ...at(where),
]

/** What is in the file is laid over the Secret; null takes a key away. */
export const patchSecretArgs = (name: string, file: string, where: Where): string[] => [
  'patch',
  'secret',
  name,
  '--type=merge',
  `--patch-file=${file}`,
  '--output=name',
  ...at(where),
]

/** The operator looks at the vault again as soon as this differs. */
export const forceSyncArgs = (name: string, stamp: string, where: Where): string[] => [
  'annotate',
  'externalsecrets.external-secrets.io',
  name,
  `force-sync=${stamp}`,
  '--overwrite',
  ...at(where),
]

export const restartArgs = (workload: string, where: Where): string[] => ['rollout', 'restart', workload, ...at(where)]

export const rolledOutArgs = (workload: string, where: Where, seconds: number): string[] => [
  'rollout',
  'status',
  workload,
  `--timeout=${seconds}s`,
  ...at(where, 0),
]

const instant = z.iso.datetime({offset: true})
const secret = z.object({
  kind: z.literal('Secret'),
  metadata: z.object({
    name: z.string(),
    resourceVersion: z.string().default(''),
    creationTimestamp: instant.optional(),
    managedFields: z.array(z.looseObject({time: instant.optional()})).default([]),
    ownerReferences: z.array(z.looseObject({kind: z.string()})).default([]),
  }),
  data: z.record(z.string(), z.string()).nullish(),
})
const oneOrMore = z.union([z.object({kind: z.literal('List'), items: z.array(secret)}), secret])

export interface ClusterSecret {
  readonly name: string
  readonly resourceVersion: string
  /** ISO, when it was last written; null: nobody knows. */
  readonly changedAt: string | null
  /** In the clear. */
  readonly values: Readonly<Record<string, string>>
}

/** @throws ZodError, SyntaxError, neither of which a person may see: they may quote what was read */
export function parseNamedSecrets(stdout: string): ClusterSecret[] {
  if (stdout.trim() === '') return []
  const found = oneOrMore.parse(JSON.parse(stdout))
  return ('items' in found ? found.items : [found]).map(({metadata, data}) => ({
    name: metadata.name,
    resourceVersion: metadata.resourceVersion,
    changedAt:
      [...metadata.managedFields.map(({time}) => time), metadata.creationTimestamp]
        .filter((time) => time !== undefined)
        .toSorted((one, other) => Date.parse(other) - Date.parse(one))[0] ?? null,
    values: Object.fromEntries(
      Object.entries(data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]),
    ),
  }))
}

const provider = z.object({
  oracle: z
    .object({
      vault: z.string(),
      region: z.string(),
      compartment: z.string().optional(),
      encryptionKey: z.string().optional(),
    })
    .optional(),
  azurekv: z.object({vaultUrl: z.url()}).optional(),
  gcpsm: z.object({projectID: z.string()}).optional(),
  kubernetes: z.object({remoteNamespace: z.string()}).optional(),
})
export type VaultProvider = z.infer<typeof provider>

const external = z.object({
  items: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('SecretStore'),
        metadata: z.object({name: z.string()}),
        spec: z.object({provider}),
      }),
      z.object({
        kind: z.literal('ExternalSecret'),
        metadata: z.object({name: z.string()}),
        spec: z.object({
          secretStoreRef: z.object({name: z.string()}),
          target: z.object({name: z.string().optional()}).optional(),
          dataFrom: z.array(z.object({extract: z.object({key: z.string()}).optional()})).default([]),
        }),
        status: z
          .object({
            refreshTime: instant.nullish(),
            conditions: z
              .array(z.object({type: z.string(), status: z.string(), message: z.string().default('')}))
              .default([]),
          })
          .optional(),
      }),
    ]),
  ),
})

export interface ExternalSecret {
  readonly name: string
  /** Of the Secret that it makes. */
  readonly target: string
  /** What it is called in the vault; undefined: it is not made as todo5 makes them. */
  readonly remote: string | undefined
  readonly provider: VaultProvider
  /** ISO; null: never. */
  readonly syncedAt: string | null
  /** Why it is not in step; undefined: it is. */
  readonly trouble: string | undefined
}

/** @throws ZodError, SyntaxError */
export function parseExternalSecrets(stdout: string): ExternalSecret[] {
  const {items} = external.parse(JSON.parse(stdout))
  const stores = new Map(
    items.flatMap((item) => (item.kind === 'SecretStore' ? [[item.metadata.name, item.spec.provider] as const] : [])),
  )
  return items.flatMap((item) => {
    if (item.kind !== 'ExternalSecret') return []
    const {metadata, spec, status} = item
    const ready = status?.conditions.find(({type}) => type === 'Ready')
    return [
      {
        name: metadata.name,
        target: spec.target?.name ?? metadata.name,
        remote: spec.dataFrom[0]?.extract?.key,
        provider: stores.get(spec.secretStoreRef.name) ?? {},
        syncedAt: status?.refreshTime ?? null,
        trouble: ready?.status === 'True' ? undefined : (ready?.message ?? 'the operator has not looked at it yet'),
      },
    ]
  })
}

const readers = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      metadata: z.object({
        name: z.string(),
        labels: z.record(z.string(), z.string()).default({}),
        deletionTimestamp: instant.optional(),
      }),
      status: z.object({startTime: instant.optional()}).optional(),
    }),
  ),
})

export interface Reader {
  readonly name: string
  /** As `rollout` takes it, such as deployment/chat-api. */
  readonly workload: string
  /** ISO, of its oldest pod, but for those that were asked to end; null: it has none. */
  readonly startedAt: string | null
}

/** Workloads with the starts of their pods, by the label app.kubernetes.io/name. @throws ZodError, SyntaxError */
export function parseReaders(stdout: string): Reader[] {
  const {items} = readers.parse(JSON.parse(stdout))
  return items
    .filter(({kind}) => kind === 'Deployment' || kind === 'StatefulSet')
    .map(({kind, metadata: {name}}) => {
      const starts = items
        .filter(({kind: what, metadata: one}) => what === 'Pod' && one.labels['app.kubernetes.io/name'] === name)
        .filter(({metadata: one}) => one.deletionTimestamp === undefined)
        .flatMap(({status}) => (status?.startTime === undefined ? [] : [status.startTime]))
      return {
        name,
        workload: `${kind.toLowerCase()}/${name}`,
        startedAt: starts.toSorted((one, other) => Date.parse(one) - Date.parse(other))[0] ?? null,
      }
    })
}
