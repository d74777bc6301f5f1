import * as Args from '@oclif/core/args'
import {BaseCommand} from '../base-command.ts'
import {readRunningTarget} from '../client/contexts.ts'
import {openPage} from '../operations/open-page.ts'

export default class Open extends BaseCommand<{url: string; opened: boolean}> {
  static override summary = 'Open a page of the todo5 that runs here in the browser.'
  static override args = {
    page: Args.string({options: ['mailbox'], default: 'mailbox', description: 'Which page.'}),
  }
  static override examples = ['<%= config.bin %> open mailbox', '<%= config.bin %> open mailbox --json']

  override async run(): Promise<{url: string; opened: boolean}> {
    await this.parse(Open)
    const {name} = (await readRunningTarget(this.composition.paths)) ?? {}
    // Programs get the address; so does a person without a browser here.
    const browse = this.out.isTTY && !this.jsonEnabled()
    const local = await this.composition.local()
    const options = {browse, env: local.entry.env}
    const result =
      name === 'host'
        ? await openPage((await this.composition.host()).machine, options)
        : await openPage(local.machine, options)
    this.out.data(result.url)
    return result
  }
}
