import type {Command} from '@oclif/core/command'
import {Config} from '@oclif/core/config'
import type {Options} from '@oclif/core/interfaces'
import type {Composition} from './composition.ts'

/** Loads the class of a command in place of oclif: a test runs what its own loader has loaded. */
export type LoadCommand = (command: Command.Loadable) => Promise<Command.Class>

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
