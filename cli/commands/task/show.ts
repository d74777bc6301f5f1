import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {SeriesResponse} from '../../../services/contracts/history.ts'
import type {TaskResponse} from '../../../services/contracts/tasks.ts'
import {BaseCommand} from '../../base-command.ts'
import {zoneFlags} from '../../flags.ts'
import {findTask} from '../../operations/find-task.ts'
import {printOccurrences, seriesDetails} from '../../views/series-lines.ts'
import {printDetails, stateOf, taskDetails, titleOf} from '../../views/task-lines.ts'

/** Of a task that does not repeat there is no series. */
type ShownTask = TaskResponse & {readonly series: SeriesResponse | null}

/** The beat line has so many marks. */
const LEAST_SHOWN = 10

export default class TaskShow extends BaseCommand<ShownTask> {
  static override paged = true
  static override summary = 'Everything about one task, and about its series.'
  static override args = {ref: Args.string({required: true, description: 'Id, or part of the title of an open task.'})}
  static override flags = {
    next: Flags.integer({
      helpValue: 'N',
      min: 0,
      max: 100,
      default: 5,
      description: 'How many coming occurrences.',
    }),
    past: Flags.integer({
      helpValue: 'N',
      min: 0,
      max: 1000,
      default: 5,
      description: 'How many past occurrences.',
    }),
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> task show 2',
    '<%= config.bin %> task show rent --next 12',
    '<%= config.bin %> task show rent --past 100 --json',
  ]

  override async run(): Promise<ShownTask> {
    const {args, flags} = await this.parse(TaskShow)
    const api = await this.composition.api()
    const task = await findTask(api, args.ref)
    const view = await this.accountView(api, flags)
    const series =
      task.series_id === null
        ? null
        : await api.series(task.id, {limit: Math.max(LEAST_SHOWN, flags.past), next: flags.next})
    const {bold, dim} = this.out.style
    this.out.data(`${task.id}  ${bold(titleOf(task))}  ${dim(stateOf(task))}`)
    const coming = stateOf(task) === 'open' ? (series?.coming.map((at) => Date.parse(at)) ?? []) : []
    printDetails(this.out, [
      ...taskDetails(task, view, coming),
      ...(series ? seriesDetails(this.out, series, task) : []),
    ])
    if (task.description !== '') this.out.data('', ...task.description.split('\n'))
    const past = series?.occurrences.filter(({state}) => state !== 'open').slice(0, flags.past) ?? []
    if (past.length > 0) {
      this.out.data('')
      printOccurrences(this.out, past, {...view, hasTime: task.due_has_time})
    }
    this.out.tip('history', `todo5 task history ${task.id}`)
    return {...task, series}
  }
}
