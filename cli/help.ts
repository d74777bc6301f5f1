import {CommandHelp, Help} from '@oclif/core/help'
import type {Command} from '@oclif/core/command'
import type {Config, HelpOptions} from '@oclif/core/interfaces'
import type {CliConfig} from './cli-config.ts'
import type {Output} from './output.ts'
import {padEnd, wrap} from './text-width.ts'

const OWN_MACHINE = ['backup', 'restore', 'uninstall']

/** Which part of the root help a command stands in, by its first word; the others are for operators. */
export const GROUPS: readonly (readonly [title: string, words: readonly string[]])[] = [
  ['TASKS', ['add', 'today', 'chat', 'task', 'reminder', 'undo', 'recurrence', 'import', 'export', 'sync']],
  ['RUN', ['up', 'down', 'status', 'logs', 'open']],
  ['SETUP', ['doctor', 'login', 'logout', 'whoami', 'token', 'context', 'config', 'completion', ...OWN_MACHINE]],
]

/** What oclif gives to ejs, whose compiler takes 10 ms of CPU for the two expressions that help has: these names. */
const filledIn =
  (bin: string, command = '') =>
  (text: string): string => {
    const filled = text.replaceAll('<%= config.bin %>', bin).replaceAll('<%= command.id %>', command)
    if (filled.includes('<%')) throw new Error(`only config.bin and command.id are filled in: ${text}`)
    return filled
  }

/** oclif's help, to our terminal and in its width. */
export class CliHelp extends Help {
  readonly #out: Output
  #text = ''

  protected override CommandHelpClass = OneCommandHelp

  constructor(config: CliConfig, out: Output) {
    const width = out.isTTY ? Math.max(40, Math.min(out.columns, 100)) : 80
    // Where there is little room oclif begins a description on a line of its own, and goes two beyond the end.
    const maxWidth = width < 80 ? width - 2 : width
    super(config, {...config.pjson.oclif.helpOptions, maxWidth, stripAnsi: !out.colour})
    this.render = filledIn(config.bin)
    this.#out = out
  }

  /** Help of a command or topic, or of the whole when there are no words. */
  async print(words: readonly string[]): Promise<void> {
    await this.showHelp([...words])
    const lines = this.#text
      .replaceAll(/\n{3,}/gu, '\n\n')
      .trimEnd()
      .split('\n')
      // What stands at the margin oclif leaves as long as it is.
      .flatMap((line) => (line.startsWith(' ') ? [line] : wrap(line, this.opts.maxWidth ?? 80)))
    this.#out.data(...lines)
  }

  protected override log(...args: string[]): void {
    this.#text += `${args.join(' ')}\n`
  }

  protected override async showRootHelp(): Promise<void> {
    const {bold} = this.#out.style
    const commands = this.sortedCommands.filter((command) => !command.hidden)
    const width = Math.max(...commands.map(({id}) => id.length)) + 2
    const room = (this.opts.maxWidth ?? 80) - width - 2
    const known = new Set(GROUPS.flatMap(([, words]) => words))
    const wordOf = ({id}: {id: string}): string => id.split(':')[0]!
    this.log('todo5: tasks that repeat and remind, and the tools to run them\n')
    this.log(`${bold('USAGE')}\n  $ todo5 COMMAND [FLAGS]\n  $ todo5 COMMAND --help        says more\n`)
    for (const [title, words] of [...GROUPS, ['ADVANCED', undefined] as const]) {
      const members = commands.filter((command) =>
        words ? words.includes(wordOf(command)) : !known.has(wordOf(command)),
      )
      if (members.length === 0) continue
      if (words) members.sort((a, b) => words.indexOf(wordOf(a)) - words.indexOf(wordOf(b)))
      const lines = members.map(({id, summary}) => {
        const name = padEnd(id.replaceAll(':', ' '), width)
        return `  ${name}${wrap(summary ?? '', room).join(`\n  ${' '.repeat(width)}`)}`
      })
      this.log(`${bold(title)}\n${lines.join('\n')}\n`)
    }
  }
}

class OneCommandHelp extends CommandHelp {
  constructor(command: Command.Loadable, config: Config, opts: HelpOptions) {
    super(command, config, opts)
    this.render = filledIn(config.bin, command.id)
  }

  protected override defaultUsage(): string {
    const args = Object.values(this.command.args ?? {}).filter((arg) => !arg.hidden)
    const words = args.map((arg) => {
      const name = `${arg.name.toUpperCase()}${arg.multiple ? '...' : ''}`
      return arg.required ? name : `[${name}]`
    })
    return [this.command.id, ...words, '[FLAGS]'].join(' ')
  }

  /** With a short form first: the indent of the first line is that of all. */
  protected override flags(flags: Command.Flag.Any[]): [string, string | undefined][] | undefined {
    const first = flags.findIndex((flag) => flag.char !== undefined)
    const sorted = first > 0 ? [flags[first]!, ...flags.slice(0, first), ...flags.slice(first + 1)] : flags
    return super.flags(sorted)
  }
}
