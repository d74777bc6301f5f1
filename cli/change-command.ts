import {BaseCommand} from './base-command.ts'
import type {HttpCall} from './client/http-call.ts'
import type {TaskApi} from './client/task-api.ts'
import type {TaskWrite, Written} from './client/task-writes.ts'
import type {Unreachable} from './client/unreachable.ts'
import {usageError} from './errors.ts'
import {EXIT} from './exit-codes.ts'
import {
  makeChanges,
  type Made,
  type Outcome,
  planChanges,
  type PlanOptions,
  requestsOf,
} from './operations/change-tasks.ts'
import {isAway, type Keep, keepChanges} from './operations/keep-change.ts'
import {readLines} from './operations/typed-lines.ts'
import type {WaitingChange} from './offline/waiting-changes.ts'
import {type DryRun, printDryRun} from './views/dry-run.ts'
import {resultOf, type Results} from './views/results.ts'
import type {TimeView} from './views/task-lines.ts'
import {printKept} from './views/waiting-lines.ts'

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

  /** The tasks that were named; `-` stands for those on standard input, one a line. */
  protected async named(words: readonly string[]): Promise<{refs: readonly string[]; asList: boolean}> {
    const dashes = words.filter((word) => word === '-').length
    if (dashes === 0) return {refs: words, asList: false}
    if (dashes > 1)
      throw usageError('- is given twice, and standard input is read once.', 'invalid_ref', 'leave one out')
    const lines = readLines(await this.readInput(), 'one id a line, or a part of a title').map(({text}) => text)
    return {refs: words.flatMap((word) => (word === '-' ? lines : [word])), asList: true}
  }

  /** As accountView; while todo5 is away, in the zone of the account as it was known last, and who does not answer. */
  protected async viewOrAway(
    api: TaskApi,
    flags: {readonly tz?: string | undefined; readonly utc?: boolean},
  ): Promise<{view: TimeView; away: Unreachable | undefined}> {
    try {
      return {view: await this.accountView(api, flags), away: undefined}
    } catch (error) {
      const waiting = isAway(error) ? await this.composition.waiting() : undefined
      if (!waiting || !isAway(error)) throw error
      return {view: this.timeView({tz: (await waiting.account())?.time_zone}), away: error}
    }
  }

  readonly #kept: WaitingChange[] = []
  #away: Unreachable | undefined

  /** Keeps what could not be sent until todo5 sync; undefined where changes cannot wait. */
  protected async keeper(view: TimeView): Promise<Keep | undefined> {
    const waiting = await this.composition.waiting()
    return (
      waiting &&
      (async (changes, away) => {
        const kept = await keepChanges(waiting, changes, view.zone.name)
        this.#kept.push(...kept)
        this.#away = away
        return kept
      })
    )
  }

  /** Says that they wait, if any do, and ends with 7 unless that is all right. */
  protected reportKept(flags: {readonly 'offline-ok'?: boolean}): void {
    if (!this.#away) return
    printKept(this.out, this.#kept, this.#away)
    if (!flags['offline-ok'] && this.composition.settings.get('offline_ok') !== 'yes') this.failWith(EXIT.notFinished)
  }

  protected rehearse(requests: readonly HttpCall[]): DryRun {
    return printDryRun(this.out, requests)
  }
}
