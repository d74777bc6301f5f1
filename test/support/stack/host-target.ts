import type {ChildProcess} from 'node:child_process'
import {mkdir, readFile} from 'node:fs/promises'
import {dirname, join} from 'node:path'
import {inject} from 'vitest'
import {type HostState, hostState} from '../../../cli/supervisor/host/host-state.ts'
import type {StackPrograms} from '../../../cli/toolchain/stack-programs.ts'
import {takeLock} from '../../../services/local/instance-lock.ts'
import {type Ended, LocalTarget} from '../local-target.ts'
import {makeProgramPath} from './program-path.ts'

export interface HostTargetOptions {
  /** It takes 170 MB. */
  readonly zipkin?: boolean
  readonly prometheus?: boolean
  /** In place of those of the run. */
  readonly programs?: Partial<StackPrograms>
}

/** A `todo5 up host` of its own: real processes, started by the command line, in a folder that goes away. */
export class HostTarget {
  readonly #target: LocalTarget
  readonly #env: Readonly<Record<string, string>>
  readonly hostDir: string

  private constructor(target: LocalTarget, env: Readonly<Record<string, string>>) {
    this.#target = target
    this.#env = env
    this.hostDir = join(target.dataDir, 'host')
  }

  static async create(options: HostTargetOptions = {}): Promise<HostTarget> {
    return await HostTarget.below(inject('stackRoot'), {
      ...options,
      programs: {...inject('stackPrograms'), ...options.programs},
    })
  }

  /** Without a run of tests around it. */
  static async below(
    root: string,
    {zipkin = false, prometheus = false, programs}: HostTargetOptions & {readonly programs: StackPrograms},
  ): Promise<HostTarget> {
    const missing = [
      zipkin && programs.zipkinJar === null && 'zipkin',
      prometheus && programs.prometheus === null && 'prometheus',
    ]
    for (const name of missing) if (name) throw new Error(`There is no ${name}: todo5 toolchain install ${name}`)
    const target = await LocalTarget.create({base: root})
    const bin = await makeProgramPath(target.root.join('programs'), {
      ...programs,
      prometheus: prometheus ? programs.prometheus : null,
    })
    return new HostTarget(target, {
      PATH: `${bin}:${dirname(process.execPath)}:/usr/bin:/bin`,
      // It is never on the PATH: <toolchain>/zipkin-<version>/zipkin.jar.
      ...(zipkin && {TODO5_TOOLCHAIN: dirname(dirname(programs.zipkinJar!))}),
    })
  }

  start(...args: string[]): {child: ChildProcess; ended: Promise<Ended>} {
    return this.#target.start(args, this.#env)
  }

  async todo5(...args: string[]): Promise<Ended> {
    return await this.start(...args).ended
  }

  /** `up host` for a hook, which vitest does not try again as it does a test; what failed at first is printed. */
  async bringUp(...args: string[]): Promise<void> {
    const first = await this.todo5('up', 'host', ...args, '--json')
    if (first.code === 0) return
    process.stderr.write(`up host succeeded only when tried again, find out why: ${first.stdout}${first.stderr}\n`)
    await this.todo5('down', 'host')
    await this.json('up', 'host', ...args)
  }

  /** The JSON of a command that has to succeed. */
  async json<T>(...args: string[]): Promise<T> {
    const {code, stdout, stderr} = await this.todo5(...args, '--json')
    if (code !== 0) throw new Error(`todo5 ${args.join(' ')} ended with ${code}: ${stdout}${stderr}`)
    return JSON.parse(stdout) as T
  }

  /** A request of the local user below /api/v1; anything but a success is an error. */
  async api<T>(method: string, path: string, body?: object, headers: Readonly<Record<string, string>> = {}) {
    const {api_url: apiUrl} = (await this.state())!
    const key = (await readFile(join(this.hostDir, 'state', 'local-key'), 'utf8')).trim()
    const answer = await fetch(`${apiUrl}${path}`, {
      method,
      headers: {'x-api-key': key, ...(body && {'content-type': 'application/json'}), ...headers},
      ...(body && {body: JSON.stringify(body)}),
    })
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as T
  }

  async state(): Promise<HostState | undefined> {
    try {
      return hostState.parse(JSON.parse(await readFile(join(this.hostDir, 'state', 'host.json'), 'utf8')))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

  /** A path of its own, beside what todo5 keeps. */
  file(name: string): string {
    return this.#target.root.join(name)
  }

  async processes(): Promise<{pid: number; command: string}[]> {
    return await this.#target.root.processes()
  }

  /** What an ended todo5 must not leave: processes, its state, a held lock. */
  async remains(): Promise<string[]> {
    const found = (await this.processes()).map(({pid, command}) => `process ${pid} ${command}`)
    if (await this.state()) found.push('state file')
    await mkdir(join(this.hostDir, 'state'), {recursive: true})
    const lock = await takeLock(join(this.hostDir, 'state'))
    lock?.release()
    if (!lock) found.push('lock')
    return found
  }

  async dispose(): Promise<void> {
    await this.todo5('down', 'host')
    await this.#target.dispose()
  }
}
