import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {type LoggedOut, logout} from '../operations/logout.ts'

export default class Logout extends BaseCommand<LoggedOut> {
  static override summary = 'Sign out of the todo5 elsewhere that commands talk to, and end the key of this machine.'
  static override flags = {
    local: Flags.boolean({description: 'Forget the key here without asking the other side.'}),
  }
  static override examples = ['<%= config.bin %> logout']

  override async run(): Promise<LoggedOut> {
    const {flags} = await this.parse(Logout)
    const {paths, http} = this.composition
    const context = await this.composition.context()
    const done = await logout({context, paths, http, localOnly: flags.local})
    this.out.data(
      done.key_ended
        ? `Signed out of ${done.context}.`
        : `The key for ${done.context} is forgotten here; end it in the settings there.`,
    )
    return done
  }
}
