import type {ServiceName} from '../../../services/contracts/service-names.ts'
import type {ProcessFacts, ServiceFacts} from './host-state.ts'
import type {RunningService} from './host-stack.ts'
import {goalOf, type HostWanted} from './wanted.ts'

export interface KeeperOptions {
  readonly readWanted: () => Promise<HostWanted>
  /** Called whenever `facts()` says something new. */
  readonly changed: () => void
  readonly failed: (service: ServiceName, error: unknown) => void
}

interface Kept {
  readonly name: ServiceName
  readonly start: (signal: AbortSignal) => Promise<RunningService>
  goal: string
  reached: boolean
  fault: string | null
  running: RunningService | undefined
  /** What is under way, one after the other. */
  work: Promise<void>
  aborting: AbortController
  busy: boolean
  pauseMs: number
  /** By performance.now(): what failed is tried again then. */
  retryAt: number
}

const FIRST_PAUSE_MS = 5000
const LONGEST_PAUSE_MS = 60_000

/** Brings each service, with its sidecar, to what is wanted of it, and says how far that is. */
export class ServiceKeeper {
  readonly #options: KeeperOptions
  readonly #kept = new Map<ServiceName, Kept>()

  constructor(options: KeeperOptions) {
    this.#options = options
  }

  /** Side by side; what is to stay down is left out. Rejects with the first that fails, when all have settled. */
  async begin(starts: Readonly<Partial<Record<ServiceName, Kept['start']>>>, signal: AbortSignal): Promise<void> {
    const wanted = await this.#options.readWanted()
    const failures: unknown[] = []
    const begin = async (name: ServiceName, start: Kept['start']): Promise<void> => {
      const kept = keep(name, start, goalOf(wanted, name))
      this.#kept.set(name, kept)
      try {
        if (kept.goal !== 'stopped') kept.running = await start(signal)
        kept.reached = true
      } catch (error) {
        failures.push(error)
      }
    }
    await Promise.all(Object.entries(starts).map(async ([name, start]) => await begin(name as ServiceName, start)))
    if (failures.length > 0) throw failures[0]
  }

  /** Begins what is missing to what is wanted. */
  bring(wanted: HostWanted): void {
    for (const kept of this.#kept.values()) this.#bring(kept, goalOf(wanted, kept.name))
  }

  /** Gives up what is under way; resolves when nothing is any more. */
  async settle(): Promise<void> {
    for (const {aborting} of this.#kept.values()) aborting.abort()
    await Promise.all([...this.#kept.values()].map(async ({work}) => await work))
  }

  /** Does something with a service while nothing else is done with it; undefined: it is stopped. */
  async use(name: ServiceName, work: (service: RunningService | undefined) => Promise<void>): Promise<void> {
    const kept = this.#kept.get(name)
    if (!kept) return
    const result = kept.work.then(async () => await work(kept.running))
    kept.work = result.catch(() => undefined)
    await result
  }

  /** Starts it again, and again until that succeeds. */
  startAgain(name: ServiceName): void {
    const kept = this.#kept.get(name)
    if (kept && kept.goal !== 'stopped') kept.reached = false
  }

  /** Side by side; when everything is settled. */
  async stop(...names: readonly ServiceName[]): Promise<void> {
    await Promise.all(names.map(async (name) => await this.#kept.get(name)?.running?.stop()))
  }

  facts(): ServiceFacts[] {
    return [...this.#kept.values()].map(({name, goal, reached, fault}) => ({service: name, goal, reached, fault}))
  }

  /** The processes of `seen`, and those that are missing among them, each with what is wanted of it. */
  complete(seen: readonly ProcessFacts[]): ProcessFacts[] {
    const services = [...this.#kept.values()]
    const byHand = new Set(services.filter(({goal}) => goal === 'stopped').flatMap(({name}) => processesOf(name)))
    const failing = new Set(services.filter(({fault}) => fault !== null).flatMap(({name}) => processesOf(name)))
    const known = new Set(seen.map(({name}) => name))
    const missing = services.flatMap(({name}) => processesOf(name)).filter((name) => !known.has(name))
    return [
      ...seen.map((facts) =>
        byHand.has(facts.name) && facts.state === 'stopped'
          ? {...facts, state: 'stopped_by_hand' as const, port: null}
          : facts,
      ),
      ...missing.map((name): ProcessFacts => ({
        name,
        state: byHand.has(name) ? 'stopped_by_hand' : failing.has(name) ? 'restarting' : 'starting',
        pid: null,
        port: null,
        restarts: 0,
        health_url: null,
      })),
    ]
  }

  #bring(kept: Kept, goal: string): void {
    if (kept.goal === goal && (kept.busy || kept.reached || performance.now() < kept.retryAt)) return
    if (kept.goal !== goal) {
      kept.aborting.abort()
      Object.assign(kept, {goal, fault: null, pauseMs: FIRST_PAUSE_MS})
    }
    const aborting = new AbortController()
    Object.assign(kept, {aborting, reached: false, busy: true})
    this.#options.changed()
    kept.work = kept.work.then(async () => await this.#work(kept, goal, aborting.signal))
  }

  async #work(kept: Kept, goal: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return
    try {
      await kept.running?.stop()
      kept.running = undefined
      if (goal !== 'stopped') kept.running = await kept.start(signal)
      if (!signal.aborted) Object.assign(kept, {reached: true, fault: null, busy: false})
    } catch (error) {
      if (signal.aborted) return
      this.#options.failed(kept.name, error)
      const fault = error instanceof Error ? error.message : String(error)
      Object.assign(kept, {fault, busy: false, retryAt: performance.now() + kept.pauseMs})
      kept.pauseMs = Math.min(kept.pauseMs * 2, LONGEST_PAUSE_MS)
    }
    this.#options.changed()
  }
}

const keep = (name: ServiceName, start: Kept['start'], goal: string): Kept => ({
  name,
  start,
  goal,
  reached: false,
  fault: null,
  running: undefined,
  work: Promise.resolve(),
  aborting: new AbortController(),
  busy: false,
  pauseMs: FIRST_PAUSE_MS,
  retryAt: 0,
})

const processesOf = (name: ServiceName): string[] => [name, `daprd-${name}`]
