import * as Args from '@oclif/core/args'
import type {TaskHistoryResponse} from '../../../services/contracts/history.ts'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {findTask} from '../../operations/find-task.ts'
import {printHistory} from '../../views/history-lines.ts'
import {titleOf} from '../../views/task-lines.ts'

export default class TaskHistory extends BaseCommand<TaskHistoryResponse> {
  static override paged = true
  static override summary = 'What happened to a task and its reminders, oldest first.'
  static override description =
    'Answers "why was I not reminded?": first what became of each reminder, then every change, delivery and answer of the mail server.'
  static override args = {ref: Args.string({required: true, description: 'Id, or part of the title of an open task.'})}
  static override flags = {...zoneFlags}
  static override examples = ['<%= config.bin %> task history 2', '<%= config.bin %> task history rent --json']

  override async run(): Promise<TaskHistoryResponse> {
    const {args, flags} = await this.parse(TaskHistory)
    const api = await this.composition.api()
    const task = await findTask(api, args.ref)
    const view = await this.accountView(api, flags)
    const history = await api.history(task.id, view.zone.name)
    this.out.note(`${task.id}  ${titleOf(task)}`)
    if (history.entries.length === 0) this.out.note('Nothing is recorded yet; entries follow within a second or two.')
    printHistory(this.out, history, view)
    return history
  }
}
