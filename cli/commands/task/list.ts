import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {TaskListResponse} from '../../../services/contracts/tasks.ts'
import {BaseCommand} from '../../base-command.ts'
import {followChanges} from '../../client/live-changes.ts'
import {limitFlag, zoneFlags} from '../../flags.ts'
import {type ListRequest, listTasks, taskPages, VIEWS} from '../../operations/list-tasks.ts'
import {PRIORITIES} from '../../operations/task-input.ts'
import type {Output} from '../../output.ts'
import type {TimeView} from '../../views/task-lines.ts'
import {isLate, printTasks, taskPrinter} from '../../views/task-table.ts'
import {watchFlags, watchIt} from '../../watching.ts'

export default class TaskList extends BaseCommand<TaskListResponse | undefined> {
  static override paged = true
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
    ...watchFlags(5),
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> task list',
    '<%= config.bin %> task list today',
    '<%= config.bin %> task list done --limit 10',
    '<%= config.bin %> task list --tag home --json',
    '<%= config.bin %> task list today --watch',
  ]

  override async run(): Promise<TaskListResponse | undefined> {
    const {args, flags} = await this.parse(TaskList)
    const api = await this.composition.api()
    const view = await this.accountView(api, flags)
    if (flags.watch) return await this.#watch({...flags, view: args.view}, view)
    const print = taskPrinter(this.out, view)
    const list: {tasks: TaskListResponse['tasks']; next_cursor: string | null} = {tasks: [], next_cursor: null}
    let [shown, late, failed] = [0, 0, 0]
    for await (const {tasks, next_cursor: next, last} of taskPages(api, {...flags, view: args.view, ...view})) {
      // Whoever reads text sees a page as it comes; kept are they for JSON alone.
      if (this.jsonEnabled()) list.tasks.push(...tasks)
      else if (tasks.length > 0) print(tasks, last)
      list.next_cursor = next
      shown += tasks.length
      late += tasks.filter((task) => isLate(task, view.now)).length
      failed += failedReminders(tasks)
    }
    const filtered = isFiltered(flags)
    this.#printFoot(this.out, {view: args.view, filtered, shown, late, failed, more: list.next_cursor !== null}, view)
    return list
  }

  #printFoot(out: Output, {view, filtered, shown, late, failed, more}: Listed, {zone}: TimeView): void {
    if (shown === 0) {
      out.note(
        view === 'open' && !filtered
          ? 'Nothing is open. Add something: todo5 task add "…" --due tomorrow'
          : filtered
            ? `No task like that (${view}).`
            : `No task (${view}).`,
      )
      return
    }
    const facts = [more ? `${shown} shown, there are more (--limit)` : `${shown} ${view}`]
    if (late > 0 && view !== 'overdue') facts.push(`${late} overdue`)
    if (failed > 0) facts.push(`${failed} ${failed === 1 ? 'reminder' : 'reminders'} failed (todo5 reminder list)`)
    if (out.isTTY) out.note(out.style.dim([...facts, zone.name].join(` ${out.style.symbols.dot} `)))
  }

  /** Looks when todo5 says that a task changed, and now and then, since times pass. */
  async #watch(request: Watched, {zone}: TimeView): Promise<undefined> {
    const {composition} = this
    // Until it has answered: it may come back on another port.
    let away = false
    await watchIt({
      composition,
      out: this.out,
      printLine: this.jsonEnabled() ? (look) => this.printLine(look) : undefined,
      intervalSeconds: request.interval,
      read: async () => {
        const api = await composition.api({anew: away})
        away = true
        const list = await listTasks(api, {...request, zone, now: composition.now()})
        away = false
        return list
      },
      print: (out, {tasks, next_cursor: next}) => {
        const view = {zone, now: composition.now()}
        const late = tasks.filter((task) => isLate(task, view.now)).length
        if (tasks.length > 0) printTasks(out, tasks, view)
        this.#printFoot(
          out,
          {
            ...request,
            filtered: isFiltered(request),
            shown: tasks.length,
            late,
            failed: failedReminders(tasks),
            more: next !== null,
          },
          view,
        )
      },
      listen: async (nudge, signal) => {
        const connect = async () => await composition.http(await composition.context())
        await followChanges({connect, changed: () => nudge.give(), signal})
      },
    })
  }

  /** Each look has been printed already. */
  override logJson(json: unknown): void {
    if (json !== undefined) super.logJson(json)
  }
}

const isFiltered = ({tag, priority, search}: Pick<ListRequest, 'tag' | 'priority' | 'search'>): boolean =>
  tag !== undefined || priority !== undefined || search !== undefined

const failedReminders = (tasks: TaskListResponse['tasks']): number =>
  tasks.flatMap(({reminders}) => reminders).filter(({state}) => state === 'failed').length

interface Listed {
  readonly view: string
  /** By more than the view. */
  readonly filtered: boolean
  readonly shown: number
  readonly late: number
  /** Reminders of these tasks. */
  readonly failed: number
  readonly more: boolean
}

interface Watched extends Omit<ListRequest, 'zone' | 'now'> {
  readonly interval: number
}
