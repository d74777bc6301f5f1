import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {UndoListResponse, UndoResponse} from '../../services/contracts/undo.ts'
import {ChangeCommand} from '../change-command.ts'
import {dryRunFlag} from '../change-flags.ts'
import {usageError} from '../errors.ts'
import {zoneFlags} from '../flags.ts'
import {changeId, undoChange, undoRequest} from '../operations/undo-change.ts'
import type {DryRun} from '../views/dry-run.ts'
import {printChanges, printUndone} from '../views/undo-lines.ts'

export default class Undo extends ChangeCommand<UndoResponse | UndoListResponse | DryRun> {
  static override summary = 'Take back your last change of tasks; up to 24 hours.'
  static override description =
    'Done, skipped, changed, deleted, snoozed or added, also of several tasks at once. A next occurrence that nobody touched goes; one that was touched is not taken away, and the undo is refused.'
  static override args = {
    id: Args.string({description: 'Of an earlier change, as --list shows it.'}),
  }
  static override flags = {
    list: Flags.boolean({description: 'Show what can be taken back, change nothing.'}),
    ...dryRunFlag,
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> undo',
    '<%= config.bin %> undo --list',
    '<%= config.bin %> undo 12 --json',
  ]

  override async run(): Promise<UndoResponse | UndoListResponse | DryRun> {
    const {args, flags} = await this.parse(Undo)
    if (flags.list && args.id !== undefined)
      throw usageError('--list shows all changes; an id names one.', 'conflicting_flags', 'keep one of them')
    const id = changeId(args.id)
    const api = await this.composition.api()
    if (flags['dry-run']) return this.rehearse([undoRequest(id)])
    const view = await this.accountView(api, flags)
    if (flags.list) {
      const list = await api.undoable()
      if (list.changes.length === 0) this.out.note('There is nothing to take back.')
      else printChanges(this.out, list.changes, view)
      return list
    }
    const answer = await undoChange(api, id)
    printUndone(this.out, answer, view)
    return answer
  }
}
