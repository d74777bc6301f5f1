import * as Args from '@oclif/core/args'
import type {TaskResponse} from '../../../services/contracts/tasks.ts'
import {BaseCommand} from '../../base-command.ts'
import {eachRef} from '../../operations/each-ref.ts'
import {reopenTask} from '../../operations/reopen-task.ts'
import {resultOf, type Results} from '../../views/results.ts'
import {titleOf} from '../../views/task-lines.ts'

export default class TaskReopen extends BaseCommand<Results<TaskResponse>> {
  static override summary = 'Open tasks again, and take back what followed.'
  static override args = {ref: Args.string({required: true, multiple: true, description: 'Ids.'})}
  static override examples = ['<%= config.bin %> task reopen 1', '<%= config.bin %> task reopen 1 4']

  override async run(): Promise<Results<TaskResponse>> {
    const {args} = await this.parse(TaskReopen)
    const api = await this.composition.api()
    const outcomes = await eachRef(args.ref, async (ref) => await reopenTask(api, ref))
    return resultOf(outcomes, {
      print: (task) => this.out.data(`Open again  ${task.id}  ${titleOf(task)}`),
      fail: (error) => {
        this.out.error(error)
        this.failWith(error.exit)
      },
    })
  }
}
