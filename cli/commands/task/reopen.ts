import * as Args from '@oclif/core/args'
import {ChangeCommand, type Changed} from '../../change-command.ts'
import {severalFlags} from '../../change-flags.ts'
import type {TaskWrite} from '../../client/task-writes.ts'
import {usageError} from '../../errors.ts'
import {zoneFlags} from '../../flags.ts'
import {printReopened} from '../../views/change-lines.ts'

type Reopen = Extract<TaskWrite, {op: 'reopen'}>

export default class TaskReopen extends ChangeCommand<Changed<Reopen>> {
  static override summary = 'Open closed tasks again, and take back what followed.'
  static override args = {ref: Args.string({required: true, multiple: true, description: 'Ids.'})}
  static override flags = {...severalFlags, ...zoneFlags}
  static override examples = ['<%= config.bin %> task reopen 1', '<%= config.bin %> task reopen 1 4 --atomic']

  override async run(): Promise<Changed<Reopen>> {
    const {args, flags} = await this.parse(TaskReopen)
    // Titles name open tasks, and of a series every done one has the same.
    const {refs, asList} = await this.named(args.ref)
    const text = refs.find((ref) => !/^[1-9]\d{0,15}$/u.test(ref))
    if (text !== undefined)
      throw usageError(`"${text}" is no id; closed tasks are named by theirs.`, 'invalid_ref', 'todo5 task list done')
    const api = await this.composition.api()
    const view = await this.accountView(api, flags)
    return await this.change<Reopen>({
      api,
      refs,
      asList,
      flags,
      plan: ({id}) => ({op: 'reopen', id}),
      print: ({value}) => printReopened(this.out, value, view),
    })
  }
}
