import * as Args from '@oclif/core/args'
import type {TaskResponse} from '../../../services/contracts/tasks.ts'
import {AddCommand, inputFlags} from '../../add-command.ts'
import {dryRunFlag, offlineFlag} from '../../change-flags.ts'
import {createRequest} from '../../client/task-writes.ts'
import {zoneFlags} from '../../flags.ts'
import type {Queued} from '../../operations/keep-change.ts'
import {readTaskInput} from '../../operations/task-input.ts'
import {readTitles} from '../../operations/typed-lines.ts'
import {taskFlags, typedTask} from '../../task-flags.ts'
import type {DryRun} from '../../views/dry-run.ts'
import type {Results} from '../../views/results.ts'

export default class TaskAdd extends AddCommand<Results<TaskResponse | Queued> | DryRun> {
  static override summary = 'Add a task: when it is due, repeats and reminds.'
  static override args = {
    title: Args.string({multiple: true, description: 'What is to be done, as it is.'}),
  }
  static override flags = {...taskFlags, ...inputFlags, ...offlineFlag, ...dryRunFlag, ...zoneFlags}
  static override examples = [
    '<%= config.bin %> task add "Water the plants" --due "tomorrow 9am"',
    '<%= config.bin %> task add "Pay rent" --repeat "monthly on the 1st at 9" --remind 1h 1d',
    '<%= config.bin %> task add "Backup" --rrule "FREQ=WEEKLY;BYDAY=MO,TH" --count 10',
    '<%= config.bin %> task add "New filter" --repeat "every 3 months" --anchor completion',
    '<%= config.bin %> task add --stdin --tag groceries < shopping.txt',
  ]

  override async run(): Promise<Results<TaskResponse | Queued> | DryRun> {
    const {args, flags} = await this.parse(TaskAdd)
    const read = this.input({
      words: args.title,
      flags,
      usage: 'todo5 task add TITLE...',
      example: 'todo5 task add "Buy milk" --due tomorrow',
      what: 'its title, as it is; the flags hold for all of them',
    })
    const api = await this.composition.api()
    const {view, away} = await this.viewOrAway(api, flags)
    const fields = await readTaskInput(typedTask(flags), view)
    const {single, tasks} = await read({
      one: async (text) => [text],
      lines: readTitles,
    })
    const items = tasks.map((title) => ({fields: {...fields, title}}))
    if (flags['dry-run']) return this.rehearse(items.map((item) => createRequest(item.fields)))
    return await this.add(items, {api, view, away, flags, single}, {json: () => ({}), remarks: () => []})
  }
}
