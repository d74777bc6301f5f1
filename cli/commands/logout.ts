import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {confirmLeaving, leftBehind} from '../confirm-leaving.ts'
import {confirmedFlags} from '../flags.ts'
import {type LoggedOut, logout, requireLogin} from '../operations/logout.ts'
import {printWould, type Steps} from '../views/dry-run.ts'

export default class Logout extends BaseCommand<LoggedOut | Steps> {
  static override summary = 'Sign out of a todo5 elsewhere.'
  static override description =
    'Of the one that commands talk to; the key of this machine ends there and is forgotten here. While changes wait here to be sent it asks first.'
  static override flags = {
    ...confirmedFlags,
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
      const left = await leftBehind(context.name, paths.state)
      if (left !== undefined) this.out.warning(left)
      return printWould(this.out, ...end, `forget ${context.name} and its key here`)
    }
    requireLogin(context)
    await confirmLeaving({context: context.name, stateDir: paths.state, yes: flags.yes, ask: this.ask})
    const done = await logout({context, paths, http, localOnly: flags.local})
    this.out.data(
      done.key_ended
        ? `Signed out of ${done.context}.`
        : `The key for ${done.context} is forgotten here; end it in the settings there.`,
    )
    return done
  }
}
