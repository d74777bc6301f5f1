import * as Args from '@oclif/core/args'
import type {ReminderDetails} from '../../../services/contracts/reminders.ts'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {getReminder} from '../../operations/reminders.ts'
import {printReminder} from '../../views/reminder-lines.ts'

export default class ReminderShow extends BaseCommand<ReminderDetails> {
  static override summary = 'A reminder with each try to send it, and what the other side said.'
  static override args = {id: Args.string({required: true, description: 'Its id, from todo5 reminder list.'})}
  static override flags = {...zoneFlags}
  static override examples = ['<%= config.bin %> reminder show 7']

  override async run(): Promise<ReminderDetails> {
    const {args, flags} = await this.parse(ReminderShow)
    const api = await this.composition.api()
    const reminder = await getReminder(api, args.id)
    printReminder(this.out, reminder, await this.accountView(api, flags))
    return reminder
  }
}
