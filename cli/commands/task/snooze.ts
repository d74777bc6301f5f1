import {ChangeCommand, type Changed} from '../../change-command.ts'
import {refsAnd, severalFlags} from '../../change-flags.ts'
import {zoneFlags} from '../../flags.ts'
import {refuseClosed} from '../../operations/closed-task.ts'
import {readSnooze, type Snooze, splitWhen} from '../../operations/move-task.ts'
import {printSnooze} from '../../views/change-lines.ts'

export default class TaskSnooze extends ChangeCommand<Changed<Snooze>> {
  static override summary = 'Be reminded later; the due date and the rule stay.'
  static override description = 'A second snooze takes the place of the first. A day without a time means its morning.'
  static override usage = 'task snooze REF... FOR [FLAGS]'
  static override args = refsAnd('for how long: 10m, 2h, "tomorrow 9:00", friday.')
  static override flags = {...severalFlags, ...zoneFlags}
  static override examples = [
    '<%= config.bin %> task snooze 3 10m',
    '<%= config.bin %> task snooze rent plants "tomorrow 9:00"',
  ]

  override async run(): Promise<Changed<Snooze>> {
    const {args, flags} = await this.parse(TaskSnooze)
    const api = await this.composition.api()
    const view = await this.accountView(api, flags)
    const {refs: words, when} = await splitWhen(args.words, {verb: 'snooze', name: 'FOR'}, view)
    const snooze = await readSnooze(when, view)
    const {refs, asList} = await this.named(words)
    return await this.change<Snooze>({
      api,
      refs,
      asList,
      flags,
      plan: async (task) => {
        await refuseClosed(task, {api, ...view, verb: 'snooze', rest: when})
        return {op: 'snooze', id: task.id, snooze}
      },
      print: ({value}) => printSnooze(this.out, value, view),
    })
  }
}
