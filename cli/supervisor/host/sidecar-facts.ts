import {join} from 'node:path'
import {parseAllDocuments} from 'yaml'
import {z} from 'zod'
import {readIfThere} from '../../client/credentials.ts'
import {namesIn} from '../../names-in.ts'
import {ask, jsonOf} from '../health.ts'
import {LOOPBACK} from './ports.ts'
import {apiTokenFile, resourcesFolder} from './sidecar.ts'

interface NamedComponent {
  readonly name: string
  readonly type: string
  readonly version: string
}

/** A sidecar: what it was given to load, and what it says that it has. */
export interface SidecarFacts {
  readonly app: string
  readonly expected: {readonly components: readonly NamedComponent[]; readonly policies: readonly string[]}
  /** Undefined: it does not answer, or not to our token. */
  readonly loaded: LoadedResources | undefined
}

export interface LoadedResources {
  readonly components: readonly NamedComponent[]
  readonly policies: readonly string[]
  readonly subscriptions: readonly {
    readonly component: string
    readonly topic: string
    readonly deadLetterTopic: string | null
  }[]
  readonly features: readonly string[]
  /** HOST:PORT of the schedulers to which it is connected. */
  readonly schedulers: readonly string[]
}

/** GET /v1.0/metadata of Dapr 1.18: https://docs.dapr.io/reference/api/metadata_api/ */
const metadata = z
  .object({
    components: z.array(z.object({name: z.string(), type: z.string(), version: z.string()})).default([]),
    resiliencies: z.array(z.object({name: z.string()})).default([]),
    subscriptions: z
      .array(z.object({pubsubname: z.string(), topic: z.string(), deadLetterTopic: z.string().optional()}))
      .default([]),
    enabledFeatures: z.array(z.string()).default([]),
    scheduler: z.object({connected_addresses: z.array(z.string()).nullish()}).nullish(),
  })
  .transform(({components, resiliencies, subscriptions, enabledFeatures, scheduler}): LoadedResources => {
    return {
      components,
      policies: resiliencies.map(({name}) => name),
      subscriptions: subscriptions.map(({pubsubname: component, topic, deadLetterTopic = null}) => {
        return {component, topic, deadLetterTopic: deadLetterTopic === '' ? null : deadLetterTopic}
      }),
      features: enabledFeatures,
      schedulers: scheduler?.connected_addresses ?? [],
    }
  })

const resource = z.object({
  kind: z.string(),
  metadata: z.object({name: z.string()}),
  spec: z.object({type: z.string().optional(), version: z.string().optional()}).loose(),
  scopes: z.array(z.string()).optional(),
})

/** Looks into the folder of a sidecar, and asks it. */
export async function sidecarFacts(app: string, folder: string, port: number | null): Promise<SidecarFacts> {
  const [expected, loaded] = await Promise.all([
    expectedOf(app, resourcesFolder(folder)),
    port === null ? undefined : loadedBy(folder, port),
  ])
  return {app, expected, loaded}
}

/** What the sidecar says that it has loaded. */
async function loadedBy(folder: string, port: number): Promise<LoadedResources | undefined> {
  const token = ((await readIfThere(apiTokenFile(folder))) ?? '').trim()
  const answer = await ask(`http://${LOOPBACK}:${port}/v1.0/metadata`, {'dapr-api-token': token})
  if (answer?.status !== 200) return undefined
  return parseMetadata(jsonOf(answer))
}

/** The answer of /v1.0/metadata; undefined when it is none. */
export const parseMetadata = (answer: unknown): LoadedResources | undefined => metadata.safeParse(answer).data

/** What lies in its folder and concerns it. */
async function expectedOf(app: string, folder: string): Promise<SidecarFacts['expected']> {
  const texts = await Promise.all(
    (await namesIn(folder)).map(async (name) => (await readIfThere(join(folder, name))) ?? ''),
  )
  const documents = texts.flatMap((text) => parseAllDocuments(text)).map((document) => document.toJS() as unknown)
  return expectedIn(documents, app)
}

/** What of these Dapr resources a sidecar has to load. */
export function expectedIn(documents: readonly unknown[], app: string): SidecarFacts['expected'] {
  const resources = documents
    .map((document) => resource.safeParse(document))
    .flatMap(({data}) => (data && (data.scopes === undefined || data.scopes.includes(app)) ? [data] : []))
  return {
    components: resources
      .filter(({kind}) => kind === 'Component')
      .map(({metadata: {name}, spec: {type = '', version = ''}}) => ({name, type, version})),
    policies: resources.filter(({kind}) => kind === 'Resiliency').map(({metadata: {name}}) => name),
  }
}
