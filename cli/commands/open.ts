import * as Args from '@oclif/core/args'
import {BaseCommand} from '../base-command.ts'
import {openPage} from '../operations/open-page.ts'

export default class Open extends BaseCommand<{url: string; opened: boolean}> {
  static override summary = 'Open a page of the local todo5 in the browser.'
  static override args = {
    page: Args.string({options: ['mailbox'], default: 'mailbox', description: 'Which page.'}),
  }
  static override examples = ['<%= config.bin %> open mailbox', '<%= config.bin %> open mailbox --json']

  override async run(): Promise<{url: string; opened: boolean}> {
    await this.parse(Open)
    const {machine, entry} = await this.composition.local()
    // Programs get the address; so does a person without a browser here.
    const result = await openPage(machine, {browse: this.out.isTTY && !this.jsonEnabled(), env: entry.env})
    this.out.data(result.url)
    return result
  }
}
