import {Command} from '@oclif/core/command'
import type {Config} from '@oclif/core/config'
import type {LoadOptions} from '@oclif/core/interfaces'
import * as Flags from '@oclif/core/flags'
import {CliConfig} from './cli-config.ts'
import type {Composition} from './composition.ts'
import {errorJson, toCliError} from './errors.ts'
import type {ExitCode} from './exit-codes.ts'
import {Output} from './output.ts'
import type {Zone} from './time/zone.ts'

/**
 * Every command: parses, runs one operation, prints. What `run()` returns is what --json prints; `this.out` is silent
 * then, except for errors. Errors are thrown, and printed in one place (main.ts).
 */
export abstract class BaseCommand<Result = unknown> extends Command {
  static override enableJsonFlag = true
  static override baseFlags = {
    json: Flags.boolean({helpGroup: 'GLOBAL', description: 'Print JSON, for programs.'}),
    quiet: Flags.boolean({char: 'q', helpGroup: 'GLOBAL', description: 'Print data only, no notes.'}),
    'no-color': Flags.boolean({helpGroup: 'GLOBAL', description: 'Print without colour.'}),
  }

  abstract override run(): Promise<Result>

  /** oclif would load its configuration anew, and lose what ours carries. */
  static override async run<T extends Command>(
    this: new (argv: string[], config: Config) => T,
    argv?: string[],
    options?: LoadOptions,
  ): Promise<ReturnType<T['run']>> {
    if (!(options instanceof CliConfig)) throw new TypeError('todo5 runs its commands through main.ts')
    const command = new this(argv ?? [], options) as unknown as {_run(): Promise<ReturnType<T['run']>>}
    return await command._run()
  }

  #out: Output | undefined

  protected get out(): Output {
    const {terminal, looks} = this.composition
    const before = this.argv.slice(0, this.argv.includes('--') ? this.argv.indexOf('--') : undefined)
    this.#out ??= new Output({
      terminal,
      looks: before.includes('--no-color') ? {...looks, colour: {stdout: false, stderr: false}} : looks,
      json: this.jsonEnabled(),
      quiet: before.includes('--quiet') || before.includes('-q'),
    })
    return this.#out
  }

  protected get composition(): Composition {
    return (this.config as CliConfig).composition
  }

  /** The zone and the moment of this command, from its flags. */
  protected timeView(flags: {tz?: string | undefined; utc?: boolean}): {zone: Zone; now: number} {
    return {zone: this.composition.zone(flags.utc ? 'UTC' : flags.tz), now: this.composition.now()}
  }

  /** Ends the process with this code although the command returns a result: some of several things failed. */
  protected failWith(code: ExitCode): void {
    ;(this.config as CliConfig).exitCode ||= code
  }

  override async catch(error: Error): Promise<void> {
    throw error
  }

  override logJson(json: unknown): void {
    this.out.json(json)
  }

  override toErrorJson(error: unknown): unknown {
    return errorJson(toCliError(error))
  }
}
