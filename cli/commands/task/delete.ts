import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {TaskResponse} from '../../../services/contracts/tasks.ts'
import {BaseCommand} from '../../base-command.ts'
import {deleteTask, SCOPES} from '../../operations/delete-task.ts'
import {eachRef} from '../../operations/each-ref.ts'
import {resultOf, type Results} from '../../views/results.ts'
import {stateOf, titleOf} from '../../views/task-lines.ts'

export default class TaskDelete extends BaseCommand<Results<TaskResponse>> {
  static override summary = 'Delete tasks; of a series this one, or all that follow.'
  static override args = {
    ref: Args.string({required: true, multiple: true, description: 'Ids, or parts of the titles of open tasks.'}),
  }
  static override flags = {
    scope: Flags.option({
      options: SCOPES,
      helpValue: 'this|following',
      description: 'Of a series: this occurrence (the next one follows), or this and the following (the series ends).',
    })(),
  }
  static override examples = ['<%= config.bin %> task delete 3', '<%= config.bin %> task delete rent --scope following']

  override async run(): Promise<Results<TaskResponse>> {
    const {args, flags} = await this.parse(TaskDelete)
    const api = await this.composition.api()
    const outcomes = await eachRef(args.ref, async (ref) => await deleteTask(api, ref, flags.scope))
    return resultOf(outcomes, {
      print: (task) =>
        this.out.data(`${stateOf(task) === 'skipped' ? 'Skipped' : 'Deleted'}  ${task.id}  ${titleOf(task)}`),
      fail: (error) => {
        this.out.error(error)
        this.failWith(error.exit)
      },
    })
  }
}
