import {APICallError} from 'ai'
import {PromptTooLong} from './model-prompt.ts'

type Reason =
  | 'unreachable'
  | 'slow'
  | 'key_refused'
  | 'busy'
  | 'refused'
  | 'failed'
  | 'garbage'
  | 'broken_off'
  | 'endless'
  | 'too_long'

/** Why an answer of the language model cannot be used. */
export class ModelFailure extends Error {
  override readonly name = 'ModelFailure'
  readonly reason: Reason
  /** Of HTTP, where there was an answer. */
  readonly status: number | undefined
  /** From when it may be asked again, seconds; only of one that said so. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    reason: Reason,
    {status, retryAfterSeconds}: {status?: number | undefined; retryAfterSeconds?: number | undefined} = {},
  ) {
    // Nothing that the endpoint said: that can have titles of tasks in it, and keys.
    super(`the language model: ${reason}`)
    this.reason = reason
    this.status = status
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** `began`: whether something of the answer had come. */
export function failureOf(error: unknown, began: boolean): ModelFailure {
  if (error instanceof ModelFailure) return error
  if (error instanceof PromptTooLong) return new ModelFailure('too_long')
  if (!APICallError.isInstance(error)) return new ModelFailure(began ? 'broken_off' : 'garbage')
  const {statusCode: status, responseHeaders: headers} = error
  if (status === undefined) return new ModelFailure('unreachable')
  if (status < 300) return new ModelFailure(began ? 'broken_off' : 'garbage')
  if (status === 401 || status === 403) return new ModelFailure('key_refused', {status})
  if (status === 429 || (status === 503 && headers?.['retry-after'] !== undefined))
    return new ModelFailure('busy', {status, retryAfterSeconds: secondsOf(headers?.['retry-after'])})
  return new ModelFailure(status >= 500 ? 'failed' : 'refused', {status})
}

/** Seconds, or a date. */
function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const seconds = /^\d+$/u.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1000
  return Number.isFinite(seconds) && seconds > 0 ? seconds : undefined
}

/** In one sentence, for the person: what happened, and who answers now. `settled`: after something was done or refused. */
export function wordsOf({reason, status}: ModelFailure, stepMs: number, settled: boolean): string {
  const code = status === undefined ? '' : ` (${status})`
  const what: Readonly<Record<Reason, string>> = {
    unreachable: 'The language model cannot be reached',
    slow: `The language model did not answer within ${Math.round(stepMs / 1000)} s`,
    key_refused: `The language model refused the key of todo5${code}`,
    busy: `The language model takes no more questions for the moment${code}`,
    refused: `The language model refused the question${code}`,
    failed: `The language model failed${code}`,
    garbage: 'The language model sent something that is no answer',
    broken_off: 'The answer of the language model broke off',
    endless: 'The language model came to no end',
    too_long: 'This is more than the language model is sent',
  }
  return `${what[reason]}; todo5's own model ${settled ? 'says what was done' : 'answers'}.`
}
