import * as Flags from '@oclif/core/flags'
import {ChangeCommand, type Changed} from '../../change-command.ts'
import {offlineFlag, openRefs, severalFlags} from '../../change-flags.ts'
import type {Unreachable} from '../../client/unreachable.ts'
import {zoneFlags} from '../../flags.ts'
import {refuseClosed} from '../../operations/closed-task.ts'
import {type Complete, planCompletion} from '../../operations/complete-task.ts'
import {isAway, type Keep, planOffline, type Queued, queuedJson} from '../../operations/keep-change.ts'
import {printCompletion} from '../../views/completion.ts'
import type {DryRun} from '../../views/dry-run.ts'
import type {Results} from '../../views/results.ts'

export default class TaskDone extends ChangeCommand<Changed<Complete> | Results<Queued>> {
  static override summary = 'Complete tasks; if one repeats, the next one appears.'
  static override hiddenAliases = ['done']
  static override args = openRefs
  static override flags = {
    forever: Flags.boolean({description: 'Of a task that repeats: this was the last time. One undo takes both back.'}),
    ...offlineFlag,
    ...severalFlags,
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> task done 1',
    '<%= config.bin %> task done rent plants',
    '<%= config.bin %> task done 7 8 9 --atomic --json',
    '<%= config.bin %> task done gym --forever',
  ]

  override async run(): Promise<Changed<Complete> | Results<Queued>> {
    const {args, flags} = await this.parse(TaskDone)
    const {refs, asList} = await this.named(args.ref)
    const api = await this.composition.api()
    const {view, away} = await this.viewOrAway(api, flags)
    try {
      if (away) throw away
      return await this.change<Complete>({
        api,
        refs,
        asList,
        flags,
        plan: async (task) => {
          await refuseClosed(task, {api, ...view, verb: 'done'})
          return planCompletion(task, flags.forever)
        },
        print: ({value}) => printCompletion(this.out, value, view),
      })
    } catch (error) {
      const keep = isAway(error) ? await this.keeper(view) : undefined
      if (!keep || !isAway(error)) throw error
      return await this.#keep(refs, error, {keep, flags, asList})
    }
  }

  /** What is done is told by its id alone: nobody can look at it now. It counts as done when it is sent. */
  async #keep(
    refs: readonly string[],
    away: Unreachable,
    {
      keep,
      flags,
      asList,
    }: {
      keep: Keep
      flags: {atomic: boolean; forever: boolean; 'dry-run': boolean; 'offline-ok': boolean}
      asList: boolean
    },
  ): Promise<Results<Queued> | DryRun> {
    const {name} = await this.composition.context()
    const changes = planOffline(refs, away.unsent, {atomic: flags.atomic, forever: flags.forever, context: name})
    if (flags['dry-run']) return this.rehearse(changes.map(({call}) => call))
    const kept = await keep(changes, away)
    for (const {summary} of kept) this.out.data(`Saved here  ${summary}`)
    this.reportKept(flags)
    const [only, ...others] = kept.map(queuedJson)
    return others.length === 0 && !asList ? only! : {results: [only!, ...others]}
  }
}
