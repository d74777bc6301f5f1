import type {Command} from '@oclif/core/command'
import {Config} from '@oclif/core/config'
import type {Options} from '@oclif/core/interfaces'
import type {Composition} from './composition.ts'

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
    const result = await super.runCommand<T>(id, argv, cachedCommand)
    await this.#noteWaiting(id, argv)
    return result
  }

  /** To a person whose todo5 answers again, while changes still wait for it. */
  async #noteWaiting(id: string, argv: readonly string[]): Promise<void> {
    const {stderr} = this.composition.terminal
    const words = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : undefined)
    if (id === 'sync' || !stderr.isTTY || words.some((word) => SILENT.test(word))) return
    if (!(await this.composition.answered())) return
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
