import * as Args from '@oclif/core/args'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import type {QuickAdd} from '../../services/domain/quick-add/quick-add.ts'
import {taskFields} from '../../services/domain/quick-add/task-fields.ts'
import {AddCommand, inputFlags} from '../add-command.ts'
import {dryRunFlag, offlineFlag} from '../change-flags.ts'
import {createRequest} from '../client/task-writes.ts'
import {zoneFlags} from '../flags.ts'
import type {Queued} from '../operations/keep-change.ts'
import {readSentence, readSentences} from '../operations/quick-add.ts'
import {ruleAdvice} from '../operations/rule-advice.ts'
import type {DryRun} from '../views/dry-run.ts'
import {printReading, type ReadingJson, readingJson} from '../views/reading.ts'
import type {Results} from '../views/results.ts'
import type {TimeView} from '../views/task-lines.ts'

type Added = (TaskResponse | Queued) & {readonly read: ReadingJson}
type Rehearsed = DryRun & {readonly read: readonly ReadingJson[]}

export default class Add extends AddCommand<Results<Added> | Rehearsed> {
  static override summary = 'Add a task from one sentence, and show how it was read.'
  static override description =
    'When it is due, repeats and reminds, its #tags and its !priority come out of the sentence; what is left is the title. What can be read in two ways is asked on a terminal and refused elsewhere. "Quoted text" and words behind a backslash stay in the title. With a literal title: todo5 task add.'
  static override args = {
    text: Args.string({multiple: true, description: 'What is to be done, and when.'}),
  }
  static override flags = {
    ...inputFlags,
    ...offlineFlag,
    ...dryRunFlag,
    ...zoneFlags,
  }
  static override examples = [
    '<%= config.bin %> add "pay rent on the first of every month at 9 #home !high"',
    '<%= config.bin %> add "water the plants every mon and thu at 9 until 1 june"',
    '<%= config.bin %> add "call mom tomorrow at 17:30" --dry-run',
    '<%= config.bin %> add --stdin --json < tasks.txt',
    '<%= config.bin %> add --editor',
  ]

  override async run(): Promise<Results<Added> | Rehearsed> {
    const {args, flags} = await this.parse(Add)
    const read = this.input({
      words: args.text,
      flags,
      usage: 'todo5 add TEXT...',
      example: 'todo5 add "buy milk tomorrow"',
      what: 'when it is due, repeats and reminds, its #tags and its !priority are read from it',
    })
    const api = await this.composition.api()
    const {view, away} = await this.viewOrAway(api, flags)
    const {single, tasks} = await read({
      one: async (text) => [await readSentence(text, {...view, ask: this.ask})],
      lines: (text) => readSentences(text, view),
    })
    if (flags['dry-run']) return this.#rehearse(tasks, view)
    return await this.add(
      tasks.map((parsed) => ({parsed, fields: taskFields(parsed)})),
      {api, view, away, flags, single},
      {
        json: ({parsed}) => ({read: readingJson(parsed)}),
        remarks: ({parsed: {remarks}}) => remarks.map(({text}) => text),
      },
    )
  }

  #rehearse(tasks: readonly QuickAdd[], view: TimeView): Rehearsed {
    for (const parsed of tasks) {
      const task = printReading(this.out, parsed, view)
      this.#warn(parsed, task, view)
    }
    const steps = this.rehearse(tasks.map((parsed) => createRequest(taskFields(parsed))))
    return {...steps, read: tasks.map(readingJson)}
  }

  #warn({remarks}: QuickAdd, task: TaskResponse, view: TimeView): void {
    for (const line of [...remarks.map(({text}) => text), ...ruleAdvice(task, view)]) this.out.warning(line)
  }
}
