import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {TaskResponse} from '../../../services/contracts/tasks.ts'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {findTask} from '../../operations/find-task.ts'
import {printDetails, stateOf, taskDetails, titleOf} from '../../views/task-lines.ts'

export default class TaskShow extends BaseCommand<TaskResponse> {
  static override summary = 'Everything about one task.'
  static override args = {ref: Args.string({required: true, description: 'Id, or part of the title of an open task.'})}
  static override flags = {
    next: Flags.integer({
      char: 'n',
      helpValue: 'N',
      min: 0,
      max: 100,
      default: 5,
      description: 'How many coming occurrences.',
    }),
    ...zoneFlags,
  }
  static override examples = ['<%= config.bin %> task show 2', '<%= config.bin %> task show rent --next 12']

  override async run(): Promise<TaskResponse> {
    const {args, flags} = await this.parse(TaskShow)
    const api = await this.composition.api()
    const task = await findTask(api, args.ref)
    const {bold, dim} = this.out.style
    this.out.data(`${task.id}  ${bold(titleOf(task))}  ${dim(stateOf(task))}`)
    printDetails(this.out, taskDetails(task, await this.accountView(api, flags), flags.next))
    if (task.description !== '') this.out.data('', ...task.description.split('\n'))
    this.out.note(dim(`history: todo5 task history ${task.id}`))
    return task
  }
}
