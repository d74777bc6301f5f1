import {type ChildProcess, spawn} from 'node:child_process'
import {globSync, statSync} from 'node:fs'
import {chown, mkdir, readFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {dirname, join} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'
import {checkPrintedJson} from '../../cli/testing/printed-json.ts'
import type {LocalState} from '../../services/contracts/local.ts'
import type {Account} from '../../services/database/server/account.ts'
import {isPortFree} from '../../services/database/server/port.ts'
import {sendSignal} from '../../services/database/server/processes.ts'
import {TempRoot} from '../../services/database/server/testing/temp-cluster.ts'
import {takeLock} from '../../services/local/instance-lock.ts'
import {isSameProcess} from '../../services/local/process-start.ts'
import {readState, stateFile} from '../../services/local/state-file.ts'
import {packagePath} from '../../services/package-root.ts'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** What `up --json` says, as far as tests look. */
export interface Up {
  readonly already_running: boolean
  readonly restarted: string | null
  readonly pid: number
  readonly api_url: string
  readonly postgres: {readonly pid: number; readonly port: number} | null
}

/** A todo5 of its own: real processes, started by the command line as a person does, in a folder that goes away. */
export class LocalTarget {
  readonly root: TempRoot
  readonly stateDir: string
  readonly dataDir: string
  readonly #user: Account | undefined
  readonly #home: string

  private constructor(root: TempRoot, user: Account | undefined) {
    this.root = root
    this.#user = user
    this.#home = root.join('home')
    this.stateDir = root.join('home', 'todo5', 'state')
    this.dataDir = root.join('home', 'todo5', 'data')
  }

  static async create(options: {user?: Account; base?: string} = {}): Promise<LocalTarget> {
    const target = new LocalTarget(await TempRoot.create(options.base), options.user)
    await mkdir(target.#home, {mode: 0o711})
    if (options.user) await chown(target.#home, options.user.uid, options.user.gid)
    return target
  }

  /** One command line, running. Its process group is its own, so that a signal to the group is a Ctrl-C. */
  start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): {child: ChildProcess; ended: Promise<Ended>} {
    const user = this.#user
    const child = spawn(process.execPath, [program(), ...args], {
      cwd: this.root.path,
      env: {
        PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
        HOME: this.#home,
        TODO5_HOME: join(this.#home, 'todo5'),
        TZ: 'UTC',
        LANG: 'C.UTF-8',
        // The same sources are compiled for each of the many processes otherwise: 0.4 s each.
        NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      ...(user && {uid: user.uid, gid: user.gid}),
    })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once('close', (code, signal) => {
        try {
          checkPrintedJson({argv: args, stdout, code})
          resolve({code, signal, stdout, stderr})
        } catch (error) {
          reject(error)
        }
      })
    })
    return {child, ended}
  }

  async todo5(...args: string[]): Promise<Ended> {
    return await this.start(args).ended
  }

  /** The JSON of a command that has to succeed. */
  async json<T>(...args: string[]): Promise<T> {
    const {code, stdout, stderr} = await this.todo5(...args, '--json')
    if (code !== 0) throw new Error(`todo5 ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`)
    return JSON.parse(stdout) as T
  }

  async up(...args: string[]): Promise<Up> {
    return await this.json<Up>('up', ...args)
  }

  async state(): Promise<LocalState> {
    const state = await readState(this.stateDir)
    if (!state) throw new Error(`there is no ${stateFile(this.stateDir)}`)
    return state
  }

  /** Of the local user. */
  async apiKey(): Promise<string> {
    const text = await readFile(join(this.stateDir, 'credentials.json'), 'utf8')
    return (JSON.parse(text) as {local: {api_key: string}}).local.api_key
  }

  /** A request as the local user; the status when it is not 2xx, undefined when the connection broke. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T | number | undefined> {
    const {api_url} = await this.state()
    const key = await this.apiKey()
    try {
      const response = await fetch(`${api_url}${path}`, {
        method,
        headers: {'x-api-key': key, 'content-type': 'application/json'},
        ...(body === undefined ? {} : {body: JSON.stringify(body)}),
      })
      return response.ok ? ((await response.json()) as T) : response.status
    } catch (error) {
      // fetch's word for a connection that was refused or broke.
      if (error instanceof TypeError) return undefined
      throw error
    }
  }

  /** What an ended todo5 must not leave: processes, a held lock, its state, a listener on one of these ports. */
  async remains(ports: readonly number[] = []): Promise<string[]> {
    const found = (await this.root.processes()).map(({pid, command}) => `process ${pid} ${command}`)
    if (await readState(this.stateDir)) found.push('state file')
    for (const port of ports) if (!(await isPortFree(port))) found.push(`port ${port}`)
    await mkdir(this.stateDir, {recursive: true})
    const lock = await takeLock(this.stateDir)
    lock?.release()
    if (!lock) found.push('lock')
    return found
  }

  /** In order first: a PostgreSQL that is killed and never started again leaves shared memory behind. */
  async dispose(): Promise<void> {
    const state = await readState(this.stateDir)
    if (state && (await isSameProcess(state.pid, state.process_start))) {
      sendSignal(state.pid, 'SIGTERM')
      const deadline = performance.now() + 15_000
      while (performance.now() < deadline && (await isSameProcess(state.pid, state.process_start))) await delay(20)
    }
    await this.root.dispose()
  }
}

let found: string | undefined

/** The command line as it is built, when the build is newer than every source (a third of the time); else the sources. */
function program(): string {
  return (found ??= packagePath('bin', isBuilt() ? 'run.js' : 'dev.js'))
}

/** Whether the build is newer than every source. */
export function isBuilt(): boolean {
  const built = [packagePath('dist', 'cli', 'start.js'), packagePath('dist', 'services', 'local-process.js')]
  const times = built.map((file) => statSync(file, {throwIfNoEntry: false})?.mtimeMs ?? 0)
  const sources = ['cli', 'services'].flatMap((folder) =>
    globSync('**/*.ts', {cwd: packagePath(folder), exclude: (name) => name.endsWith('.test.ts')}).map((name) =>
      packagePath(folder, name),
    ),
  )
  const newest = Math.max(...sources.map((file) => statSync(file).mtimeMs))
  return newest < Math.min(...times)
}

export const portOf = (url: string): number => Number(new URL(url).port)
