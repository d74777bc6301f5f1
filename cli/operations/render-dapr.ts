import {parse, stringify} from 'yaml'
import {z} from 'zod'
import {SERVICE_NAMES} from '../../services/contracts/service-names.ts'
import {usageError} from '../errors.ts'
import {type DaprSources, MissingSource, readDaprSources} from './dapr-sources.ts'
import type {DaprTarget} from './dapr-targets.ts'

export {DAPR_TARGETS, type DaprTarget} from './dapr-targets.ts'

export interface RenderedResource {
  /** Below dapr/, such as components/pubsub-kafka.yaml. */
  readonly path: string
  /** One resource, as YAML. */
  readonly text: string
}

const metadataSchema = z.array(
  z.strictObject({
    name: z.string(),
    value: z.string().optional(),
    secretKeyRef: z.strictObject({name: z.string(), key: z.string()}).optional(),
  }),
)

/** dapr/environments/TARGET.yaml */
const environmentSchema = z.strictObject({
  namespace: z.string(),
  trustDomain: z.string(),
  /** The store that applications ask; each may read the secret that has its name. */
  secretStore: z.string(),
  /** The store from which components get theirs. */
  componentSecretStore: z.string(),
  /** How every pub/sub component reaches Kafka. */
  kafka: metadataSchema,
  nameResolution: z.unknown().optional(),
  values: z.record(
    z.string(),
    z.strictObject({about: z.string(), default: z.string().optional(), oneOf: z.array(z.string()).optional()}),
  ),
})
type Environment = z.infer<typeof environmentSchema>

const resourceSchema = z.looseObject({
  apiVersion: z.literal('dapr.io/v1alpha1'),
  kind: z.enum(['Component', 'Configuration', 'Resiliency']),
  metadata: z.strictObject({name: z.string()}),
  spec: z.looseObject({}),
})
type Resource = z.infer<typeof resourceSchema>

const componentSchema = resourceSchema.extend({
  kind: z.literal('Component'),
  spec: z.strictObject({
    type: z.string(),
    version: z.string(),
    initTimeout: z.string().optional(),
    metadata: metadataSchema,
  }),
  scopes: z.array(z.enum(SERVICE_NAMES)).optional(),
})

const jobsSchema = z.strictObject({
  apps: z.array(z.enum(SERVICE_NAMES)),
  deniedToOthers: z.array(z.strictObject({name: z.string(), version: z.string(), protocol: z.enum(['http', 'grpc'])})),
})

const accessSchema = z.record(z.enum(SERVICE_NAMES), z.array(z.looseObject({appId: z.enum(SERVICE_NAMES)})))

/**
 * All Dapr resources of a target: components/, config/todo5-<app>.yaml for each app, resiliency/. The same input gives
 * the same bytes, in the order of the paths. Throws a usage error about values that are unknown, missing or wrong.
 */
export async function renderDapr(request: {
  target: DaprTarget
  values?: Readonly<Record<string, string>>
  /** In place of the one of the target. */
  namespace?: string
  /** In place of those of the package. */
  sources?: DaprSources
}): Promise<RenderedResource[]> {
  const {target, sources = await readDaprSources()} = request
  const standard = readEnvironment(sources, target)
  const environment = {...standard, namespace: request.namespace ?? standard.namespace}
  const values = {
    ...checkValues(target, environment, request.values ?? {}),
    trustDomain: environment.trustDomain,
    secretStore: environment.secretStore,
  }
  const resources = [
    ...components(sources, environment, values),
    ...configurations(sources, environment, values),
    ['resiliency/todo5.yaml', readResource(sources, 'resiliency/todo5.yaml')] as const,
  ]
  const heading = `# Rendered for ${target} by todo5 dapr render. Change dapr/ and render again.\n`
  return resources
    .map(([path, resource]) => ({path, text: heading + toYaml(inNamespace(resource, environment.namespace))}))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** The names of the values that have no default in place of them: enough to look at the resources, not to run them. */
export async function placeholderValues(target: DaprTarget): Promise<Record<string, string>> {
  const {values} = readEnvironment(await readDaprSources(), target)
  const open = Object.entries(values).filter(([, value]) => value.default === undefined)
  return Object.fromEntries(open.map(([name, {oneOf}]) => [name, oneOf?.[0] ?? name]))
}

type Values = Readonly<Record<string, string>>
type Placed = readonly [path: string, resource: Resource]

function components(sources: DaprSources, environment: Environment, values: Values): Placed[] {
  const paths = Object.keys(sources).filter((path) => path.startsWith('components/'))
  const stores = new Set([environment.secretStore])
  const placed: Placed[] = []
  for (const path of paths) {
    const component = componentSchema.parse(readYaml(sources, path))
    const {name} = component.metadata
    if (name.startsWith('secretstore-') && !stores.has(name)) continue
    const metadata = [
      ...(component.spec.type === 'pubsub.kafka' ? kafkaConnection(environment, values) : []),
      ...component.spec.metadata,
    ]
    const secret = metadata.some((entry) => entry.secretKeyRef !== undefined)
    const {scopes, ...rest} = component
    placed.push([
      path,
      {
        ...rest,
        spec: fillIn({...component.spec, metadata}, values),
        ...(secret && {auth: {secretStore: environment.componentSecretStore}}),
        ...(scopes && {scopes}),
      },
    ])
  }
  return placed
}

function kafkaConnection({kafka}: Environment, {kafkaCaSecret = ''}: Values): Environment['kafka'] {
  if (kafkaCaSecret === '') return kafka
  return [...kafka, {name: 'caCert', secretKeyRef: {name: kafkaCaSecret, key: 'ca.crt'}}]
}

function configurations(sources: DaprSources, environment: Environment, values: Values): Placed[] {
  const base = readResource(sources, 'config/application.yaml')
  const access = accessSchema.parse(readYaml(sources, 'config/access.yaml'))
  const jobs = jobsSchema.parse(readYaml(sources, 'config/jobs-scheduler.yaml'))
  return SERVICE_NAMES.map((app) => {
    const {metadata, spec} = fillIn({metadata: base.metadata, spec: base.spec}, {...values, app})
    const policies = access[app].map((policy) => ({
      appId: policy.appId,
      namespace: environment.namespace,
      trustDomain: environment.trustDomain,
      defaultAction: 'deny',
      operations: policy['operations'],
    }))
    const {accessControl, secrets, ...others} = spec as Record<string, unknown> & {secrets: {scopes: object[]}}
    return [
      `config/${metadata.name}.yaml`,
      {
        ...base,
        metadata,
        spec: {
          ...others,
          // Dapr would try to reach an empty address.
          ...(values['zipkinEndpoint'] === '' && {tracing: {samplingRate: '0'}}),
          accessControl: {...(accessControl as object), policies},
          ...(!jobs.apps.includes(app) && {api: {denied: jobs.deniedToOthers}}),
          secrets: {scopes: [...secrets.scopes, ...otherStores(environment)]},
          ...(environment.nameResolution !== undefined && {
            nameResolution: fillIn(environment.nameResolution, values),
          }),
        },
      },
    ] as const
  })
}

/** The store of the components can be asked by applications, too, unless they are told not to. */
const otherStores = ({secretStore, componentSecretStore}: Environment): object[] =>
  secretStore === componentSecretStore ? [] : [{storeName: componentSecretStore, defaultAccess: 'deny'}]

const inNamespace = ({apiVersion, kind, metadata, ...rest}: Resource, namespace: string): Resource =>
  ({apiVersion, kind, metadata: {...metadata, namespace}, ...rest}) as Resource

/** Replaces ${name} in every text within. */
function fillIn<T>(value: T, values: Values): T {
  if (typeof value === 'string') {
    return value.replaceAll(/\$\{(\w+)\}/gu, (_, name: string) => {
      const found = values[name]
      if (found === undefined) throw new Error(`dapr/ asks for ${name}, which no environment has`)
      return found
    }) as T
  }
  if (Array.isArray(value)) return value.map((entry: unknown) => fillIn(entry, values)) as T
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, fillIn(entry, values)])) as T
  }
  return value
}

function checkValues(
  target: DaprTarget,
  {values: known, namespace}: Environment,
  given: Values,
): Record<string, string> {
  const faults: string[] = []
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(known, name)) faults.push(`${name} is no value of ${target}`)
  }
  const values: Record<string, string> = {}
  for (const [name, {default: standard, oneOf}] of Object.entries(known)) {
    const value = given[name] ?? standard?.replaceAll('${namespace}', namespace)
    if (value === undefined) faults.push(`${name} is missing`)
    // daprd replaces $NAME in a Configuration by its environment.
    else if (/[$\p{Cc}]/u.test(value)) faults.push(`${name} has a $ or a control character in it`)
    else if (oneOf && !oneOf.includes(value)) faults.push(`${name} is neither ${oneOf.join(' nor ')}`)
    else values[name] = value
  }
  const rate = values['samplingRate']
  if (rate !== undefined && !/^(0|1|0?\.\d+|1\.0+)$/u.test(rate))
    faults.push('samplingRate is not a number from 0 to 1')
  if (faults.length === 0) return values
  const list = Object.entries(known).map(([name, {about}]) => `--set ${name}=…        ${about}`)
  throw usageError(`${faults.join('; ')}.`, 'invalid_value', ...list)
}

const toYaml = (resource: Resource): string => stringify(resource, {lineWidth: 0})

const readEnvironment = (sources: DaprSources, target: DaprTarget): Environment =>
  environmentSchema.parse(readYaml(sources, `environments/${target}.yaml`))

const readResource = (sources: DaprSources, path: string): Resource => resourceSchema.parse(readYaml(sources, path))

function readYaml(sources: DaprSources, path: string): unknown {
  const text = sources[path]
  if (text === undefined) throw new MissingSource(`there is no ${path}`)
  return parse(text) as unknown
}
