import {ApiError, sentenceOf} from '../api/api-error.ts'

/** What went wrong, and the one thing that can be done about it. */
export interface ChatProblem {
  readonly text: string
  readonly way: 'again' | 'sign-in' | 'new' | null
}

/** A message or an answer was not taken; nothing came of it. */
export function refusalOf(error: unknown): ChatProblem {
  if (!(error instanceof ApiError)) return {text: sentenceOf(error), way: 'again'}
  if (error.isOffline)
    return {text: 'todo5 could not be reached, and the chat needs a connection. What you wrote is kept.', way: 'again'}
  if (error.status === 401) return {text: 'You are signed out. What you wrote is kept.', way: 'sign-in'}
  if (error.code === 'thread_not_found')
    return {text: 'This conversation is not there any more. What you wrote is kept.', way: 'new'}
  if (error.status === 429) {
    const wait = error.retryAfter === undefined ? 'in a minute' : `in ${error.retryAfter} s`
    return {text: `Too many messages at once. Try again ${wait}.`, way: 'again'}
  }
  // The same again would be refused again.
  return {text: sentenceOf(error), way: error.status === 422 ? null : 'again'}
}

/** An answer that had begun and did not end. `words`: the server's own. */
export const brokenOff = (words: string | undefined): ChatProblem => ({
  text: words ?? 'The answer was cut off. What was done until then is done.',
  way: 'again',
})
