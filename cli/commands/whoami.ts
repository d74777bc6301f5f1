import type {ProfileResponse} from '../../services/contracts/account.ts'
import {BaseCommand} from '../base-command.ts'

type Whoami = ProfileResponse & {readonly context: string; readonly api_url: string}

export default class WhoamiCommand extends BaseCommand<Whoami> {
  static override summary = 'Which todo5 commands talk to, and as whom.'
  static override examples = ['<%= config.bin %> whoami', '<%= config.bin %> whoami --json']

  override async run(): Promise<Whoami> {
    await this.parse(WhoamiCommand)
    const {name, apiUrl} = await this.composition.context()
    const profile = await (await this.composition.api()).profile()
    const role = profile.role === 'operator' ? ', operator' : ''
    this.out.data(`${profile.email}${role}`, `${name}  ${apiUrl}  ${profile.time_zone}`)
    return {...profile, context: name, api_url: apiUrl}
  }
}
