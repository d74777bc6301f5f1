import type {UIMessageChunk} from 'ai'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {harmless, harmlessLine} from '../harmless-text.ts'
import type {Output} from '../output.ts'
import type {TimeView} from '../views/task-lines.ts'
import {printTasks} from '../views/task-table.ts'
import {WordFlow} from './word-flow.ts'

interface AnswerViewOptions {
  readonly out: Output
  /** For tables of tasks. */
  readonly view: () => Promise<TimeView>
}

/**
 * Prints an answer while it comes. On a terminal a numbered list of tasks becomes a table with its numbers. What tools
 * have given and the answer does not name follows it.
 */
export class AnswerView {
  readonly #out: Output
  readonly #view: () => Promise<TimeView>
  readonly #flow: WordFlow
  /** By what a line of a list begins with when it stands for that task, without its number. */
  readonly #listed = new Map<string, TaskResponse>()
  readonly #given = new Map<number, TaskResponse>()
  readonly #rows: {place: string; task: TaskResponse}[] = []
  /** The end of what came, while it can become a line of a list. */
  #held = ''
  #said = ''

  constructor({out, view}: AnswerViewOptions) {
    this.#out = out
    this.#view = view
    this.#flow = new WordFlow(
      (text) => out.write(text),
      () => (out.isTTY ? out.columns : Infinity),
    )
  }

  /** All that was said. */
  get text(): string {
    return this.#said
  }

  async print(chunks: AsyncIterable<UIMessageChunk>): Promise<void> {
    let failed: string | undefined
    try {
      for await (const chunk of chunks) {
        if (chunk.type === 'text-start') await this.#startLine()
        else if (chunk.type === 'text-delta') await this.#text(harmless(chunk.delta))
        else if (chunk.type === 'tool-output-available') this.#note(chunk.output)
        else if (chunk.type === 'error') failed = harmless(chunk.errorText)
      }
    } finally {
      await this.#startLine()
    }
    await this.#printUnnamed()
    if (failed !== undefined) {
      throw new CliError(failed, {
        code: 'not_answered',
        exit: EXIT.bug,
        hints: ['todo5 chat --continue        goes on with the conversation', 'todo5 logs chat-api'],
      })
    }
  }

  /** Whether the answer named the task, so that nobody has to be told which one it is. */
  names({id, title}: TaskResponse): boolean {
    const ids = new RegExp(String.raw`(?:#|\btask )${id}\b`, 'iu')
    return ids.test(this.#said) || this.#said.includes(JSON.stringify(title))
  }

  #note(output: unknown): void {
    const data = (output as {structuredContent?: Record<string, unknown>} | null)?.structuredContent ?? {}
    const lists = this.#out.isTTY && !this.#out.accessible
    for (const value of Object.values(data)) {
      for (const task of (Array.isArray(value) ? value : [value]).filter(isTask)) {
        const shown = {...task, title: harmlessLine(task.title)}
        this.#given.set(task.id, shown)
        if (lists && Array.isArray(value))
          this.#listed.set(`${harmless(JSON.stringify(task.title))} #${task.id}: `, shown)
      }
    }
  }

  async #text(delta: string): Promise<void> {
    this.#said += delta
    const lines = `${this.#held}${delta}`.split('\n')
    this.#held = lines.pop()!
    for (const line of lines) await this.#line(line)
    if (this.#listed.size > 0 && /^\d/u.test(this.#held) && this.#flow.atStart) return
    if (this.#held === '') return
    await this.#printRows()
    this.#flow.push(this.#held)
    this.#held = ''
  }

  async #line(line: string): Promise<void> {
    const [, place, rest = ''] = (this.#flow.atStart && /^(\d+)\. (.*)$/u.exec(line)) || []
    const found = [...this.#listed].find(([start]) => rest.startsWith(start))
    if (place !== undefined && found) {
      this.#rows.push({place, task: found[1]})
      return
    }
    await this.#printRows()
    this.#flow.push(`${line}\n`)
  }

  async #startLine(): Promise<void> {
    if (this.#held !== '') {
      const line = this.#held
      this.#held = ''
      await this.#line(line)
    }
    await this.#printRows()
    this.#flow.flush()
    if (this.#flow.atStart) return
    this.#flow.push('\n')
    this.#said += '\n'
  }

  async #printRows(): Promise<void> {
    if (this.#rows.length === 0) return
    const places = new Map(this.#rows.splice(0).map(({place, task}) => [task, place]))
    const number = {title: '#', text: (task: TaskResponse) => places.get(task) ?? '', align: 'right' as const}
    printTasks(this.#out, [...places.keys()], await this.#view(), [number])
  }

  async #printUnnamed(): Promise<void> {
    const unnamed = [...this.#given.values()].filter((task) => !this.names(task))
    if (unnamed.length > 0) printTasks(this.#out, unnamed, await this.#view())
  }
}

const isTask = (value: unknown): value is TaskResponse =>
  typeof value === 'object' && value !== null && 'id' in value && 'title' in value && 'due_at' in value
