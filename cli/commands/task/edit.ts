import * as Flags from '@oclif/core/flags'
import {ChangeCommand, type Changed} from '../../change-command.ts'
import {openRefs, scopeFlag, severalFlags} from '../../change-flags.ts'
import {usageError} from '../../errors.ts'
import {zoneFlags} from '../../flags.ts'
import {planEdit, refuseEmptyEdit, type Update} from '../../operations/edit-task.ts'
import {taskFlags, typedTask} from '../../task-flags.ts'
import {printEdit} from '../../views/change-lines.ts'

export default class TaskEdit extends ChangeCommand<Changed<Update>> {
  static override summary = 'Change tasks; "none" takes a date or a rule away.'
  static override description =
    'Of a series --scope says how far: `this` occurrence, it and all `following` (a new rule or time begins a new series there; what is done stays), or `all`, what is done included. Without --scope a due date moves this occurrence only; everything else is also for the following.'
  static override args = openRefs
  static override flags = {
    title: Flags.string({helpValue: 'TEXT', description: 'Its new title.'}),
    ...taskFlags,
    ...scopeFlag('Of a series: this one, this and the following, or all.'),
    untag: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      helpValue: 'TAG',
      description: 'Take a tag away.',
    }),
    ...severalFlags,
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> task edit 3 --due "friday 17:00"',
    '<%= config.bin %> task edit plants --due "mon 8:00" --scope following',
    '<%= config.bin %> task edit rent --repeat "monthly on the last day at 9" --priority high',
    '<%= config.bin %> task edit 3 --repeat none --remind none --untag garden',
  ]

  override async run(): Promise<Changed<Update>> {
    const {args, flags} = await this.parse(TaskEdit)
    const said = {typed: typedTask(flags), title: flags.title, untag: flags.untag, scope: flags.scope}
    refuseEmptyEdit(said)
    const {refs, asList} = await this.named(args.ref)
    if (refs.length > 1 && flags.title !== undefined) {
      throw usageError('One title for several tasks.', 'conflicting_flags', 'name one task, or leave --title out')
    }
    const api = await this.composition.api()
    const view = await this.accountView(api, flags)
    return await this.change<Update>({
      api,
      refs,
      asList,
      flags,
      plan: async (task) => await planEdit(task, {...said, ...view}),
      print: (made) => printEdit(this.out, made, view),
    })
  }
}
