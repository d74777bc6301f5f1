import * as Args from '@oclif/core/args'
import type {CompleteTaskResponse} from '../../../services/contracts/tasks.ts'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {completeTask} from '../../operations/complete-tasks.ts'
import {eachRef} from '../../operations/each-ref.ts'
import {printCompletion} from '../../views/completion.ts'
import {resultOf, type Results} from '../../views/results.ts'

export default class TaskDone extends BaseCommand<Results<CompleteTaskResponse>> {
  static override summary = 'Complete tasks; if one repeats, the next one appears.'
  static override hiddenAliases = ['done']
  static override args = {
    ref: Args.string({required: true, multiple: true, description: 'Ids, or parts of the titles of open tasks.'}),
  }
  static override flags = {...zoneFlags}
  static override examples = [
    '<%= config.bin %> task done 1',
    '<%= config.bin %> task done rent plants',
    '<%= config.bin %> task done 7 --json',
  ]

  override async run(): Promise<Results<CompleteTaskResponse>> {
    const {args, flags} = await this.parse(TaskDone)
    const api = await this.composition.api()
    const view = await this.accountView(api, flags)
    const outcomes = await eachRef(args.ref, async (ref) => await completeTask(ref, {api, ...view}))
    return resultOf(outcomes, {
      print: (completion) => printCompletion(this.out, completion, view),
      fail: (error) => {
        this.out.error(error)
        this.failWith(error.exit)
      },
    })
  }
}
