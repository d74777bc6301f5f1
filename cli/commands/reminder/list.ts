import * as Flags from '@oclif/core/flags'
import type {ReminderListResponse} from '../../../services/contracts/reminders.ts'
import {BaseCommand} from '../../base-command.ts'
import {limitFlag, zoneFlags} from '../../flags.ts'
import {listReminders, STATES} from '../../operations/reminders.ts'
import {printReminders} from '../../views/reminder-lines.ts'

export default class ReminderList extends BaseCommand<ReminderListResponse> {
  static override paged = true
  static override summary = 'Reminders and what became of them: which wait, which were sent, which failed and why.'
  static override description =
    'Those that wait come the soonest first, with --state scheduled; all others the latest first.'
  static override flags = {
    state: Flags.option({
      options: STATES,
      helpValue: 'STATE',
      description: `${STATES.join(', ')} (default: all but the cancelled ones).`,
    })(),
    task: Flags.string({
      char: 't',
      helpValue: 'REF',
      description: 'Of this task: its id, or part of the title of an open one.',
    }),
    ...limitFlag(10_000),
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> reminder list --state failed',
    '<%= config.bin %> reminder list --state scheduled --limit 5',
    '<%= config.bin %> reminder list --task rent --json',
  ]

  override async run(): Promise<ReminderListResponse> {
    const {flags} = await this.parse(ReminderList)
    const api = await this.composition.api()
    const list = await listReminders(api, flags)
    if (list.reminders.length === 0) {
      this.out.note(flags.state === undefined ? 'There is no reminder.' : `No reminder is ${flags.state}.`)
      return list
    }
    printReminders(this.out, list.reminders, await this.accountView(api, flags))
    if (list.next_cursor !== null) this.out.note(`${list.reminders.length} shown, there are more (--limit).`)
    if (list.reminders.some(({state}) => state === 'failed')) this.out.tip('send again', 'todo5 reminder retry ID')
    return list
  }
}
