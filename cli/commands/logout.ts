import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {rehearsalFlag} from '../change-flags.ts'
import {type LoggedOut, logout, requireLogin} from '../operations/logout.ts'
import {printWould, type Steps} from '../views/dry-run.ts'

export default class Logout extends BaseCommand<LoggedOut | Steps> {
  static override summary = 'Sign out of a todo5 elsewhere.'
  static override description =
    'Of the one that commands talk to; the key of this machine ends there and is forgotten here.'
  static override flags = {
    ...rehearsalFlag,
    local: Flags.boolean({description: 'Forget the key here without asking the other side.'}),
  }
  static override examples = ['<%= config.bin %> logout']

  override async run(): Promise<LoggedOut | Steps> {
    const {flags} = await this.parse(Logout)
    const {paths, http} = this.composition
    const context = await this.composition.context()
    if (flags['dry-run']) {
      requireLogin(context)
      const {origin} = new URL(context.apiUrl)
      const end = flags.local ? [] : [`end the key of this machine at ${origin}`]
      return printWould(this.out, ...end, `forget ${context.name} and its key here`)
    }
    const done = await logout({context, paths, http, localOnly: flags.local})
    this.out.data(
      done.key_ended
        ? `Signed out of ${done.context}.`
        : `The key for ${done.context} is forgotten here; end it in the settings there.`,
    )
    return done
  }
}
