import type {UIMessage, UIMessageChunk} from 'ai'
import type {ThreadResponse} from '../../services/contracts/chat.ts'
import {CliError, toCliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {harmless, harmlessLine} from '../harmless-text.ts'
import type {Output} from '../output.ts'
import {nearest} from '../suggest.ts'
import {printThreads} from '../views/thread-table.ts'
import type {TimeView} from '../views/task-lines.ts'
import type {Conversation} from './conversation.ts'
import type {LineReader} from './line-reader.ts'

export interface DialogueOptions {
  readonly conversation: Conversation
  readonly reader: LineReader
  readonly out: Output
  readonly view: () => Promise<TimeView>
  /** Prints an answer, and what the person should know before they say yes. */
  readonly print: (chunks: AsyncIterable<UIMessageChunk>) => Promise<void>
}

const HELP = [
  '/new        begins a new conversation',
  '/threads    lists the conversations; /open N goes on with one',
  '/help       this; "help" tells what can be said about tasks',
  '/quit       leaves, as Ctrl-D does; Ctrl-C stops an answer',
  'A number answers a question that has choices.',
]

const COMMANDS = ['/new', '/threads', '/open', '/help', '/quit'] as const
const LEAVE = /^(?:\/quit|\/exit|quit|exit)$/iu
const COMMAND = /^(\/\S*)(?:\s+(.*))?$/u

/** A conversation at a terminal, until the person leaves. */
export class Dialogue {
  readonly #options: DialogueOptions
  #listed: readonly ThreadResponse[] | undefined

  constructor(options: DialogueOptions) {
    this.#options = options
  }

  async run(): Promise<void> {
    const {reader, out} = this.#options
    const {bold, symbols} = out.style
    const prompt = bold(symbols.ellipsis === '…' ? '› ' : '> ')
    let leaves = false
    for (;;) {
      const typed = await reader.read(prompt)
      if (typed.kind === 'end' || (typed.kind === 'interrupt' && leaves)) return
      if (typed.kind === 'interrupt') {
        leaves = true
        out.note('Ctrl-C again leaves, or Ctrl-D.')
        continue
      }
      const text = typed.text.trim()
      if (LEAVE.test(text)) return
      leaves = text !== '' && (await this.#answer(text)) === 'stopped'
    }
  }

  /** What goes wrong is said, and the conversation goes on. */
  async #answer(text: string): Promise<'answered' | 'stopped'> {
    const {reader, out, conversation, print} = this.#options
    try {
      const command = COMMAND.exec(text)
      if (command) await this.#command(command[1]!, command[2])
      else await reader.stoppable(async (signal) => print(conversation.say(text, signal)))
      return 'answered'
    } catch (error) {
      const known = toCliError(error)
      if (known.exit === EXIT.interrupted) {
        out.note('Stopped. What was done until then stays done.')
        return 'stopped'
      }
      out.error(known)
      return 'answered'
    } finally {
      out.data('')
    }
  }

  async #command(name: string, rest: string | undefined): Promise<void> {
    const {conversation, out} = this.#options
    switch (name) {
      case '/new':
        conversation.begin()
        out.note('A new conversation.')
        return
      case '/threads':
        await this.#threads()
        return
      case '/open':
        await this.#open(rest)
        return
      case '/help':
        out.data(...HELP)
        return
      default: {
        const near = nearest(name, [...COMMANDS])
        throw usageError(`There is no ${harmlessLine(name)} here.`, 'unknown_command', ...near, '/help')
      }
    }
  }

  async #threads(): Promise<void> {
    const {conversation, out, view} = this.#options
    this.#listed = await conversation.threads()
    if (this.#listed.length === 0) out.note('There is no conversation yet.')
    else printThreads(out, this.#listed, await view(), 'number')
  }

  async #open(rest: string | undefined): Promise<void> {
    const {conversation} = this.#options
    const threads = (this.#listed ??= await conversation.threads())
    const thread = /^\d+$/u.test(rest ?? '') ? threads[Number(rest) - 1] : undefined
    if (!thread) {
      throw new CliError(
        rest === undefined ? 'Which one? /open N' : `There is no conversation ${harmlessLine(rest)}.`,
        {
          code: 'thread_not_found',
          exit: EXIT.notFound,
          hints: ['/threads        lists them with their numbers'],
        },
      )
    }
    const {title, messages} = await conversation.goOn(thread.id)
    this.recall(title, messages)
  }

  /** The end of a conversation that goes on. */
  recall(title: string, messages: readonly UIMessage[]): void {
    const {out} = this.#options
    out.data(out.style.bold(harmlessLine(title)))
    for (const {role, parts} of messages.slice(-4)) {
      const text = harmless(parts.map((part) => (part.type === 'text' ? part.text : '')).join('\n')).trim()
      if (text !== '') out.data(role === 'user' ? out.style.dim(`> ${text}`) : text)
    }
  }
}
