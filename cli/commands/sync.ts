import * as Flags from '@oclif/core/flags'
import {BaseCommand} from '../base-command.ts'
import {confirmChange} from '../confirm-change.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {confirmedFlags} from '../flags.ts'
import type {WaitingChange, WaitingChanges} from '../offline/waiting-changes.ts'
import {countWaiting, dropWaiting, isOld, planSync, syncChanges} from '../operations/sync-changes.ts'
import {type DryRun, printDryRun} from '../views/dry-run.ts'
import {oldChanges, printSynced, type SyncedJson, syncedJson, waitingLine} from '../views/waiting-lines.ts'

export default class Sync extends BaseCommand<SyncedJson | DryRun> {
  static override summary = 'Send what waits since a todo5 elsewhere was away.'
  static override description =
    'In the order in which it was typed, each once, also when it is interrupted. What is refused is set aside and named, and so is what comes after it for the same task; the rest goes on. Dates were read when they were typed. A task counts as done when that arrives. After 13 days it is asked before something is sent that may have arrived already.'
  static override flags = {
    drop: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ID',
      description: 'Give up this change, send nothing.',
    }),
    again: Flags.boolean({description: 'Try also what was refused before.', exclusive: ['drop']}),
    ...confirmedFlags,
  }
  static override examples = [
    '<%= config.bin %> sync',
    '<%= config.bin %> sync --dry-run',
    '<%= config.bin %> sync --drop 3f9a1c2e',
  ]

  override async run(): Promise<SyncedJson | DryRun> {
    const {flags} = await this.parse(Sync)
    const context = await this.composition.context()
    const waiting = await this.composition.waiting()
    if (flags.drop !== undefined) return await this.#drop(waiting, flags.drop, flags['dry-run'])
    const changes = (await waiting?.list()) ?? []
    if (changes.length === 0) {
      this.out.note(`Nothing waits for ${context.name}.`)
      for (const {context: name, changes: count} of await countWaiting(this.composition.paths.state))
        this.out.note(waitingLine(count, name, `todo5 sync --context ${name}`))
      return syncedJson(context.name)
    }
    const now = this.composition.now()
    const old = await this.#mayRepeat(changes, flags)
    const options = {now, old, again: flags.again}
    if (flags['dry-run']) return this.#rehearse(changes, {...options, target: {apiUrl: context.apiUrl, userId: null}})
    const synced = await syncChanges({api: await this.composition.api(), waiting: waiting!, ...options})
    printSynced(this.out, synced)
    const [refused] = synced.refused
    if (synced.stopped) this.out.error(synced.stopped)
    if (synced.stopped) this.failWith(synced.stopped.exit)
    if (refused) this.failWith(refused.error.exit)
    if (synced.waiting.length > 0) this.failWith(EXIT.refused)
    return syncedJson(context.name, synced)
  }

  /** What is so old that the server may have forgotten its key would be made twice if it arrived at that time. */
  async #mayRepeat(
    changes: readonly WaitingChange[],
    {yes, 'dry-run': dryRun}: {readonly yes: boolean; readonly 'dry-run': boolean},
  ): Promise<boolean> {
    const old = changes.filter((change) => isOld(change, this.composition.now()))
    if (old.length === 0 || yes) return true
    if (dryRun || !this.ask) return false
    const question = old.length === 1 ? 'Send it?' : 'Send them?'
    try {
      await confirmChange({yes, ask: this.ask, what: oldChanges(old), question})
      return true
    } catch (error) {
      if (!(error instanceof CliError) || error.code !== 'not_confirmed') throw error
      return false
    }
  }

  #rehearse(changes: readonly WaitingChange[], options: Parameters<typeof planSync>[1]): DryRun {
    const steps = planSync(changes, options)
    const result = printDryRun(
      this.out,
      steps
        .filter(({send}) => send)
        .map(({change: {call}}) => ({...call, headers: {...call.headers, 'idempotency-key': call.key}})),
    )
    printSynced(this.out, {
      sent: [],
      refused: [],
      waiting: steps.flatMap((step) => (step.send ? [] : [step])),
      stopped: null,
    })
    return result
  }

  async #drop(waiting: WaitingChanges | undefined, ids: readonly string[], dryRun: boolean): Promise<SyncedJson> {
    const {name} = await this.composition.context()
    const dropped = await dropWaiting(waiting, ids, {context: name, dryRun})
    for (const {id, summary} of dropped) this.out.data(`${dryRun ? 'Would give up' : 'Gave up'}  ${id}  ${summary}`)
    return {...syncedJson(name), dropped: dropped.map(({id, summary}) => ({id, summary}))}
  }
}
