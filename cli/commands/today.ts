import type {TaskListResponse} from '../../services/contracts/tasks.ts'
import {startOfDay} from '../../services/domain/dates/zone.ts'
import {BaseCommand} from '../base-command.ts'
import {zoneFlags} from '../flags.ts'
import {listTasks} from '../operations/list-tasks.ts'
import {isLate, printTasks} from '../views/task-table.ts'

export default class Today extends BaseCommand<TaskListResponse> {
  static override paged = true
  static override summary = 'What is overdue, and what is due today.'
  static override flags = {...zoneFlags}
  static override examples = ['<%= config.bin %> today', '<%= config.bin %> today --json']

  override async run(): Promise<TaskListResponse> {
    const {flags} = await this.parse(Today)
    const api = await this.composition.api()
    const view = await this.accountView(api, flags)
    const dueBefore = startOfDay(view.now, view.zone, 1)
    const list = await listTasks(api, {view: 'open', limit: Infinity, dueBefore, ...view})
    const {tasks} = list
    if (tasks.length === 0) {
      this.out.note('Nothing is due today.')
      this.out.tip('what comes', 'todo5 task agenda')
      return list
    }
    printTasks(this.out, tasks, view)
    const late = tasks.filter((task) => isLate(task, view.now)).length
    const facts = late > 0 ? [`${late} overdue`] : []
    if (tasks.length > late) facts.push(`${tasks.length - late} ahead today`)
    if (this.out.isTTY)
      this.out.note(this.out.style.dim([...facts, view.zone.name].join(` ${this.out.style.symbols.dot} `)))
    return list
  }
}
