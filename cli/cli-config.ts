import type {Command} from '@oclif/core/command'
import {Config} from '@oclif/core/config'
import type {Options} from '@oclif/core/interfaces'
import type {Composition} from './composition.ts'
import {EndedElsewhere} from './ended-elsewhere.ts'

/** Loads the class of a command in place of oclif: a test runs what its own loader has loaded. */
export type LoadCommand = (command: Command.Loadable) => Promise<Command.Class>

/** A program reads the answer, or nobody wants notes. */
const SILENT = /^(--json|--fields(=.*)?|--quiet|-q)$/u

/** oclif's configuration, carrying what commands work with; and the exit code of a command that failed in part. */
export class CliConfig extends Config {
  readonly composition: Composition
  readonly #loadCommand: LoadCommand | undefined
  exitCode = 0

  constructor(options: Options, composition: Composition, loadCommand?: LoadCommand) {
    super(options)
    this.composition = composition
    this.#loadCommand = loadCommand
  }

  override async runCommand<T = unknown>(
    id: string,
    argv: string[] = [],
    cachedCommand: Command.Loadable | null = null,
  ): Promise<T> {
    let result: T
    try {
      result = await super.runCommand<T>(id, argv, cachedCommand)
    } catch (error) {
      if (!(error instanceof EndedElsewhere)) throw error
      this.exitCode = error.exitCode
      return undefined as T
    }
    if (await this.#hasReader(argv)) {
      await this.#noteVersion()
      if (id !== 'sync') await this.#noteWaiting()
    }
    return result
  }

  /** Whether a person reads notes, after a todo5 has answered. */
  async #hasReader(argv: readonly string[]): Promise<boolean> {
    const words = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined)
    if (!this.composition.terminal.stderr.isTTY || words.some((word) => SILENT.test(word))) return false
    return await this.composition.answered()
  }

  /** Of a todo5 on this machine that is older or newer than this command line. */
  async #noteVersion(): Promise<void> {
    const {terminal, version, typedAs} = this.composition
    const {name, version: runs} = await this.composition.context()
    if (runs === undefined || runs === version) return
    const {versionLine} = await import('./views/version-line.ts')
    terminal.stderr.write(`${versionLine({name, runs, version, typedAs})}\n`)
  }

  /** To a person whose todo5 answers again, while changes still wait for it. */
  async #noteWaiting(): Promise<void> {
    const {stderr} = this.composition.terminal
    const waiting = await this.composition.waiting()
    const count = (await waiting?.count()) ?? 0
    if (count === 0) return
    const {waitingLine} = await import('./views/waiting-lines.ts')
    stderr.write(`${waitingLine(count, waiting!.context.name, `${this.composition.typedAs} sync`)}\n`)
  }

  override findCommand(id: string, options: {must: true}): Command.Loadable
  override findCommand(id: string, options?: {must?: boolean}): Command.Loadable | undefined
  override findCommand(id: string, options: {must?: boolean} = {}): Command.Loadable | undefined {
    const command = options.must ? super.findCommand(id, {must: true}) : super.findCommand(id)
    const load = this.#loadCommand
    if (!command || !load) return command
    return {
      ...command,
      load: async () => {
        const loaded = await load(command)
        loaded.id = command.id
        return loaded
      },
    }
  }
}
