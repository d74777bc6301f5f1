import * as Args from '@oclif/core/args'
import type {RetriedReminder} from '../../../services/contracts/reminders.ts'
import {BaseCommand} from '../../base-command.ts'
import {dryRunFlag} from '../../change-flags.ts'
import {harmlessLine} from '../../harmless-text.ts'
import {retryReminders, retryRequest, type RetryOutcome} from '../../operations/reminders.ts'
import {type DryRun, printDryRun} from '../../views/dry-run.ts'
import {resultOf, type Results} from '../../views/results.ts'

export default class ReminderRetry extends BaseCommand<Results<RetriedReminder> | DryRun> {
  static override summary = 'Send reminders again by the channels by which they failed.'
  static override description =
    'With ten tries again. Channels that took a reminder do not get it twice. After 7 days it is too late: snooze the task instead.'
  static override args = {
    id: Args.string({required: true, multiple: true, description: 'Ids, from todo5 reminder list --state failed.'}),
  }
  static override flags = {...dryRunFlag}
  static override examples = ['<%= config.bin %> reminder retry 7', '<%= config.bin %> reminder retry 7 8 9 --dry-run']

  override async run(): Promise<Results<RetriedReminder> | DryRun> {
    const {args, flags} = await this.parse(ReminderRetry)
    if (flags['dry-run']) return printDryRun(this.out, args.id.map(retryRequest))
    const outcomes = await retryReminders(await this.composition.api(), args.id)
    return resultOf<RetriedReminder, RetryOutcome>(outcomes, {
      single: args.id.length === 1,
      print: ({value: {reminder, retried}}) => {
        const what = `${reminder.id}  ${harmlessLine(reminder.title)}`
        this.out.data(
          retried.length === 0
            ? `Waits  ${what}  (${reminder.state}, nothing has failed)`
            : `${this.out.style.good('Sends')}  ${what}  by ${retried.join(', ')}`,
        )
        if (retried.length > 0) this.out.tip('what came of it', `todo5 reminder show ${reminder.id}`)
      },
      fail: (error) => {
        this.out.error(error)
        this.failWith(error.exit)
      },
    })
  }
}
