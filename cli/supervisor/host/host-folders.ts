import {join} from 'node:path'

/** Where things lie in <data>/host. PostgreSQL's account may pass through it; everything below `run` and `state` is ours alone. */
export interface HostFolders {
  readonly root: string
  /** host.json, the lock, logs. */
  readonly state: string
  readonly logs: string
  /** A folder for each program, in which it works. */
  readonly run: string
  /** Versions of the Dapr resources. */
  readonly dapr: string
  readonly mailbox: string
  readonly authSecret: string
  readonly pushSecret: string
  /** The key of the local user, written by chat-api. */
  readonly localKey: string
}

export function hostFolders(root: string): HostFolders {
  const state = join(root, 'state')
  return {
    root,
    state,
    logs: join(state, 'logs'),
    run: join(root, 'run'),
    dapr: join(root, 'dapr'),
    mailbox: join(root, 'mailbox'),
    authSecret: join(root, 'auth-secret'),
    pushSecret: join(root, 'push-secret'),
    localKey: join(state, 'local-key'),
  }
}

/** wanted.ts; changed under a lock of its own. */
export const wantedFile = (state: string): string => join(state, 'wanted.json')
export const hostStateFile = (state: string): string => join(state, 'host.json')
export const hostLogFile = ({logs}: HostFolders, name: string): string => join(logs, `${name}.log`)

/** Under which name the command line keeps its key. */
export const HOST_CONTEXT = 'host'

/** Where a sidecar works, and what it hands to its service alone. */
export const sidecarFolder = ({run}: HostFolders, app: string): string => join(run, `daprd-${app}`)
export const secretsFileOf = ({run}: HostFolders, app: string): string => join(run, `${app}-secrets.json`)

/** What the Dapr resources of one service are rendered with while Kafka and Zipkin run there. */
export const daprValuesOf = (
  folders: HostFolders,
  app: string,
  {brokers, zipkinUrl, sampling = null}: {brokers: string; zipkinUrl: string | null; sampling?: number | null},
) => ({
  brokers,
  secretsFile: secretsFileOf(folders, app),
  nameResolutionFile: join(folders.run, 'names.sqlite'),
  zipkinEndpoint: zipkinUrl === null ? '' : `${zipkinUrl}/api/v2/spans`,
  // What services have decided of a request their sidecars follow; this is for what sidecars begin by themselves.
  ...(sampling !== null && {samplingRate: String(sampling)}),
})
