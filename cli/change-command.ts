import {BaseCommand} from './base-command.ts'
import type {HttpCall} from './client/http-client.ts'
import type {TaskApi} from './client/task-api.ts'
import type {TaskWrite, Written} from './client/task-writes.ts'
import {
  makeChanges,
  type Made,
  type Outcome,
  planChanges,
  type PlanOptions,
  requestsOf,
} from './operations/change-tasks.ts'
import {type DryRun, printDryRun} from './views/dry-run.ts'
import {resultOf, type Results} from './views/results.ts'

export type Changed<W extends TaskWrite> = Results<Written<W>> | DryRun

interface ChangeOptions<W extends TaskWrite> {
  readonly api: TaskApi
  readonly refs: PlanOptions<W>['refs']
  readonly plan: PlanOptions<W>['plan']
  readonly flags: {readonly atomic?: boolean; readonly 'dry-run'?: boolean}
  /** Give a list although it is one: how many there are was not up to who typed. */
  readonly asList?: boolean
  /** One change that was made. */
  readonly print: (made: Made<W>) => void
}

/** A command that changes tasks: looks them up, says what would be sent or sends it, and prints what came of each. */
export abstract class ChangeCommand<Result> extends BaseCommand<Result> {
  protected async change<W extends TaskWrite>(options: ChangeOptions<W>): Promise<Changed<W>> {
    const {api, refs, flags, print} = options
    const {atomic = false, 'dry-run': dryRun = false} = flags
    const plan = await planChanges({...options, strict: atomic || dryRun})
    if (dryRun) return this.rehearse(requestsOf(plan, atomic))
    const outcomes = await makeChanges(api, plan, atomic)
    const result = resultOf<Written<W>, Outcome<W>>(outcomes, {
      single: refs.length === 1 && !options.asList,
      print,
      fail: (error) => {
        this.out.error(error)
        this.failWith(error.exit)
      },
    })
    const requests = requestsOf(plan, atomic).length
    if (outcomes.some((outcome) => 'value' in outcome))
      this.out.tip('undo', requests > 1 ? 'todo5 undo --list' : 'todo5 undo')
    return result
  }

  protected rehearse(requests: readonly HttpCall[]): DryRun {
    return printDryRun(this.out, requests)
  }
}
