import {EventEmitter} from 'node:events'
import {setTimeout as delay} from 'node:timers/promises'
import {serverAccount} from './account.ts'
import {findBinaries} from './binaries.ts'
import {ensureCluster} from './cluster.ts'
import {stopLeftover} from './ownership.ts'
import {type Exit, type RunningServer, startServer, type StartOptions} from './server.ts'
import {endRemains} from './stop.ts'
import type {Settings} from './settings.ts'

export interface SupervisorEvents {
  /** It accepts connections again; `restarts` counts from 1. */
  ready: [{pid: number; port: number; restarts: number}]
  /** The server ended without being asked to. */
  down: [Exit]
  /** A restart failed; the next attempt is in `retryInMs`. */
  failed: [error: unknown, retryInMs: number]
  stopped: []
}

export interface SupervisedServer {
  readonly events: EventEmitter<SupervisorEvents>
  readonly port: number
  /** The superuser's connection string; valid across restarts. */
  url(database?: string): string
  /** Undefined while it is down. */
  pid(): number | undefined
  /** Stops the server, or the attempt to restart it. Idempotent. */
  stop(): Promise<void>
}

export interface SuperviseOptions {
  /** Where a copy of the programs goes when they cannot run from node_modules. */
  readonly dataRoot: string
  /** The installed platform package; found from here unless given. */
  readonly packageRoot?: string
  readonly dataDir: string
  readonly port: number
  readonly password: string
  readonly settings?: Settings
  /** False leaves out initdb's fsync; for tests. */
  readonly sync?: boolean
  /** Ends the first start only; later use `stop()`. */
  readonly signal?: AbortSignal
}

const firstPauseMs = 250
const longestPauseMs = 5000
/** After running for this long a crash is a new one, and the pauses start from the shortest again. */
const steadyMs = 30_000

/**
 * Starts the server on `dataDir`, which is made when it is missing, after ending what an earlier run left there;
 * keeps it running until `stop()`. The first start rejects when it fails; later ones are tried for ever.
 */
export async function superviseServer(options: SuperviseOptions): Promise<SupervisedServer> {
  const {dataDir, dataRoot, packageRoot, port, password, signal} = options
  const account = await serverAccount(dataDir)
  const binaries = await findBinaries({dataRoot, account, ...(packageRoot !== undefined && {packageRoot})})
  const start: StartOptions = {dataDir, binaries, account, port, password}
  const startAfterCleaning = async (abort: AbortSignal | undefined) => {
    const withSignal = abort && {signal: abort}
    await stopLeftover({dataDir, password, binaries, ...withSignal})
    const {settings, sync} = options
    await ensureCluster({...start, ...withSignal, ...(settings && {settings}), ...(sync === undefined ? {} : {sync})})
    return await startServer({...start, ...withSignal})
  }
  return watch(await startAfterCleaning(signal), startAfterCleaning, async () => await endRemains(dataDir, 1000))
}

function watch(
  first: RunningServer,
  start: (signal: AbortSignal) => Promise<RunningServer>,
  clean: () => Promise<void>,
): SupervisedServer {
  const events = new EventEmitter<SupervisorEvents>()
  const stopping = new AbortController()
  let current: RunningServer | undefined = first
  let restarts = 0

  const restart = async (pauseMs: number): Promise<RunningServer | undefined> => {
    for (let pause = pauseMs; !stopping.signal.aborted; pause = Math.min(pause * 2, longestPauseMs)) {
      try {
        await delay(pause, undefined, {signal: stopping.signal})
        return await start(stopping.signal)
      } catch (error) {
        if (stopping.signal.aborted) return undefined
        events.emit('failed', error, Math.min(pause * 2, longestPauseMs))
      }
    }
    return undefined
  }
  const keep = async () => {
    let pause = firstPauseMs
    while (current) {
      const since = performance.now()
      const exit = await current.exited
      current = undefined
      if (stopping.signal.aborted) return
      events.emit('down', exit)
      if (performance.now() - since > steadyMs) pause = firstPauseMs
      current = await restart(pause)
      pause = Math.min(pause * 2, longestPauseMs)
      // stop() came just as the restart succeeded
      if (stopping.signal.aborted) await current?.stop()
      else if (current) events.emit('ready', {pid: current.pid, port: current.port, restarts: ++restarts})
    }
  }
  const keeping = keep()
  let stopped: Promise<void> | undefined
  const stop = async () => {
    stopping.abort()
    await current?.stop()
    await keeping
    // What a killed server left, when there was no time to start it again.
    await clean()
    events.emit('stopped')
  }
  return {
    events,
    port: first.port,
    url: (database) => first.url(database),
    pid: () => current?.pid,
    stop: async () => await (stopped ??= stop()),
  }
}
