import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {TaskResponse} from '../../../services/contracts/tasks.ts'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {editTask} from '../../operations/edit-task.ts'
import {taskFlags, typedTask} from '../../task-flags.ts'
import {printDetails, taskDetails, titleOf} from '../../views/task-lines.ts'

export default class TaskEdit extends BaseCommand<TaskResponse> {
  static override summary = 'Change a task; "none" takes a date or a rule away.'
  static override description =
    'Title, priority, tags and reminders are also those of the occurrences to come. A due date moves this occurrence only. A new rule or end begins a new series here; what is done stays as it is.'
  static override args = {ref: Args.string({required: true, description: 'Id, or part of the title of an open task.'})}
  static override flags = {
    title: Flags.string({helpValue: 'TEXT', description: 'Its new title.'}),
    ...taskFlags,
    untag: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      delimiter: ',',
      helpValue: 'TAG',
      description: 'Take a tag away.',
    }),
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> task edit 3 --due "friday 17:00"',
    '<%= config.bin %> task edit rent --repeat "monthly on the last day at 9" --priority high',
    '<%= config.bin %> task edit 3 --repeat none --remind none --untag garden',
  ]

  override async run(): Promise<TaskResponse> {
    const {args, flags} = await this.parse(TaskEdit)
    const api = await this.composition.api()
    const view = await this.accountView(api, flags)
    const task = await editTask(api, args.ref, {
      typed: typedTask(flags),
      title: flags.title,
      untag: flags.untag,
      ...view,
    })
    this.out.data(`${this.out.style.good('Changed')} ${task.id}  ${titleOf(task)}`)
    printDetails(this.out, taskDetails(task, view, 3))
    return task
  }
}
