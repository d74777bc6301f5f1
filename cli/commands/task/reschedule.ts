import {ChangeCommand, type Changed} from '../../change-command.ts'
import {refsAnd, severalFlags} from '../../change-flags.ts'
import {zoneFlags} from '../../flags.ts'
import {refuseClosed} from '../../operations/closed-task.ts'
import type {Update} from '../../operations/edit-task.ts'
import {planReschedule, splitWhen} from '../../operations/move-task.ts'
import {parseDue} from '../../../services/domain/dates/parse-due.ts'
import {printMove} from '../../views/change-lines.ts'

export default class TaskReschedule extends ChangeCommand<Changed<Update>> {
  static override summary = 'Give this occurrence another due date.'
  static override description =
    'The series goes on as before. Its reminders move along. A day without a time leaves the time of day as it is. To move the whole series: todo5 task edit REF --due WHEN --scope following.'
  static override usage = 'task reschedule REF... WHEN [FLAGS]'
  static override args = refsAnd('the date: friday, "tomorrow 9am", 2026-12-01.')
  static override flags = {...severalFlags, ...zoneFlags}
  static override examples = [
    '<%= config.bin %> task reschedule rent friday',
    '<%= config.bin %> task reschedule 3 4 "tomorrow 17:00"',
  ]

  override async run(): Promise<Changed<Update>> {
    const {args, flags} = await this.parse(TaskReschedule)
    const api = await this.composition.api()
    const view = await this.accountView(api, flags)
    const {refs: words, when} = await splitWhen(args.words, {verb: 'reschedule', name: 'WHEN'}, view)
    const day = await parseDue(when, view)
    const {refs, asList} = await this.named(words)
    return await this.change<Update>({
      api,
      refs,
      asList,
      flags,
      plan: async (task) => {
        await refuseClosed(task, {api, ...view, verb: 'reschedule', rest: when})
        return await planReschedule(task, {when, day}, view)
      },
      print: (made) => printMove(this.out, made, view),
    })
  }
}
