import * as Flags from '@oclif/core/flags'
import {ChangeCommand, type Changed} from '../../change-command.ts'
import {refsAnd, scopeFlag, severalFlags} from '../../change-flags.ts'
import {zoneFlags} from '../../flags.ts'
import type {Update} from '../../operations/edit-task.ts'
import {planReminders, refuseUnclearReminders, splitOffsets} from '../../operations/remind-task.ts'
import {channelFlag} from '../../task-flags.ts'
import {printEdit} from '../../views/change-lines.ts'

export default class TaskRemind extends ChangeCommand<Changed<Update>> {
  static override summary = 'Say how long before the due date to remind.'
  static override description =
    'Nothing else changes. The offsets take the place of all that were there. Of a series they also hold for those to come, unless --scope says otherwise.'
  static override usage = 'task remind REF... OFFSET... | --none [FLAGS]'
  static override args = refsAnd('how long before: 1h 1d 10m; 0 is at the due date.')
  static override flags = {
    none: Flags.boolean({description: 'No reminder.'}),
    nag: Flags.string({helpValue: 'EVERY', description: 'Repeat the reminder until it is done: 15m.'}),
    ...channelFlag,
    ...scopeFlag('Of a series: this one, this and the following (default), or all.'),
    ...severalFlags,
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> task remind rent 1h 1d',
    '<%= config.bin %> task remind 3 4 --none --scope this',
    '<%= config.bin %> task remind 3 0 --nag 15m',
  ]

  override async run(): Promise<Changed<Update>> {
    const {args, flags} = await this.parse(TaskRemind)
    const typed = {
      ...splitOffsets(args.words),
      none: flags.none ?? false,
      nag: flags.nag,
      channels: flags.channel,
      scope: flags.scope,
    }
    refuseUnclearReminders(typed)
    const {refs, asList} = await this.named(typed.refs)
    const api = await this.composition.api()
    const view = await this.accountView(api, flags)
    return await this.change<Update>({
      api,
      refs,
      asList,
      flags,
      plan: async (task) => await planReminders(task, {...typed, ...view}),
      print: (made) => printEdit(this.out, made, view),
    })
  }
}
