import type {LanguageModelV4} from '@ai-sdk/provider'

/** A language model that somebody else runs. */
export interface ModelEndpoint {
  /** Where it is asked, for people: `127.0.0.1:11434`. */
  readonly host: string
  readonly name: string
  /** How long one answer of it may take, ms. */
  readonly stepMs: number
  /** How long all its answers to one message may take, ms. */
  readonly turnMs: number
  /** Loads what speaks to it; asks nothing yet. Whoever calls the model ends the call by its signal. */
  open(): Promise<LanguageModelV4>
}
