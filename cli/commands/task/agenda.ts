import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {agenda} from '../../operations/agenda.ts'
import {printAgenda} from '../../views/agenda-lines.ts'
import type {TaskResponse} from '../../../services/contracts/tasks.ts'

interface AgendaJson {
  readonly time_zone: string
  readonly overdue: readonly TaskResponse[]
  readonly days: readonly {
    readonly date: string
    readonly entries: readonly {readonly due_at: string; readonly projected: boolean; readonly task: TaskResponse}[]
  }[]
}

export default class TaskAgenda extends BaseCommand<AgendaJson> {
  static override paged = true
  static override summary = 'What is overdue and what comes, day by day.'
  static override description =
    'Dates that a series will have are faint on a terminal, and have no id: they become tasks when the one before is done. Of a series that counts from its completion only the open one is known.'
  static override flags = {
    days: Flags.integer({helpValue: 'N', min: 1, max: 366, default: 14, description: 'Today and the days after it.'}),
    ...zoneFlags,
  }
  static override examples = ['<%= config.bin %> task agenda', '<%= config.bin %> task agenda --days 7 --json']

  override async run(): Promise<AgendaJson> {
    const {flags} = await this.parse(TaskAgenda)
    const api = await this.composition.api()
    const view = await this.accountView(api, flags)
    const found = await agenda(api, {...view, days: flags.days})
    const {overdue, days, cut} = found
    if (overdue.length + days.length === 0) {
      this.out.note(flags.days === 1 ? 'Nothing is due today.' : `Nothing is due within ${flags.days} days.`)
    } else {
      printAgenda(this.out, found, view)
    }
    for (const {title} of cut) this.out.warning(`Of "${title}" only the next 100 dates are shown.`)
    return {
      time_zone: view.zone.name,
      overdue,
      days: days.map(({date, entries}) => ({
        date,
        entries: entries.map(({at, projected, task}) => ({due_at: new Date(at).toISOString(), projected, task})),
      })),
    }
  }
}
