import {createHash} from 'node:crypto'
import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultPart,
} from '@ai-sdk/provider'

/** Characters of the conversation, as JSON: some 12,000 tokens, which small models and their servers still take. */
const MOST_CHARACTERS = 48_000
/** Of one answer of a tool: fifty tasks with long titles. When that is too much in all, the second is tried. */
const MOST_OF_A_RESULT = [8000, 1500] as const
/** What some servers make grammars of and stumble over; our tools check all of it themselves. */
const LEFT_OUT = new Set(['pattern', '$schema', 'maximum', 'exclusiveMinimum', 'maxLength', 'minLength'])

/** The message that somebody wrote is longer than all that may be sent. */
export class PromptTooLong extends Error {
  override readonly name = 'PromptTooLong'
}

/** The call as it is sent: the end of the conversation, plain schemas. Throws `PromptTooLong`. */
export function asSent(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
  return {
    ...options,
    prompt: withShortIds(bounded(options.prompt)),
    ...(options.tools && {
      tools: options.tools.map((tool) =>
        tool.type === 'function' ? {...tool, inputSchema: plain(tool.inputSchema) as typeof tool.inputSchema} : tool,
      ),
    }),
  }
}

/** Whole exchanges from the last one back, each with what was said and done after a message of the person. */
export function bounded(prompt: LanguageModelV4Prompt, most: number = MOST_CHARACTERS): LanguageModelV4Prompt {
  const system = prompt.filter(({role}) => role === 'system')
  const exchanges: LanguageModelV4Message[][] = []
  for (const message of prompt) {
    if (message.role === 'system') continue
    if (message.role === 'user' || exchanges.length === 0) exchanges.push([message])
    else exchanges.at(-1)!.push(message)
  }
  const last = exchanges.pop() ?? []
  const kept = MOST_OF_A_RESULT.map((length) => last.map((message) => withShortResults(message, length))).find(
    (tried) => sizeOf(tried) <= most,
  )
  if (!kept) throw new PromptTooLong(`the last exchange alone has ${sizeOf(last)} characters`)
  let size = sizeOf(kept)
  for (const exchange of exchanges.toReversed()) {
    const short = exchange.map((message) => withShortResults(message, MOST_OF_A_RESULT[1]))
    size += sizeOf(short)
    if (size > most) break
    kept.unshift(...short)
  }
  return [...system, ...kept]
}

const sizeOf = (messages: readonly LanguageModelV4Message[]): number => JSON.stringify(messages).length

function withShortResults(message: LanguageModelV4Message, most: number): LanguageModelV4Message {
  if (message.role !== 'tool') return message
  return {
    ...message,
    content: message.content.map((part) => (part.type === 'tool-result' ? shortResult(part, most) : part)),
  }
}

function shortResult(part: LanguageModelV4ToolResultPart, most: number): LanguageModelV4ToolResultPart {
  const {output} = part
  if ((output.type !== 'text' && output.type !== 'error-text') || output.value.length <= most) return part
  return {...part, output: {...output, value: `${output.value.slice(0, most).toWellFormed()}\n(shortened)`}}
}

/** Mistral's templates take nine letters and digits, and all others take those too. */
const shortId = (id: string): string => createHash('sha256').update(id).digest('hex').slice(0, 9)

const withShortIds = (prompt: LanguageModelV4Prompt): LanguageModelV4Prompt =>
  prompt.map((message) => {
    if (message.role !== 'assistant' && message.role !== 'tool') return message
    const content = message.content.map((part) =>
      'toolCallId' in part ? {...part, toolCallId: shortId(part.toolCallId)} : part,
    )
    return {...message, content} as LanguageModelV4Message
  })

function plain(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plain)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).flatMap(([name, value]) => {
      if (LEFT_OUT.has(name) && typeof value !== 'object') return []
      // A field of an input may have any name, also one of those.
      if (name === 'properties')
        return [[name, Object.fromEntries(Object.entries(value as object).map(([key, one]) => [key, plain(one)]))]]
      return [[name, plain(value)]]
    }),
  )
}
