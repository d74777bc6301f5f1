import {setTimeout as delay} from 'node:timers/promises'
import type {ProcessFacts} from './host-state.ts'
import {freePorts} from './ports.ts'
import {type Exit, type Program, ProgramFailure, type RunningProgram, startProgram} from './program.ts'

export interface SuperviseOptions {
  /** Ends the first start only; later use `stop()`. */
  readonly signal: AbortSignal
  /** Called whenever `facts()` says something new. */
  readonly changed: () => void
  readonly ended: (name: string, exit: Exit) => void
  readonly failed: (error: unknown, retryInMs: number) => void
}

/** A program that is started again when it ends, until it is stopped. */
export interface SupervisedProgram {
  facts(): Pick<ProcessFacts, 'name' | 'state' | 'pid' | 'restarts'>
  /** In order. Idempotent. */
  stop(): Promise<void>
  /** At once, without waiting: for a supervisor that has to go. */
  killNow(): void
}

const FIRST_PAUSE_MS = 250
/** What it needs may be back by then: a sidecar ends at once while Kafka is away. */
const LONGEST_PAUSE_MS = 5000
/** After running for this long an end is a new one, and the pauses start from the shortest again. */
const STEADY_MS = 60_000

/** What is being started counts, too: it is there, and has to be stopped, before it is ready. */
export class Supervision implements SupervisedProgram {
  readonly #program: Program
  readonly #options: SuperviseOptions
  readonly #stopping = new AbortController()
  #state: ProcessFacts['state'] = 'starting'
  #pid: number | null = null
  #restarts = 0
  #running: RunningProgram | undefined
  #keeping: Promise<void> | undefined
  #stopped: Promise<void> | undefined

  constructor(program: Program, options: SuperviseOptions) {
    this.#program = program
    this.#options = options
  }

  facts(): Pick<ProcessFacts, 'name' | 'state' | 'pid' | 'restarts'> {
    return {name: this.#program.name, state: this.#state, pid: this.#pid, restarts: this.#restarts}
  }

  /** Resolves when it is ready for the first time; rejects when it does not come so far. */
  async start(): Promise<void> {
    try {
      await this.#launch(AbortSignal.any([this.#options.signal, this.#stopping.signal]))
    } catch (error) {
      this.#set('stopped', null)
      throw error
    }
    this.#keeping = this.#keep()
  }

  async stop(): Promise<void> {
    await (this.#stopped ??= this.#stop())
  }

  killNow(): void {
    this.#stopping.abort()
    if (this.#pid === null) return
    try {
      process.kill(this.#pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  async #stop(): Promise<void> {
    this.#stopping.abort()
    if (this.#state !== 'stopped') this.#set('stopping', this.#pid)
    await this.#running?.stop()
    await this.#keeping
    this.#set('stopped', null)
  }

  async #launch(signal: AbortSignal): Promise<void> {
    const started = (pid: number): void => this.#set(this.#state, pid)
    this.#running = await startProgram(this.#program, {signal, started})
    this.#set('running', this.#running.pid)
  }

  async #keep(): Promise<void> {
    let pause = FIRST_PAUSE_MS
    while (this.#running) {
      const since = performance.now()
      const exit = await this.#running.exited
      this.#running = undefined
      if (this.#stopping.signal.aborted) return
      this.#options.ended(this.#program.name, exit)
      this.#set('restarting', null)
      if (performance.now() - since > STEADY_MS) pause = FIRST_PAUSE_MS
      pause = await this.#restart(pause)
    }
  }

  /** Answers with the pause before the next restart. */
  async #restart(first: number): Promise<number> {
    const {signal} = this.#stopping
    for (let pause = first; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        await delay(pause, undefined, {signal})
        await this.#launch(signal)
        this.#restarts++
        this.#options.changed()
        return Math.min(pause * 2, LONGEST_PAUSE_MS)
      } catch (error) {
        this.#set('restarting', null)
        if (signal.aborted) return pause
        this.#options.failed(error, Math.min(pause * 2, LONGEST_PAUSE_MS))
      }
    }
  }

  #set(state: ProcessFacts['state'], pid: number | null): void {
    if (state === this.#state && pid === this.#pid) return
    this.#state = this.#stopping.signal.aborted && state === 'running' ? 'stopping' : state
    this.#pid = pid
    this.#options.changed()
  }
}

const ATTEMPTS = 5

/** Starts something on so many free ports; on others when somebody was quicker. */
export async function onFreePorts<T>(count: number, start: (ports: readonly number[]) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await start(await freePorts(count))
    } catch (error) {
      if (!(error instanceof ProgramFailure && error.portTaken) || attempt === ATTEMPTS) throw error
    }
  }
}
