import * as Flags from '@oclif/core/flags'
import type {AuditListResponse} from '../../services/contracts/audit.ts'
import {BaseCommand} from '../base-command.ts'
import {limitFlag, zoneFlags} from '../flags.ts'
import {printAudit} from '../views/audit-lines.ts'

export default class Audit extends BaseCommand<AuditListResponse> {
  static override paged = true
  static override summary = 'Every change of every task, newest first.'
  static override flags = {
    task: Flags.integer({helpValue: 'ID', min: 1, description: 'Of this task.'}),
    type: Flags.string({helpValue: 'EVENT', description: 'Of this kind, such as task.completed.'}),
    ...limitFlag(1000),
    cursor: Flags.string({helpValue: 'CURSOR', description: 'Go on where the last page ended (next_cursor).'}),
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> audit',
    '<%= config.bin %> audit --type task.completed --limit 10 --json',
  ]

  override async run(): Promise<AuditListResponse> {
    const {flags} = await this.parse(Audit)
    const api = await this.composition.api()
    const audit = await api.audit({
      limit: flags.limit,
      ...(flags.task === undefined ? {} : {task_id: flags.task}),
      ...(flags.type === undefined ? {} : {event_type: flags.type}),
      ...(flags.cursor === undefined ? {} : {cursor: flags.cursor}),
    })
    if (audit.entries.length === 0) this.out.note('Nothing is recorded.')
    else printAudit(this.out, audit.entries, await this.accountView(api, flags), true)
    return audit
  }
}
