import {randomUUID} from 'node:crypto'
import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
  LanguageModelV4ToolCall,
} from '@ai-sdk/provider'
import {wrapLanguageModel} from 'ai'
import type {Logger} from '../../runtime/logger.ts'
import {TOOLS} from '../tools/tools.ts'
import type {ModelClient} from './model-client.ts'
import {ModelFailure, failureOf, wordsOf} from './model-failure.ts'
import {asSent} from './model-prompt.ts'
import type {Outcome} from './report.ts'

/** Of the endpoint in one turn. */
export const MOST_MODEL_STEPS = 6
/** Of one answer; the rest is cut off. */
const MOST_TEXT = 16_000

export interface GuardedTurn {
  readonly client: ModelClient
  readonly offline: LanguageModelV4
  /** What came of the calls of this turn so far. */
  readonly outcomes: () => readonly Outcome[]
  /** Called when the offline model begins anew: it has nothing to report of what was called before. */
  readonly beginAnew: () => void
  readonly logger: Logger
}

type Parts = AsyncGenerator<LanguageModelV4StreamPart, void>

/**
 * The model of an endpoint for one turn, with the offline model behind it. No tool runs before the whole step has come,
 * so a step that fails has done nothing, and the offline model takes its place: it answers the message, or, after
 * something was changed, says what was done.
 */
export function guardedModel(turn: GuardedTurn): LanguageModelV4 {
  const guard = new Guard(turn)
  return wrapLanguageModel({
    model: turn.offline,
    middleware: {
      specificationVersion: 'v4',
      wrapStream: async ({doStream, params}) =>
        guard.isOver ? doStream() : {stream: ReadableStream.from(guard.step(params))},
    },
    providerId: 'todo5',
    modelId: turn.client.endpoint.name,
  })
}

class Guard {
  readonly #turn: GuardedTurn
  readonly #endsAt: number
  #steps = 0
  isOver = false

  constructor(turn: GuardedTurn) {
    this.#turn = turn
    this.#endsAt = performance.now() + turn.client.endpoint.turnMs
  }

  async *step(options: LanguageModelV4CallOptions): Parts {
    const {client, outcomes} = this.#turn
    const heard: Heard = {text: null, length: 0, calls: [], finish: null}
    yield {type: 'stream-start', warnings: []}
    try {
      yield* this.#ask(options, heard)
      client.answered()
    } catch (error) {
      // The person went: nobody answers any more.
      if (options.abortSignal?.aborted) throw options.abortSignal.reason
      if (heard.text !== null) yield {type: 'text-end', id: heard.text}
      yield* this.#giveUp(failureOf(error, heard.length > 0 || heard.calls.length > 0), options)
      return
    }
    if (heard.text !== null) yield {type: 'text-end', id: heard.text}
    // Many end in silence after a tool: then what it answered is told.
    if (heard.length === 0 && heard.calls.length === 0 && outcomes().length > 0) {
      this.isOver = true
      yield* without(await this.#turn.offline.doStream(options))
      return
    }
    for (const call of heard.calls) yield call
    yield heard.finish!
  }

  async *#ask(options: LanguageModelV4CallOptions, heard: Heard): Parts {
    const {client} = this.#turn
    if (++this.#steps > MOST_MODEL_STEPS) throw new ModelFailure('endless')
    if (client.rests) throw new ModelFailure('busy')
    const limit = new AbortController()
    const stop = (): void => limit.abort(options.abortSignal?.reason)
    options.abortSignal?.addEventListener('abort', stop, {once: true})
    const ms = Math.max(0, Math.min(client.endpoint.stepMs, this.#endsAt - performance.now()))
    const timer = setTimeout(() => limit.abort(), ms)
    try {
      const model = await client.model()
      const {stream} = await model.doStream({...asSent(options), abortSignal: limit.signal})
      for await (const part of stream) yield* hear(part, heard)
      if (!heard.finish) throw new ModelFailure('broken_off')
      const isEmpty = heard.length === 0 && heard.calls.length === 0
      if (isEmpty && this.#turn.outcomes().length === 0) throw new ModelFailure('garbage')
    } catch (error) {
      throw limit.signal.aborted && !options.abortSignal?.aborted ? new ModelFailure('slow') : error
    } finally {
      clearTimeout(timer)
      options.abortSignal?.removeEventListener('abort', stop)
      // Whoever sends without an end is not listened to any longer.
      limit.abort()
    }
  }

  async *#giveUp(failure: ModelFailure, options: LanguageModelV4CallOptions): Parts {
    const {client, offline, outcomes, beginAnew, logger} = this.#turn
    const {host, stepMs} = client.endpoint
    this.isOver = true
    client.failed(failure)
    const {reason, status} = failure
    logger.warn({reason, status, model_host: host}, 'the language model did not answer, the offline model does')
    const settled = outcomes().some(isSettled)
    const id = randomUUID()
    yield {type: 'text-start', id}
    yield {type: 'text-delta', id, delta: wordsOf(failure, stepMs, settled)}
    yield {type: 'text-end', id}
    if (settled) {
      yield* without(await offline.doStream(options))
      return
    }
    beginAnew()
    const words = options.prompt.findLastIndex(({role}) => role === 'user')
    yield* without(await offline.doStream({...options, prompt: options.prompt.slice(0, words + 1)}))
  }
}

interface Heard {
  /** Of the part that is open. */
  text: string | null
  length: number
  readonly calls: LanguageModelV4ToolCall[]
  finish: LanguageModelV4StreamPart | null
}

/** Text goes on at once, calls of tools wait for the end; what the model thinks to itself is left out. */
function* hear(part: LanguageModelV4StreamPart, heard: Heard): Generator<LanguageModelV4StreamPart, void> {
  if (part.type === 'error') throw part.error
  if (part.type === 'text-delta') {
    const delta = part.delta.slice(0, MOST_TEXT - heard.length)
    // Line ends alone, as they stand in front of many a call, are no text.
    if (delta === '' || (heard.length === 0 && delta.trim() === '')) return
    heard.length += delta.length
    if (heard.text === null) {
      heard.text = randomUUID()
      yield {type: 'text-start', id: heard.text}
    }
    yield {type: 'text-delta', id: heard.text, delta}
    return
  }
  // Their ids come again in the next turn with some servers, and ours make a change happen once.
  if (part.type === 'tool-call') {
    const {toolName, input} = part
    heard.calls.push({type: 'tool-call', toolCallId: randomUUID(), toolName, input})
  }
  if (part.type !== 'finish') return
  if (part.finishReason.unified === 'error') throw new ModelFailure('failed')
  const unified = heard.calls.length > 0 ? 'tool-calls' : part.finishReason.unified
  heard.finish = {...part, finishReason: {...part.finishReason, unified}}
}

const READING = new Set(TOOLS.filter(({annotations}) => annotations.readOnlyHint).map(({name}) => name))

/** Something was changed, or may have been, or was refused by the person. */
const isSettled = ({name, result}: Outcome): boolean => result === null || !READING.has(name)

/** The offline model's answer goes on where a stream has begun. */
async function* without({stream}: {stream: ReadableStream<LanguageModelV4StreamPart>}): Parts {
  for await (const part of stream) if (part.type !== 'stream-start') yield part
}
