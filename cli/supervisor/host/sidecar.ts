import {mkdir, readFile, rm, writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {answersOk} from './answers.ts'
import {daprEnvironment, TRUST_DOMAIN} from './control-plane.ts'
import {LOOPBACK} from './ports.ts'
import {asArguments, type Program} from './program.ts'

export interface RenderedFile {
  /** Relative, such as components/pubsub-kafka.yaml. */
  readonly path: string
  readonly text: string
}

export interface SidecarOptions {
  readonly daprd: string
  readonly appId: string
  readonly folder: string
  readonly logFile: string
  /** Where the application listens for its sidecar; null for a sidecar without an application. */
  readonly appPort: number | null
  readonly ports: {
    readonly http: number
    readonly grpc: number
    readonly internal: number
    readonly metrics: number
  }
  /** Components, subscriptions and resiliency, written to a folder of their own before the start. */
  readonly resources: readonly RenderedFile[]
  /** The Configuration, as YAML; null for Dapr's defaults. */
  readonly configuration: string | null
  readonly sentryPort: number
  /** File of sentry's root certificate. */
  readonly trustAnchors: string
  /** Null: no jobs. */
  readonly schedulerPort: number | null
  /** Asked of the application; it calls the sidecar with it. */
  readonly apiToken: string
  /** What the sidecar calls the application with. */
  readonly appToken: string
  /** For secrets from the environment, and for tests. */
  readonly env?: Readonly<Record<string, string>>
  /** Ready as soon as the application can call out, or when it also takes events, jobs and calls (the default). */
  readonly readyWhen?: 'outbound' | 'all'
}

/** What a sidecar is asked about itself with; for the owner alone, as everything in `run`. */
export const apiTokenFile = (folder: string): string => join(folder, 'api-token')
/** Where its components, subscriptions and policies lie. */
export const resourcesFolder = (folder: string): string => join(folder, 'resources')

/**
 * Away for six seconds, or slower than 1.5 s three times: no events, no jobs until it is back. A service that stands still
 * for a moment on a busy machine answers within 1.5 s; 500 ms were too little under load.
 */
const HEALTH = {
  'enable-app-health-check': true,
  'app-health-check-path': '/healthz',
  'app-health-probe-interval': 2,
  'app-health-probe-timeout': 1500,
  'app-health-threshold': 3,
} as const

/** The Dapr sidecar of one application, all of its listeners on the loopback address. */
export function sidecarProgram(options: SidecarOptions): Program {
  const {daprd, appId, folder, logFile, appPort, ports, readyWhen = 'all'} = options
  const {sentryPort, schedulerPort, trustAnchors} = options
  const [resources, configuration] = [resourcesFolder(folder), join(folder, 'configuration.yaml')]
  const env: Record<string, string> = {
    ...daprEnvironment(folder),
    DAPR_API_TOKEN: options.apiToken,
    APP_API_TOKEN: options.appToken,
    ...options.env,
  }
  return {
    name: `daprd-${appId}`,
    command: daprd,
    args: asArguments({
      mode: 'standalone',
      'app-id': appId,
      'app-channel-address': LOOPBACK,
      ...(appPort !== null && {'app-protocol': 'http', 'app-port': appPort, ...HEALTH}),
      'dapr-listen-addresses': LOOPBACK,
      'dapr-http-port': ports.http,
      'dapr-grpc-port': ports.grpc,
      'dapr-internal-grpc-listen-address': LOOPBACK,
      'dapr-internal-grpc-port': ports.internal,
      'metrics-listen-address': LOOPBACK,
      'metrics-port': ports.metrics,
      'resources-path': resources,
      config: options.configuration === null ? null : configuration,
      'enable-mtls': true,
      'sentry-address': `${LOOPBACK}:${sentryPort}`,
      'control-plane-trust-domain': TRUST_DOMAIN,
      'control-plane-namespace': 'default',
      'scheduler-host-address': schedulerPort === null ? null : `${LOOPBACK}:${schedulerPort}`,
      'dapr-graceful-shutdown-seconds': 5,
      'log-as-json': true,
    }),
    env,
    folder,
    logFile,
    // It is ready when its application is.
    readyWithinMs: 300_000,
    stopWithinMs: 15_000,
    prepare: async () => {
      await writeResources(resources, options.resources)
      await writeFile(apiTokenFile(folder), options.apiToken, {mode: 0o600})
      if (options.configuration !== null) await writeFile(configuration, options.configuration, {mode: 0o600})
      env['DAPR_TRUST_ANCHORS'] = await readFile(trustAnchors, 'utf8')
    },
    isReady: async () =>
      await answersOk(`http://${LOOPBACK}:${ports.http}/v1.0/healthz${readyWhen === 'outbound' ? '/outbound' : ''}`),
  }
}

/** Whole and anew: a component that is no longer wanted must not stay. */
async function writeResources(folder: string, files: readonly RenderedFile[]): Promise<void> {
  await rm(folder, {recursive: true, force: true})
  await mkdir(folder, {recursive: true, mode: 0o700})
  // Side by side: daprd does not look into folders.
  for (const {path, text} of files) await writeFile(join(folder, path.replaceAll('/', '-')), text, {mode: 0o600})
}
