import type {TaskResponse} from '../services/contracts/tasks.ts'
import {ChangeCommand} from './change-command.ts'
import type {TaskApi} from './client/task-api.ts'
import type {Unreachable} from './client/unreachable.ts'
import {addAll, type NewItem} from './operations/add-tasks.ts'
import type {Queued} from './operations/keep-change.ts'
import {ruleAdvice} from './operations/rule-advice.ts'
import {futureTask} from './views/future-task.ts'
import {resultOf, type Results} from './views/results.ts'
import {printDetails, taskDetails, type TimeView, titleOf} from './views/task-lines.ts'

export interface AddingOptions {
  readonly api: TaskApi
  readonly view: TimeView
  /** Nobody answered a moment ago. */
  readonly away: Unreachable | undefined
  readonly flags: {readonly 'offline-ok'?: boolean}
  /** One was given, so its error is that of the command. */
  readonly single: boolean
}

/** A command that makes tasks: sends them, or keeps them while todo5 is away, and prints what came of each. */
export abstract class AddCommand<Result> extends ChangeCommand<Result> {
  protected async add<I extends NewItem, Extra extends object>(
    items: readonly I[],
    {api, view, away, flags, single}: AddingOptions,
    {json, remarks}: {json: (item: I) => Extra; remarks: (item: I) => readonly string[]},
  ): Promise<Results<(TaskResponse | Queued) & Extra>> {
    const outcomes = await addAll(items, {api, away, keep: await this.keeper(view)})
    const made = outcomes.map((outcome) =>
      'error' in outcome ? outcome : {...outcome, value: {...outcome.value, ...json(outcome.item)}},
    )
    const result = resultOf<(TaskResponse | Queued) & Extra, (typeof made)[number]>(made, {
      single,
      print: ({item, value}) => {
        const task = 'queued' in value ? futureTask(item.fields, view.now) : value
        const head = 'queued' in value ? 'Saved here' : `${this.out.style.good('Added')} ${value.id}`
        this.out.data(`${head}  ${titleOf(task)}`)
        printDetails(this.out, taskDetails(task, view, 3))
        for (const line of [...remarks(item), ...ruleAdvice(task, view)]) this.out.warning(line)
      },
      fail: (error) => {
        this.out.error(error)
        this.failWith(error.exit)
      },
    })
    this.reportKept(flags)
    const added = outcomes.filter((outcome) => 'kept' in outcome && outcome.kept === null).length
    if (added > 0) this.out.tip('undo', added > 1 ? 'todo5 undo --list' : 'todo5 undo')
    return result
  }
}
