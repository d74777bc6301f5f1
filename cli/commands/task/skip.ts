import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import {ChangeCommand, type Changed} from '../../change-command.ts'
import {severalFlags} from '../../change-flags.ts'
import {usageError} from '../../errors.ts'
import {zoneFlags} from '../../flags.ts'
import {refuseClosed} from '../../operations/closed-task.ts'
import {planSkip, readUntil, type Skip, tagged} from '../../operations/skip-tasks.ts'
import {printSkip} from '../../views/completion.ts'

export default class TaskSkip extends ChangeCommand<Changed<Skip>> {
  static override summary = 'Skip this occurrence, or all up to a day.'
  static override description =
    'Skipped ones stay visible in the history and are not done. With --until every occurrence up to that day is skipped, as for a holiday. One undo takes all of it back.'
  static override args = {
    ref: Args.string({multiple: true, description: 'Ids, or parts of the titles of open tasks.'}),
  }
  static override flags = {
    until: Flags.string({helpValue: 'WHEN', description: 'Skip all up to that day, it included.'}),
    tag: Flags.string({char: 't', helpValue: 'TAG', description: 'All that repeat and have this tag.'}),
    ...severalFlags,
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> task skip plants',
    '<%= config.bin %> task skip 3 --until "10 jan"',
    '<%= config.bin %> task skip --tag work --until 2027-01-03',
  ]

  override async run(): Promise<Changed<Skip>> {
    const {args, flags} = await this.parse(TaskSkip)
    const {refs: named, asList} = await this.named(args.ref ?? [])
    if (named.length === 0 && flags.tag === undefined) {
      throw usageError('REF or --tag is missing: todo5 task skip REF...', 'missing_argument', 'todo5 task skip --help')
    }
    const api = await this.composition.api()
    const view = await this.accountView(api, flags)
    const request = {api, tag: flags.tag, until: flags.until, ...view}
    const until = await readUntil(request)
    return await this.change<Skip>({
      api,
      refs: [...named, ...(await tagged(request, until))],
      asList: asList || flags.tag !== undefined,
      flags,
      plan: async (task) => {
        await refuseClosed(task, {api, ...view, verb: 'skip'})
        return planSkip(task, until)
      },
      print: ({value}) => printSkip(this.out, value, view),
    })
  }
}
