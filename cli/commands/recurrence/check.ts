import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {EXIT} from '../../exit-codes.ts'
import {zoneFlags} from '../../flags.ts'
import {type RecurrenceCheck, checkRecurrence, unresolved} from '../../operations/check-recurrence.ts'
import {printRecurrenceCheck} from '../../views/recurrence-check.ts'

export default class RecurrenceCheckCommand extends BaseCommand<RecurrenceCheck> {
  static override summary = 'Compare stored next occurrences with the engine.'
  static override description =
    'For operators. Ends with 4 while something is wrong. A series that cannot be computed is listed with its reason, and the others go on.'
  static override flags = {
    repair: Flags.boolean({description: 'Put right what differs; each change is in the audit log.'}),
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> recurrence check',
    '<%= config.bin %> recurrence check --repair --json',
  ]

  override async run(): Promise<RecurrenceCheck> {
    const {flags} = await this.parse(RecurrenceCheckCommand)
    const api = await this.composition.api()
    const check = await checkRecurrence(api, flags.repair)
    printRecurrenceCheck(this.out, check, (await this.accountView(api, flags)).zone)
    if (unresolved(check).length > 0) this.failWith(EXIT.refused)
    return check
  }
}
