import type {UIMessageChunk} from 'ai'
import {CliError, usageError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {harmlessLine} from '../harmless-text.ts'
import type {Ask} from '../question.ts'
import type {Conversation, Question} from './conversation.ts'

interface OneTurn {
  readonly conversation: Conversation
  readonly text: string
  /** Undefined: nobody is there who could answer. */
  readonly ask: Ask | undefined
  /** --yes */
  readonly yes: boolean
  readonly print: (chunks: AsyncIterable<UIMessageChunk>) => Promise<void>
  readonly signal: AbortSignal
}

/**
 * Says one thing, and asks the person what is asked in return until nothing is open. With nobody to ask it is an error
 * that says how to answer. False when a change was not confirmed.
 */
export async function oneTurn({conversation, text, ask, yes, print, signal}: OneTurn): Promise<boolean> {
  await print(conversation.say(text, signal))
  for (;;) {
    const {approvals, question} = conversation.open
    if (approvals.length > 0) {
      if (!yes && !ask) throw confirmationNeeded(conversation.thread!)
      const approved = yes || /^y(es)?$/iu.test((await ask!([], 'yes or no? ')) ?? '')
      await print(conversation.decide(new Map(approvals.map(({id}) => [id, approved])), signal))
      if (!approved) return false
    } else if (question) {
      if (!ask) throw answerNeeded(conversation.thread!, question)
      const {length} = question.choices
      const answer = await ask([], length === 0 ? '> ' : `1${length > 1 ? `-${length}` : ''}, or in words: `)
      if (!answer) {
        throw new CliError('The question is open; nothing was changed.', {
          code: 'not_confirmed',
          exit: EXIT.refused,
          hints: ['todo5 chat --continue        goes on with the conversation'],
        })
      }
      await print(conversation.say(answer, signal))
    } else {
      return true
    }
  }
}

const confirmationNeeded = (thread: string): CliError =>
  usageError(
    'This has to be confirmed; nothing was changed.',
    'confirmation_needed',
    `todo5 chat --thread ${thread} yes        confirms it`,
    '--yes        confirms it beforehand',
  )

function answerNeeded(thread: string, {text, choices}: Question): CliError {
  const line = (answer: string): string => `todo5 chat --thread ${thread} ${answer}`
  const hints = choices.map(({means}, index) => `${line(String(index + 1))}        ${harmlessLine(means)}`)
  const [asked = ''] = text.split('\n')
  return usageError(harmlessLine(asked), 'answer_needed', ...(hints.length === 0 ? [line('"..."')] : hints))
}
