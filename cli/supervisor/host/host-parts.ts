import type {DaprVersion, DaprVersions} from './dapr-versions.ts'
import type {HostState} from './host-state.ts'
import type {HostService} from './services.ts'
import type {RenderedFile} from './sidecar.ts'
import type {HostWanted} from './wanted.ts'

/** A PostgreSQL that is watched. */
export interface HostDatabase {
  /** Of a user who may create roles. */
  readonly url: string
  readonly version: string
  readonly port: number
  pid(): number | undefined
  /** Rejects when it could not be kept alive; never resolves. */
  readonly lost: Promise<never>
  stop(): Promise<void>
}

/** One postgres:// URL for the login of each service. */
export interface DatabaseUrls {
  readonly task: string
  readonly recurring: string
  readonly notification: string
  readonly audit: string
  readonly chat: string
}

export interface SidecarFiles {
  readonly resources: readonly RenderedFile[]
  readonly configuration: string
}

/** The values of dapr/environments/host.yaml that follow from what runs. */
export interface DaprValues {
  readonly brokers: string
  readonly secretsFile: string
  readonly nameResolutionFile: string
  readonly zipkinEndpoint: string
  readonly samplingRate?: string
}

export interface HostLogger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** What the supervisor needs of the services and of the toolkit; host-process.ts brings it. */
export interface HostParts {
  readonly version: string
  readonly userName: string
  readonly node: string
  readonly logger: HostLogger
  readonly build: string | null
  readonly processStart: string
  makeFolders(): Promise<void>
  takeLock(): Promise<{release(): void} | undefined>
  openDatabase(signal: AbortSignal, changed: () => void): Promise<HostDatabase>
  /** Migrates, gives each service a login of its own, and Dapr's state store a place. */
  prepareDatabase(url: string): Promise<DatabaseUrls>
  /** Where the reminders of the local user go. */
  setMailTo(url: string, email: string, mailTo: string): Promise<void>
  keepSecret(file: string): Promise<string>
  choosePort(wanted: number | null): Promise<number>
  applyTopics(brokers: string, signal: AbortSignal): Promise<void>
  readonly daprVersions: DaprVersions
  /** What Dapr resources are rendered from, as the package has it. */
  daprSources(): Promise<Readonly<Record<string, string>>>
  /** What a version gives to a sidecar. */
  sidecarFiles(app: HostService, version: DaprVersion, values: DaprValues): Promise<SidecarFiles>
  /** The components that a sidecar was given and has not loaded; all of them when it does not answer. */
  missingComponents(app: HostService, httpPort: number): Promise<readonly string[]>
  /** Serves what no program shows Prometheus itself: the lag of consumers, and how long the authority in `folder` lasts. */
  serveNumbers(brokers: string, folder: string): Promise<{readonly port: number; stop(): Promise<void>}>
  writeState(state: HostState): Promise<void>
  removeState(): Promise<void>
  /** What a person has asked for of single services. */
  readWanted(): Promise<HostWanted>
  /** For the command line's context `host`. */
  storeApiKey(): Promise<void>
}
