import {randomUUID} from 'node:crypto'
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4Content,
  LanguageModelV4Prompt,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider'
import type {Plan} from './plan.ts'
import {planTurn} from './plan-turn.ts'
import {type Outcome, report} from './report.ts'
import type {ChatQuestion} from '../../domain/chat/meaning.ts'
import type {TurnContext} from './turn-context.ts'

export interface OfflineTurn extends TurnContext {
  /** What to do, where that was said by a button and not in words. */
  readonly plan?: Plan | undefined
  /** What came of the calls of this turn so far, in the order in which they were made. */
  readonly outcomes: () => readonly Outcome[]
  /** Told when an answer is expected. */
  ask(question: ChatQuestion): void
}

const NOTHING = {total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined}
const USAGE = {inputTokens: NOTHING, outputTokens: {total: undefined, text: undefined, reasoning: undefined}}

/**
 * A language model that needs no network and no key: it understands what domain/chat understands, calls the same tools as
 * any other, and says what came of it. One for each turn; it takes the person's words from the prompt and what happened
 * before from the conversation.
 */
export function createOfflineModel(turn: OfflineTurn): LanguageModelV4 {
  const answer = async ({prompt}: LanguageModelV4CallOptions): Promise<LanguageModelV4Content[]> => {
    if (prompt.at(-1)?.role !== 'tool') return contentOf(noted(turn.plan ?? (await planTurn(wordsOf(prompt), turn))))
    const {text, question} = report(turn.outcomes(), turn.context)
    return contentOf(noted({kind: 'say', text, question}))
  }
  const noted = (plan: Plan): Plan => {
    if (plan.kind === 'say' && plan.question) turn.ask(plan.question)
    return plan
  }
  return {
    specificationVersion: 'v4',
    provider: 'todo5',
    modelId: 'offline',
    supportedUrls: {},
    doGenerate: async (options) => {
      const content = await answer(options)
      return {content, finishReason: reasonOf(content), usage: USAGE, warnings: []}
    },
    doStream: async (options) => ({stream: streamOf(await answer(options))}),
  }
}

function contentOf(plan: Plan): LanguageModelV4Content[] {
  if (plan.kind === 'say') return [{type: 'text', text: plan.text}]
  const said: LanguageModelV4Content[] = plan.say === null ? [] : [{type: 'text', text: plan.say}]
  return [
    ...said,
    ...plan.calls.map(({name, input}) => ({
      type: 'tool-call' as const,
      toolCallId: randomUUID(),
      toolName: name,
      input: JSON.stringify(input),
    })),
  ]
}

const reasonOf = (content: readonly LanguageModelV4Content[]) =>
  ({unified: content.some(({type}) => type === 'tool-call') ? 'tool-calls' : 'stop', raw: undefined}) as const

/** What the person said last. */
function wordsOf(prompt: LanguageModelV4Prompt): string {
  const message = prompt.findLast(({role}) => role === 'user')
  if (message?.role !== 'user') return ''
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join(' ')
}

function streamOf(content: readonly LanguageModelV4Content[]): ReadableStream<LanguageModelV4StreamPart> {
  const parts: LanguageModelV4StreamPart[] = [{type: 'stream-start', warnings: []}]
  for (const part of content) {
    if (part.type === 'text') parts.push(...textParts(part.text))
    else if (part.type === 'tool-call') parts.push(part)
  }
  parts.push({type: 'finish', finishReason: reasonOf(content), usage: USAGE})
  return ReadableStream.from(parts)
}

/** Line by line, as it is read. */
function textParts(text: string): LanguageModelV4StreamPart[] {
  const id = randomUUID()
  const deltas = text.split(/(?<=\n)/u).map((delta) => ({type: 'text-delta' as const, id, delta}))
  return [{type: 'text-start', id}, ...deltas, {type: 'text-end', id}]
}
