import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import type {UIMessage, UIMessageChunk} from 'ai'
import type {ThreadListResponse} from '../../services/contracts/chat.ts'
import {BaseCommand} from '../base-command.ts'
import {AnswerView} from '../chat/answer-view.ts'
import {Conversation} from '../chat/conversation.ts'
import {Dialogue} from '../chat/dialogue.ts'
import {oneTurn} from '../chat/one-turn.ts'
import {showOpen} from '../chat/show-open.ts'
import {ChatApi, chatUrlOf, type StoredConversation} from '../client/chat-api.ts'
import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {interruptible} from '../interruption.ts'
import type {TimeView} from '../views/task-lines.ts'
import {printThreads} from '../views/thread-table.ts'

interface ChatFlags {
  readonly continue?: boolean
  readonly thread?: string | undefined
  readonly yes?: boolean
}

export default class Chat extends BaseCommand<UIMessage | ThreadListResponse | undefined> {
  static override summary = 'Talk about your tasks: one sentence, or a conversation.'
  static override description =
    'With a sentence, or one that is piped in, it is answered once; without one a conversation begins on a terminal. Works offline: add, list, done, move, skip, snooze, rename, delete, undo in your words. What is deleted is confirmed first, and what can be meant in two ways is asked; where nobody can answer that is exit code 2, and nothing is changed.'
  static override args = {
    text: Args.string({multiple: true, description: 'What to say.'}),
  }
  static override flags = {
    continue: Flags.boolean({exclusive: ['thread'], description: 'Go on with the conversation that was used last.'}),
    thread: Flags.string({helpValue: 'ID', description: 'Go on with this conversation.'}),
    list: Flags.boolean({exclusive: ['continue', 'thread'], description: 'List the conversations with their ids.'}),
    yes: Flags.boolean({char: 'y', description: 'Confirm what has to be confirmed.'}),
  }
  static override examples = [
    '<%= config.bin %> chat "what is due this week?"',
    '<%= config.bin %> chat "pay rent on the first of every month at 9:00 #home"',
    '<%= config.bin %> chat --continue "done with the second one"',
    '<%= config.bin %> chat --yes "delete the gym membership"',
    '<%= config.bin %> chat',
  ]

  override async run(): Promise<UIMessage | ThreadListResponse | undefined> {
    const {args, flags} = await this.parse(Chat)
    const words = (args.text ?? []).join(' ').trim()
    if (flags.list && words !== '')
      throw usageError('TEXT and --list are both given.', 'conflicting_flags', 'todo5 chat --list')
    const {apiUrl, apiKey, whenAway} = await this.composition.context()
    const chat = new ChatApi(await this.composition.http({apiUrl: chatUrlOf(apiUrl), apiKey, whenAway}))
    try {
      if (flags.list) return await this.#list(chat)
      return await this.#converse(chat, words, flags)
    } finally {
      chat.close()
    }
  }

  async #list(chat: ChatApi): Promise<ThreadListResponse> {
    const threads = await chat.threads()
    if (threads.length === 0) this.out.note('There is no conversation yet.')
    else printThreads(this.out, threads, await this.#view(), 'id')
    return {threads}
  }

  async #converse(chat: ChatApi, words: string, flags: ChatFlags): Promise<UIMessage | undefined> {
    const talks = this.out.isTTY && !this.jsonEnabled() && !this.noInput
    const lines = talks ? this.composition.lines : undefined
    const text = words !== '' ? words : lines ? undefined : await this.#piped()
    const conversation = new Conversation(chat)
    const earlier = await goneOn(conversation, chat, flags)
    const print = await this.#printer(conversation)
    if (text !== undefined) return await this.#once(conversation, text, {print, flags})
    const view = async (): Promise<TimeView> => await this.#view()
    const dialogue = new Dialogue({conversation, reader: await lines!(), out: this.out, view, print})
    if (earlier) dialogue.recall(earlier.title, earlier.messages)
    else this.out.note('Say what is to be done, or ask. /help says more, Ctrl-D leaves.')
    await dialogue.run()
    return undefined
  }

  async #once(
    conversation: Conversation,
    text: string,
    {print, flags}: {print: (chunks: AsyncIterable<UIMessageChunk>) => Promise<void>; flags: ChatFlags},
  ): Promise<UIMessage | undefined> {
    const {yes = false} = flags
    await interruptible(async (signal) => {
      const confirmed = await oneTurn({conversation, text, ask: this.ask, yes, print, signal})
      if (!confirmed) this.failWith(EXIT.refused)
    })
    this.out.tip('go on', 'todo5 chat --continue')
    return this.jsonEnabled() ? await conversation.last() : undefined
  }

  async #printer(conversation: Conversation): Promise<(chunks: AsyncIterable<UIMessageChunk>) => Promise<void>> {
    const api = await this.composition.api()
    const view = async (): Promise<TimeView> => await this.#view()
    return async (chunks) => {
      const answer = new AnswerView({out: this.out, view})
      await answer.print(chunks)
      await showOpen(conversation.open, answer, {out: this.out, view, task: async (id) => await api.get(id)})
    }
  }

  async #piped(): Promise<string> {
    // Who sits at a keyboard is not waited for in silence.
    const text = this.composition.lines ? '' : (await this.readInput()).trim()
    if (text === '')
      throw usageError('TEXT is missing: todo5 chat TEXT...', 'missing_argument', 'todo5 chat "what is due today?"')
    return text
  }

  #viewed: Promise<TimeView> | undefined

  /** Asked for once; with --json nothing is shown. */
  async #view(): Promise<TimeView> {
    if (this.jsonEnabled()) return this.timeView({})
    return await (this.#viewed ??= this.composition.api().then(async (api) => await this.accountView(api, {})))
  }
}

async function goneOn(
  conversation: Conversation,
  chat: ChatApi,
  flags: ChatFlags,
): Promise<StoredConversation | undefined> {
  if (flags.thread !== undefined) return await conversation.goOn(flags.thread)
  if (!flags.continue) return undefined
  const [last] = await chat.threads()
  if (last) return await conversation.goOn(last.id)
  throw new CliError('There is no conversation yet.', {
    code: 'thread_not_found',
    exit: EXIT.notFound,
    hints: ['todo5 chat "what is due today?"        begins one'],
  })
}
