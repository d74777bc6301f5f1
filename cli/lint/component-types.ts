import known from './dapr-component-fields.json' with {type: 'json'}

interface KnownField {
  readonly required?: boolean
  readonly secret?: boolean
  readonly type?: string
  readonly allowed?: readonly string[]
}
export interface KnownVersion {
  readonly deprecated?: boolean
  readonly fields: Readonly<Record<string, KnownField>>
}
export type NamedField = KnownField & {readonly name: string}

const TYPES = known.types as Readonly<Record<string, Readonly<Record<string, KnownVersion>>>>

/** Under which Dapr 1.18.3 also registers types (cmd/daprd/components); their metadata is described under one name. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'bindings.alicloud.dubbo': 'bindings.dubbo',
  'bindings.azure.servicebusqueues': 'bindings.azure.servicebus.queues',
  'bindings.dingtalk.webhook': 'bindings.alicloud.dingtalk.webhook',
  'bindings.mqtt': 'bindings.mqtt3',
  'bindings.postgresql': 'bindings.postgres',
  'configuration.postgres': 'configuration.postgresql',
  'crypto.dapr.jwks': 'crypto.jwks',
  'crypto.dapr.kubernetes.secrets': 'crypto.kubernetes.secrets',
  'crypto.dapr.localstorage': 'crypto.localstorage',
  'pubsub.azure.servicebus': 'pubsub.azure.servicebus.topics',
  'pubsub.azure.servicebusqueues': 'pubsub.azure.servicebus.queues',
  'pubsub.mqtt': 'pubsub.mqtt3',
  'pubsub.snssqs': 'pubsub.aws.snssqs',
  'secretstores.aws.secretmanager': 'secretstores.aws.secretsmanager',
  'state.consul': 'state.hashicorp.consul',
  'state.postgres': 'state.postgresql',
  'state.sqlite3': 'state.sqlite',
}
/** Versions that are registered and described nowhere, with the one whose code they are. */
const OTHER_VERSIONS: Readonly<Record<string, Readonly<Record<string, readonly [type: string, version: string]>>>> = {
  'state.cockroachdb': {v2: ['state.postgresql', 'v2']},
  'state.etcd': {v2: ['state.etcd', 'v1']},
  'state.yugabyte': {v2: ['state.postgresql', 'v2']},
  'state.yugabytedb': {v2: ['state.postgresql', 'v2']},
}

/** Topic scopes stand in the metadata of every pub/sub component, route and direction in that of bindings; the runtime reads them. */
const READ_BY_RUNTIME: Readonly<Record<string, readonly string[]>> = {
  pubsub: ['publishingScopes', 'subscriptionScopes', 'allowedTopics', 'protectedTopics'],
  bindings: ['route', 'direction'],
}

/** Read in place of others, with a warning in the log that nobody sees. */
const OUTDATED: Readonly<Record<string, readonly string[]>> = {'pubsub.kafka': ['authRequired']}

export const CONTRIB_VERSION = known.components_contrib
export const TYPE_NAMES = [...Object.keys(TYPES), ...Object.keys(OTHER_NAMES), ...Object.keys(OTHER_VERSIONS)]

export const canonicalType = (type: string): string => OTHER_NAMES[type] ?? type

/** By version; undefined when there is no such type. */
export function versionsOf(type: string): Readonly<Record<string, KnownVersion>> | undefined {
  const others = Object.entries(OTHER_VERSIONS[type] ?? {}).map(
    ([version, [base, baseVersion]]) => [version, TYPES[base]![baseVersion]!] as const,
  )
  const own = TYPES[type]
  return own === undefined && others.length === 0 ? undefined : {...Object.fromEntries(others), ...own}
}

/** By name in lower case, which is how Dapr compares them. */
export function fieldsOf(type: string, version: KnownVersion): Map<string, NamedField> {
  const more = [...(READ_BY_RUNTIME[type.split('.')[0]!] ?? []), ...(OUTDATED[type] ?? [])]
  const fields = [...Object.entries(version.fields), ...more.map((name) => [name, {}] as const)]
  return new Map(fields.map(([name, field]) => [name.toLowerCase(), {...field, name}]))
}
