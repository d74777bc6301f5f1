import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {AuditListResponse} from '../../../services/contracts/audit.ts'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {findTask} from '../../operations/find-task.ts'
import {printAudit} from '../../views/audit-lines.ts'
import {titleOf} from '../../views/task-lines.ts'

export default class TaskHistory extends BaseCommand<AuditListResponse> {
  static override summary = 'What happened to a task, newest first.'
  static override args = {ref: Args.string({required: true, description: 'Id, or part of the title of an open task.'})}
  static override flags = {
    limit: Flags.integer({char: 'l', helpValue: 'N', min: 1, max: 1000, default: 50, description: 'At most so many.'}),
    ...zoneFlags,
  }
  static override examples = ['<%= config.bin %> task history 2', '<%= config.bin %> task history rent --json']

  override async run(): Promise<AuditListResponse> {
    const {args, flags} = await this.parse(TaskHistory)
    const api = await this.composition.api()
    const task = await findTask(api, args.ref)
    const audit = await api.audit({task_id: task.id, limit: flags.limit})
    this.out.note(`${task.id}  ${titleOf(task)}`)
    if (audit.entries.length === 0) this.out.note('Nothing is recorded yet; entries follow within a second or two.')
    else printAudit(this.out, audit.entries, await this.accountView(api, flags), false)
    return audit
  }
}
