import {ChangeCommand, type Changed} from '../../change-command.ts'
import {openRefs, severalFlags} from '../../change-flags.ts'
import type {TaskWrite} from '../../client/task-writes.ts'
import {zoneFlags} from '../../flags.ts'
import {refuseClosed} from '../../operations/closed-task.ts'
import {printCompletion} from '../../views/completion.ts'

type Complete = Extract<TaskWrite, {op: 'complete'}>

export default class TaskDone extends ChangeCommand<Changed<Complete>> {
  static override summary = 'Complete tasks; if one repeats, the next one appears.'
  static override hiddenAliases = ['done']
  static override args = openRefs
  static override flags = {...severalFlags, ...zoneFlags}
  static override examples = [
    '<%= config.bin %> task done 1',
    '<%= config.bin %> task done rent plants',
    '<%= config.bin %> task done 7 8 9 --atomic --json',
  ]

  override async run(): Promise<Changed<Complete>> {
    const {args, flags} = await this.parse(TaskDone)
    const api = await this.composition.api()
    const view = await this.accountView(api, flags)
    return await this.change<Complete>({
      api,
      refs: args.ref,
      flags,
      plan: async (task) => {
        await refuseClosed(task, {api, ...view, verb: 'done'})
        return {op: 'complete', id: task.id}
      },
      print: ({value}) => printCompletion(this.out, value, view),
    })
  }
}
