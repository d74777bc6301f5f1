import {ChangeCommand, type Changed} from '../../change-command.ts'
import {openRefs, scopeFlag, severalFlags} from '../../change-flags.ts'
import {type Deletion, deletionScope, needsScope, planDeletion} from '../../operations/delete-task.ts'
import {printDeletion} from '../../views/change-lines.ts'

export default class TaskDelete extends ChangeCommand<Changed<Deletion>> {
  static override summary = 'Delete tasks; of a series this one, the following, or all.'
  static override description =
    'Of a task that repeats --scope says how far: `this` skips it and the next follows, `following` ends the series and keeps what is done, `all` takes that away too. Without --scope it is asked on a terminal.'
  static override args = openRefs
  static override flags = {
    ...scopeFlag('Of a series: this one (the next follows), this and the following, or all.'),
    ...severalFlags,
  }
  static override examples = [
    '<%= config.bin %> task delete 3',
    '<%= config.bin %> task delete rent --scope following',
    '<%= config.bin %> task delete 12 --scope all',
  ]

  override async run(): Promise<Changed<Deletion>> {
    const {args, flags} = await this.parse(TaskDelete)
    const {refs, asList} = await this.named(args.ref)
    const api = await this.composition.api()
    return await this.change<Deletion>({
      api,
      refs,
      asList,
      flags,
      plan: async (task) =>
        planDeletion(task, flags.scope ?? (needsScope(task) ? await deletionScope(task, this.ask) : undefined)),
      print: ({write, value}) => printDeletion(this.out, value, write.scope),
    })
  }
}
