export interface WebMessage {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export interface WebAnswer {
  readonly status: number
  /** The beginning of the body, at most 2,000 characters. */
  readonly text: string
}

/**
 * Posts to an address that a user gave. Any status is an answer, also a redirect: none is followed. Throws WebSendError
 * when there is no answer within `timeoutMs`, or the address is none that this installation sends to.
 */
export interface WebSender {
  post(message: WebMessage, options: {timeoutMs: number}): Promise<WebAnswer>
}

/** `permanent`: the address is refused here, whatever is sent to it; trying again is of no use. */
export class WebSendError extends Error {
  override readonly name = 'WebSendError'
  readonly permanent: boolean

  constructor(message: string, options: {permanent: boolean; cause?: unknown}) {
    super(message, {cause: options.cause})
    this.permanent = options.permanent
  }
}
