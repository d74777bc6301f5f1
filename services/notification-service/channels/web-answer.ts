import {type WebAnswer, WebSendError} from '../../ports/web-sender.ts'
import {DeliveryError} from './channel.ts'

/** A server of a user that takes longer is tried again later, ms. */
export const WEB_TIMEOUT_MS = 10_000

export const isTaken = ({status}: WebAnswer): boolean => status >= 200 && status < 300

export const told = ({status, text}: WebAnswer): string => `${status} ${text}`.trim()

/** An answer that is no 2xx; a redirect is one, for none is followed. */
export function notTaken(answer: WebAnswer): DeliveryError {
  const redirect = answer.status >= 300 && answer.status < 400
  const message = redirect ? `${answer.status}: redirects are not followed` : told(answer)
  return new DeliveryError(redirect ? 'redirect' : 'not_taken', message, {permanent: false})
}

/** No answer, or an address to which nothing is sent from here; anything else is a mistake of ours. */
export function notSent(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error
  if (!(error instanceof WebSendError)) throw error
  const code = error.permanent ? 'address_refused' : 'no_answer'
  return new DeliveryError(code, error.message, {permanent: error.permanent, cause: error})
}
