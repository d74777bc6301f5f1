import {hostname} from 'node:os'
import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {rehearsalFlag} from '../change-flags.ts'
import {usageError} from '../errors.ts'
import {interruptible} from '../interruption.ts'
import {type LoggedIn, type LoginPrompt, login, planLogin} from '../operations/login.ts'
import {browse} from '../operations/open-page.ts'
import {printWould, type Steps} from '../views/dry-run.ts'

export default class Login extends BaseCommand<LoggedIn | Steps> {
  static override summary = 'Sign in to a todo5 elsewhere; then commands talk to it.'
  static override description =
    'Shows a code, which you enter at its page in a browser, on this machine or another. A key of its own for this machine is kept where only you can read it. todo5 up, or todo5 logout, turns back to the one that runs here.'
  static override args = {
    url: Args.string({description: 'Its address, such as https://todo.example.com (default: the one that runs here).'}),
  }
  static override flags = {
    ...rehearsalFlag,
    name: Flags.string({helpValue: 'NAME', description: 'How to call it in --context (default: its host).'}),
  }
  static override examples = [
    '<%= config.bin %> login https://todo.example.com',
    '<%= config.bin %> login https://todo.example.com --name work',
  ]

  override async run(): Promise<LoggedIn | Steps> {
    const {args, flags} = await this.parse(Login)
    if (this.noInput) {
      throw usageError(
        'Somebody has to let this machine in, in a browser.',
        'input_needed',
        'todo5 context add NAME URL < key.txt        with a key made there',
      )
    }
    const {paths, http} = this.composition
    const url = args.url ?? (await this.composition.runningTargets())[0]?.api_url
    if (!url) throw usageError('Which todo5?', 'url_missing', 'todo5 login https://todo.example.com')
    if (flags['dry-run']) {
      const {origin, name} = planLogin(args.url ?? new URL(url).origin, flags.name)
      return printWould(
        this.out,
        `ask ${origin} for a code, and wait until it is entered in a browser`,
        `make a key named after ${hostname()} there`,
        `keep it here as ${name}, and let commands talk to ${name}`,
      )
    }
    const done = await interruptible(
      async (signal) =>
        await login({
          url: args.url === undefined ? new URL(url).origin : url,
          name: flags.name,
          machine: hostname(),
          paths,
          http,
          prompt: async (prompt) => await this.#show(prompt),
          signal,
        }),
    )
    this.out.data(`Signed in to ${done.context} as ${done.email}.`)
    return done
  }

  /** To stderr, also with --json: somebody has to see the code. */
  async #show({code, address, completeAddress}: LoginPrompt): Promise<void> {
    const {stderr} = this.composition.terminal
    stderr.write(`Open  ${address}\nCode  ${code}   (10 minutes)\n`)
    if (this.mayOpen) {
      const {entry} = await this.composition.local()
      await browse(completeAddress, entry.env)
    }
  }
}
