import {isDeepStrictEqual} from 'node:util'
import {setTimeout as delay} from 'node:timers/promises'
import type {ServiceName} from '../../../services/contracts/service-names.ts'
import {currentVersion, daprHash, type DaprVersion, type DaprVersions} from './dapr-versions.ts'
import type {HostLogger, SidecarFiles} from './host-parts.ts'
import type {DaprFacts} from './host-state.ts'
import {ProgramFailure} from './program.ts'

export interface RolloutOptions {
  readonly versions: DaprVersions
  /** What the package has. */
  readonly packageSources: () => Promise<Readonly<Record<string, string>>>
  /** What a sidecar is given of a version; throws when nothing can be made of it. */
  readonly filesOf: (app: ServiceName, version: DaprVersion) => Promise<SidecarFiles>
  /** Stops the sidecar and starts it with these files; rejects when it does not come up. Nothing where it is stopped. */
  readonly replaceSidecar: (app: ServiceName, files: SidecarFiles, signal: AbortSignal) => Promise<void>
  /** Names of components that the sidecar was given and has not loaded. */
  readonly missing: (app: ServiceName) => Promise<readonly string[]>
  /** Starts a service with its sidecar again, and again until that succeeds. */
  readonly startAgain: (app: ServiceName) => void
  readonly changed: () => void
  readonly logger: HostLogger
}

/** One after the other, those first of which nobody waits for an answer: what fails there fails nowhere else. */
const ORDER = [
  'audit-service',
  'notification-service',
  'recurring-task-service',
  'task-service',
  'chat-api',
] as const satisfies readonly ServiceName[]

/** A sidecar loads its components before it says that it is well; what is asked for later is another mistake. */
const LOADED_WITHIN_MS = 60_000

/** `up host` could not start with a version that somebody had applied. */
export class VersionGivenUp extends Error {
  override readonly name = 'VersionGivenUp'
  constructor({number}: DaprVersion, cause: ProgramFailure) {
    super(`${cause.message} Version ${number} of the Dapr resources is given up.`, {cause})
  }
}

/** Which version of the Dapr resources the sidecars have, and how they get another. */
export class DaprRollout {
  readonly #options: RolloutOptions
  #loaded: DaprVersion | undefined
  /** While it changes: what single sidecars have, or get with their next start. */
  readonly #given = new Map<ServiceName, DaprVersion>()
  #asked: number | null = null
  #fault: string | null = null
  #work: Promise<void> | undefined

  constructor(options: RolloutOptions) {
    this.#options = options
  }

  facts(): DaprFacts {
    return {version: this.#loaded?.number ?? null, asked: this.#asked, fault: this.#fault}
  }

  /** The version with which everything is started: the last one that was wanted, or the package's when that is new. */
  async begin(asked: number | null): Promise<void> {
    const {versions, logger} = this.#options
    const sources = await this.#options.packageSources()
    const [packageHash, last] = [daprHash(sources), currentVersion(await versions.all())]
    this.#asked = asked
    if (last?.package_hash === packageHash) {
      this.#loaded = last
      return
    }
    const values = last?.values ?? {}
    this.#loaded = await versions.add({action: 'up', of: null, package_hash: packageHash, values, sources})
    if (last) {
      const [version, before] = [this.#loaded.number, last.number]
      logger.info({version, before}, 'the Dapr resources of todo5 are new, and take the place of those before')
    }
  }

  async filesOf(app: ServiceName): Promise<SidecarFiles> {
    return await this.#options.filesOf(app, this.#given.get(app) ?? this.#loaded!)
  }

  /** After a start that succeeded. */
  async started(): Promise<void> {
    const version = this.#loaded!
    if (version.state === 'pending') await this.#options.versions.mark(version.number, 'loaded')
    this.#loaded = {...version, state: 'loaded'}
  }

  /** After one that failed: whether it was what somebody applied. The package's own is tried again. */
  async startFailed(error: unknown): Promise<unknown> {
    const version = this.#loaded!
    const bySidecar = error instanceof ProgramFailure && error.program.startsWith('daprd-')
    if (!bySidecar || version.state !== 'pending' || version.action === 'up') return error
    await this.#options.versions.mark(version.number, 'failed', error.message)
    return new VersionGivenUp(version, error)
  }

  /** Loads the version that is wanted, unless that was tried already. */
  bring(wanted: number | null, signal: AbortSignal): void {
    if (wanted === null || wanted === this.#asked || this.#work) return
    this.#asked = wanted
    this.#fault = null
    this.#options.changed()
    this.#work = this.#load(wanted, signal).finally(() => (this.#work = undefined))
  }

  async settled(): Promise<void> {
    await this.#work
  }

  async #load(number: number, signal: AbortSignal): Promise<void> {
    const {versions, logger, changed} = this.#options
    try {
      const version = (await versions.all()).find((one) => one.number === number)
      if (!version) throw new Error(`there is no version ${number}`)
      await this.#roll(version, signal)
      await versions.mark(number, 'loaded')
      this.#loaded = {...version, state: 'loaded'}
      this.#given.clear()
      logger.info({version: number}, 'Dapr resources loaded')
    } catch (error) {
      // Everything is stopped: the next start tries it.
      if (signal.aborted) return
      const reason = error instanceof Error ? error.message : String(error)
      logger.error({version: number, reason}, 'Dapr resources not loaded; those before are')
      await versions.mark(number, 'failed', reason)
      this.#fault = reason
    }
    changed()
  }

  async #roll(version: DaprVersion, signal: AbortSignal): Promise<void> {
    const {filesOf, replaceSidecar} = this.#options
    const before = this.#loaded!
    // All of them before anything is stopped: what cannot be rendered stops nothing.
    const plan: {app: ServiceName; files: SidecarFiles; same: boolean}[] = []
    for (const app of ORDER) {
      const files = await filesOf(app, version)
      plan.push({app, files, same: isDeepStrictEqual(files, await filesOf(app, before))})
    }
    const begun: ServiceName[] = []
    try {
      for (const {app, files, same} of plan) {
        this.#given.set(app, version)
        if (same) continue
        begun.push(app)
        await replaceSidecar(app, files, signal)
        await this.#untilLoaded(app, signal)
      }
    } catch (error) {
      if (signal.aborted) throw error
      this.#given.clear()
      await this.#goBack(begun, before, signal)
      throw error
    }
  }

  async #untilLoaded(app: ServiceName, signal: AbortSignal): Promise<void> {
    const deadline = performance.now() + LOADED_WITHIN_MS
    for (;;) {
      const missing = await this.#options.missing(app)
      if (missing.length === 0) return
      if (performance.now() > deadline) throw new Error(`daprd-${app} does not load ${missing.join(', ')}`)
      await delay(250, undefined, {signal})
    }
  }

  async #goBack(apps: readonly ServiceName[], before: DaprVersion, signal: AbortSignal): Promise<void> {
    const {filesOf, replaceSidecar, startAgain, logger} = this.#options
    for (const app of apps.toReversed()) {
      try {
        await replaceSidecar(app, await filesOf(app, before), signal)
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error)
        logger.error({reason}, `daprd-${app} does not start with what it had before; it is tried again`)
        startAgain(app)
      }
    }
  }
}
