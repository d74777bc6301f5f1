import type {LanguageModelV4} from '@ai-sdk/provider'
import type {ModelEndpoint} from '../../ports/model-endpoint.ts'
import type {Metrics} from '../../runtime/metrics.ts'
import type {ModelFailure} from './model-failure.ts'

/** Whatever an endpoint says, it is asked again after as long. */
const LONGEST_REST_SECONDS = 300

/** The language model of an endpoint, for all turns of this process; counts how they went. */
export class ModelClient {
  readonly endpoint: ModelEndpoint
  readonly #calls: {inc(labels: {outcome: string}): void}
  #model: Promise<LanguageModelV4> | undefined
  /** ms since the epoch. */
  #restsUntil = 0

  constructor(endpoint: ModelEndpoint, metrics: Metrics) {
    this.endpoint = endpoint
    this.#calls = metrics.counter('chat_model_calls_total', 'Questions to the language model of the endpoint.', [
      'outcome',
    ])
  }

  /** It said that it wants to be left alone. */
  get rests(): boolean {
    return Date.now() < this.#restsUntil
  }

  async model(): Promise<LanguageModelV4> {
    this.#model ??= this.#open()
    return this.#model
  }

  answered(): void {
    this.#calls.inc({outcome: 'answered'})
  }

  failed({reason, retryAfterSeconds}: ModelFailure): void {
    this.#calls.inc({outcome: reason})
    if (retryAfterSeconds !== undefined)
      this.#restsUntil = Date.now() + Math.min(retryAfterSeconds, LONGEST_REST_SECONDS) * 1000
  }

  async #open(): Promise<LanguageModelV4> {
    const {extractReasoningMiddleware, wrapLanguageModel} = await import('ai')
    // Some servers send what a model thinks in front of the answer, in tags.
    const middleware = extractReasoningMiddleware({tagName: 'think'})
    return wrapLanguageModel({model: await this.endpoint.open(), middleware})
  }
}
