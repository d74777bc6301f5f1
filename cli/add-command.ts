import * as Flags from '@oclif/core/flags'
import type {TaskResponse} from '../services/contracts/tasks.ts'
import {ChangeCommand} from './change-command.ts'
import type {TaskApi} from './client/task-api.ts'
import type {Unreachable} from './client/unreachable.ts'
import {CliError, usageError} from './errors.ts'
import {EXIT} from './exit-codes.ts'
import {addAll, type NewItem} from './operations/add-tasks.ts'
import type {Queued} from './operations/keep-change.ts'
import {ruleAdvice} from './operations/rule-advice.ts'
import {template, withoutComments} from './operations/typed-lines.ts'
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

/** Where the text of new tasks comes from, other than from arguments. */
export const inputFlags = {
  stdin: Flags.boolean({description: 'Read tasks from standard input, one a line; also: -.', exclusive: ['editor']}),
  editor: Flags.boolean({description: 'Write tasks in your editor (VISUAL, EDITOR), one a line.'}),
}

/** What was given: `single` is one text in arguments; of lines there may be any number. */
interface Given<T> {
  readonly single: boolean
  readonly tasks: T
}

/** How a text is read that came in arguments, and how several that came a line each. */
interface Reading<T> {
  readonly one: (text: string) => Promise<T>
  readonly lines: (text: string) => T
}

interface InputOptions {
  /** In arguments. */
  readonly words: readonly string[] | undefined
  readonly flags: {readonly stdin?: boolean; readonly editor?: boolean}
  /** `todo5 add TEXT...` */
  readonly usage: string
  readonly example: string
  /** For the comment in the editor. */
  readonly what: string
}

/** A command that makes tasks: sends them, or keeps them while todo5 is away, and prints what came of each. */
export abstract class AddCommand<Result> extends ChangeCommand<Result> {
  /** The text from arguments, from standard input, or from the person's editor. What is wrong with these is said at once. */
  protected input({words = [], flags, usage, example, what}: InputOptions): <T>(read: Reading<T>) => Promise<Given<T>> {
    const text = words.join(' ')
    const dash = text.trim() === '-'
    const name = usage.split(' ').at(-1)!.replace('...', '')
    const both = (one: string, other: string) =>
      usageError(`${one} and ${other} are both given.`, 'conflicting_flags', example)
    if (flags.editor) {
      if (dash) throw both('-', '--editor')
      if (!this.ask) {
        throw usageError(
          '--editor needs a person at a terminal.',
          'no_terminal',
          'leave out --json and --no-input, or give lines with --stdin',
        )
      }
      return async ({lines}) => ({single: false, tasks: await this.#edited(template(text, what), lines)})
    }
    if (flags.stdin && text.trim() !== '' && !dash) throw both(name, '--stdin')
    if (flags.stdin || dash) return async ({lines}) => ({single: false, tasks: lines(await this.readInput())})
    if (text.trim() === '') throw usageError(`${name} is missing: ${usage}`, 'missing_argument', example)
    return async ({one}) => ({single: true, tasks: await one(text)})
  }

  /** What was written stays in its file when it cannot be read. */
  async #edited<T>(text: string, read: (text: string) => T): Promise<T> {
    const {text: written, file, discard} = await this.composition.edit(text)
    try {
      const tasks = read(withoutComments(written))
      await discard()
      return tasks
    } catch (error) {
      if (!(error instanceof CliError) || error.exit !== EXIT.usage) {
        await discard()
        throw error
      }
      const {message, code, exit, hints} = error
      throw new CliError(message, {code, exit, hints: [...hints, `what you wrote is in ${file}`], cause: error})
    }
  }

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
