import {Command} from '@oclif/core/command'
import type {Config} from '@oclif/core/config'
import type {
  ArgInput,
  FlagInput,
  Input,
  LoadOptions,
  OutputArgs,
  OutputFlags,
  ParserOutput,
} from '@oclif/core/interfaces'
import * as Flags from '@oclif/core/flags'
import {CliConfig} from './cli-config.ts'
import type {TaskApi} from './client/task-api.ts'
import type {Composition} from './composition.ts'
import {errorJson, toCliError, usageError} from './errors.ts'
import {EndedElsewhere} from './ended-elsewhere.ts'
import type {ExitCode} from './exit-codes.ts'
import {flagWords, wantsJson} from './flag-words.ts'
import type {PlacedFlags} from './in-cluster.ts'
import type {OperateKind} from './operations/in-cluster/operator-pod.ts'
import {Output} from './output.ts'
import {withPlace} from './place-flags.ts'
import type {Paging} from './paging.ts'
import type {Ask} from './question.ts'
import type {Zone} from '../services/domain/dates/zone.ts'

interface ZoneFlags {
  readonly tz?: string | undefined
  readonly utc?: boolean
}

/**
 * Every command: parses, runs one operation, prints. What `run()` returns is what --json prints; `this.out` is silent
 * then, except for errors. Errors are thrown, and printed in one place (main.ts).
 */
export abstract class BaseCommand<Result = unknown> extends Command {
  static override enableJsonFlag = true
  /** Whether it may print more than a screen at once; a pager shows that then. */
  static paged = false
  /** What it needs of a cluster, in which it runs when its target is one; undefined: it never runs there. */
  static inCluster: OperateKind | undefined
  static override baseFlags = {
    json: Flags.boolean({helpGroup: 'GLOBAL', description: 'Print JSON, for programs.'}),
    fields: Flags.string({
      helpGroup: 'GLOBAL',
      helpValue: 'A,B.C',
      description: 'Print JSON with these fields alone, such as id,title.',
    }),
    context: Flags.string({
      char: 'c',
      helpGroup: 'GLOBAL',
      helpValue: 'NAME',
      description: 'Which todo5 to talk to (see todo5 context list).',
    }),
    quiet: Flags.boolean({char: 'q', helpGroup: 'GLOBAL', description: 'Print data only, no notes.'}),
    'no-input': Flags.boolean({helpGroup: 'GLOBAL', description: 'Ask nothing and open nothing, also on a terminal.'}),
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
  #paging: Paging | undefined
  /** What --fields leaves of what --json prints. */
  #chosen: (printed: unknown) => unknown = (printed) => printed

  protected get out(): Output {
    const {looks, typedAs} = this.composition
    const {terminal} = this.#paging ?? this.composition
    const before = flagWords(this.argv)
    this.#out ??= new Output({
      terminal,
      looks: before.includes('--no-color') ? {...looks, colour: {stdout: false, stderr: false}} : looks,
      typedAs,
      json: this.jsonEnabled(),
      quiet: before.includes('--quiet') || before.includes('-q'),
    })
    return this.#out
  }

  protected get composition(): Composition {
    return (this.config as CliConfig).composition
  }

  /** What is given for this command alone goes before all that is set. */
  protected override async parse<
    F extends OutputFlags<FlagInput>,
    B extends OutputFlags<FlagInput>,
    A extends OutputArgs<ArgInput>,
  >(options?: Input<F, B, A>, argv?: string[]): Promise<ParserOutput<F, B, A>> {
    const {id, args, flags} = this.ctor
    const words = withPlace(argv ?? this.argv, {name: id.replaceAll(':', ' '), args, flags})
    const parsed = await super.parse(options, words)
    const {context, fields} = parsed.flags as {readonly context?: string; readonly fields?: string}
    if (context !== undefined) this.composition.settings.giveFlag('context', context)
    if (fields !== undefined) {
      const {chooseFields} = await import('./contract/fields.ts')
      this.#chosen = chooseFields(this.ctor.id, fields)
    }
    await this.#endInCluster(parsed.flags as PlacedFlags)
    await this.#page(parsed.flags as {readonly watch?: boolean; readonly follow?: boolean})
    return parsed
  }

  async #page({watch = false, follow = false}: {readonly watch?: boolean; readonly follow?: boolean}): Promise<void> {
    const {terminal, looks, pager} = this.composition
    const pages = (this.ctor as typeof BaseCommand).paged && !watch && !follow && !this.jsonEnabled() && !this.noInput
    if (!pages || !terminal.stdout.isTTY) return
    this.#paging = (await import('./paging.ts')).pagingOn(terminal, looks, pager)
  }

  /** Of a todo5 in a cluster the same command runs there: what it works with is open to nobody outside. */
  async #endInCluster(flags: PlacedFlags): Promise<void> {
    const kind = (this.ctor as typeof BaseCommand).inCluster
    if (kind === undefined || flags.target === undefined || flags.target === 'local' || flags.target === 'host') return
    const {endInCluster, isForCluster} = await import('./in-cluster.ts')
    if (!isForCluster(flags)) return
    const {composition, out} = this
    const words = [...this.ctor.id.split(':'), ...this.argv]
    throw new EndedElsewhere(await endInCluster({composition, out, kind, flags, words, json: this.jsonEnabled()}))
  }

  /** What is still held back is printed, and the pager waited for, before anything that went wrong is said. */
  protected override async finally(failure: Error | undefined): Promise<void> {
    await this.#paging?.end()
    await super.finally(failure)
  }

  protected get noInput(): boolean {
    return flagWords(this.argv).includes('--no-input')
  }

  /** Asks the person at the terminal; undefined when there is none, nothing may be asked, or a program reads the answer. */
  protected get ask(): Ask | undefined {
    return this.jsonEnabled() || this.noInput ? undefined : this.composition.ask
  }

  /** Whether a page may be opened in a browser: a person reads what is printed, and has not refused. */
  protected get mayOpen(): boolean {
    return this.out.isTTY && !this.jsonEnabled() && !this.noInput
  }

  /** All of standard input; with --no-input what is piped in, and nobody is waited for at a keyboard. */
  protected async readInput(): Promise<string> {
    if (this.noInput && this.composition.ask)
      throw usageError(
        'Nothing is piped in, and --no-input is given.',
        'input_needed',
        'give it on standard input: < FILE',
      )
    return await this.composition.readInput()
  }

  /** The zone and the moment of this command: --tz or --utc, else the one that is set, else that of this machine. */
  protected timeView(flags: ZoneFlags): {zone: Zone; now: number} {
    return {zone: this.composition.zone(flags.utc ? 'UTC' : flags.tz), now: this.composition.now()}
  }

  /** As timeView, but without a flag the zone of the account, in which its mails are, too. */
  protected async accountView(api: TaskApi, flags: ZoneFlags): Promise<{zone: Zone; now: number}> {
    if (flags.utc || flags.tz !== undefined || this.composition.settings.get('time_zone') !== undefined)
      return this.timeView(flags)
    const {time_zone: name} = await api.profile()
    const machine = this.composition.zone()
    if (machine.name === name) return this.timeView(flags)
    if (this.out.isTTY)
      this.out.note(`Times are in ${name}, the zone of your account; this machine is in ${machine.name}.`)
    return this.timeView({tz: name})
  }

  /** Ends the process with this code although the command returns a result: some of several things failed. */
  protected failWith(code: ExitCode): void {
    ;(this.config as CliConfig).exitCode ||= code
  }

  /** oclif would wait for an argument that is left out on stdin, and take it from whatever is piped there. */
  protected override async init(): Promise<void> {
    for (const arg of Object.values(this.ctor.args)) arg.ignoreStdin = true
    await super.init()
  }

  /** oclif loads its help to find out; only a command that says so can be deprecated. */
  protected override warnIfCommandDeprecated(): void {
    const {deprecateAliases, state} = this.ctor
    if (deprecateAliases || state !== undefined) super.warnIfCommandDeprecated()
  }

  override async catch(error: Error): Promise<void> {
    throw error
  }

  /** --fields means --json. */
  override jsonEnabled(): boolean {
    return this.ctor.enableJsonFlag && wantsJson(this.argv)
  }

  override logJson(json: unknown): void {
    this.out.json(this.#chosen(json))
  }

  /** With --json, of what goes on until Ctrl-C: an object a line. */
  protected printLine(value: unknown): void {
    this.composition.terminal.stdout.write(`${JSON.stringify(this.#chosen(value))}\n`)
  }

  override toErrorJson(error: unknown): unknown {
    return errorJson(toCliError(error))
  }
}
