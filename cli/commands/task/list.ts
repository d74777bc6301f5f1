import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {TaskListResponse} from '../../../services/contracts/tasks.ts'
import {BaseCommand} from '../../base-command.ts'
import {limitFlag, zoneFlags} from '../../flags.ts'
import {taskPages, VIEWS} from '../../operations/list-tasks.ts'
import {PRIORITIES} from '../../operations/task-input.ts'
import {isLate, taskPrinter} from '../../views/task-table.ts'

export default class TaskList extends BaseCommand<TaskListResponse> {
  static override summary = 'List tasks: what is overdue first, then by due date.'
  static override args = {
    view: Args.string({options: [...VIEWS], default: 'open', description: 'Which tasks.'}),
  }
  static override flags = {
    tag: Flags.string({char: 't', helpValue: 'TAG', description: 'With this tag.'}),
    priority: Flags.option({char: 'p', options: PRIORITIES, helpValue: 'LEVEL', description: 'With this priority.'})(),
    search: Flags.string({char: 's', helpValue: 'TEXT', description: 'With this text in title or description.'}),
    ...limitFlag(1_000_000),
    cursor: Flags.string({helpValue: 'CURSOR', description: 'Go on where the last page ended (next_cursor).'}),
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> task list',
    '<%= config.bin %> task list today',
    '<%= config.bin %> task list done --limit 10',
    '<%= config.bin %> task list --tag home --json',
  ]

  override async run(): Promise<TaskListResponse> {
    const {args, flags} = await this.parse(TaskList)
    const api = await this.composition.api()
    const view = await this.accountView(api, flags)
    const print = taskPrinter(this.out, view)
    const list: {tasks: TaskListResponse['tasks']; next_cursor: string | null} = {tasks: [], next_cursor: null}
    let [shown, late] = [0, 0]
    for await (const {tasks, next_cursor: next, last} of taskPages(api, {...flags, view: args.view, ...view})) {
      // Whoever reads text sees a page as it comes; kept are they for JSON alone.
      if (this.jsonEnabled()) list.tasks.push(...tasks)
      else if (tasks.length > 0) print(tasks, last)
      list.next_cursor = next
      shown += tasks.length
      late += tasks.filter((task) => isLate(task, view.now)).length
    }
    if (shown === 0) {
      this.out.note(
        args.view === 'open'
          ? 'Nothing is open. Add something: todo5 task add "…" --due tomorrow'
          : `No task (${args.view}).`,
      )
      return list
    }
    const more = list.next_cursor
    const facts = [
      `${shown}${more === null ? '' : ' shown, there are more (--limit)'} ${more === null ? args.view : ''}`.trim(),
    ]
    if (late > 0 && args.view !== 'overdue') facts.push(`${late} overdue`)
    if (this.out.isTTY)
      this.out.note(this.out.style.dim([...facts, view.zone.name].join(` ${this.out.style.symbols.dot} `)))
    return list
  }
}
