import * as Args from '@oclif/core/args'
import {BaseCommand} from '../base-command.ts'
import {browse, openPage} from '../operations/open-page.ts'
import {appAddress} from '../operations/sign-in-link.ts'

interface Opened {
  readonly url: string
  readonly opened: boolean
}

export default class Open extends BaseCommand<Opened> {
  static override summary = 'Open a page of todo5 in the browser.'
  static override description =
    'app is the web app, status its page that tells operators how todo5 is; on this machine their address signs you in, once, within five minutes. mailbox shows the mails of the todo5 that runs here. Programs get the address, and so do you where there is no browser.'
  static override args = {
    page: Args.string({options: ['app', 'status', 'mailbox'], default: 'app', description: 'Which page.'}),
  }
  static override examples = ['<%= config.bin %> open', '<%= config.bin %> open mailbox --json']

  override async run(): Promise<Opened> {
    const {args} = await this.parse(Open)
    const result =
      args.page === 'mailbox' ? await this.#mailbox() : await this.#app(args.page === 'status' ? '/status' : '/')
    this.out.data(result.url)
    return result
  }

  async #app(page: '/' | '/status'): Promise<Opened> {
    const url = await appAddress(await this.composition.context(), this.composition.http, page)
    const {entry} = await this.composition.local()
    return {url, opened: this.mayOpen && (await browse(url, entry.env))}
  }

  async #mailbox(): Promise<Opened> {
    const {name} = (await this.composition.runningTargets())[0] ?? {}
    const local = await this.composition.local()
    const options = {browse: this.mayOpen, env: local.entry.env}
    return name === 'host'
      ? await openPage((await this.composition.host()).machine, options)
      : await openPage(local.machine, options)
  }
}
