import * as Args from '@oclif/core/args'
import type {TaskResponse} from '../../../services/contracts/tasks.ts'
import {ChangeCommand} from '../../change-command.ts'
import {dryRunFlag} from '../../change-flags.ts'
import {createRequest} from '../../client/task-writes.ts'
import {zoneFlags} from '../../flags.ts'
import {ruleAdvice} from '../../operations/rule-advice.ts'
import {readTaskInput} from '../../operations/task-input.ts'
import {taskFlags, typedTask} from '../../task-flags.ts'
import type {DryRun} from '../../views/dry-run.ts'
import {printDetails, taskDetails, titleOf} from '../../views/task-lines.ts'

export default class TaskAdd extends ChangeCommand<TaskResponse | DryRun> {
  static override summary = 'Add a task: when it is due, repeats and reminds.'
  static override args = {
    title: Args.string({required: true, multiple: true, description: 'What is to be done, as it is.'}),
  }
  static override flags = {...taskFlags, ...dryRunFlag, ...zoneFlags}
  static override examples = [
    '<%= config.bin %> task add "Water the plants" --due "tomorrow 9am"',
    '<%= config.bin %> task add "Pay rent" --repeat "monthly on the 1st at 9" --remind 1h 1d',
    '<%= config.bin %> task add "Backup check" --due 2026-12-01T17:00Z --rrule "FREQ=WEEKLY;BYDAY=MO,TH" --count 10',
    '<%= config.bin %> task add "Change the filter" --repeat "every 3 months" --anchor completion --tag home',
  ]

  override async run(): Promise<TaskResponse | DryRun> {
    const {args, flags} = await this.parse(TaskAdd)
    const api = await this.composition.api()
    const view = await this.accountView(api, flags)
    const input = await readTaskInput(typedTask(flags), view)
    const request = createRequest({...input, title: args.title.join(' ')})
    if (flags['dry-run']) return this.rehearse([request])
    const task = await api.send<TaskResponse>(request)
    this.out.data(`${this.out.style.good('Added')} ${task.id}  ${titleOf(task)}`)
    printDetails(this.out, taskDetails(task, view, 3))
    for (const line of ruleAdvice(task, view)) this.out.warning(line)
    return task
  }
}
