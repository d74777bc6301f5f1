export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The same for each try of one delivery, so that a mailbox can show a second copy as the same mail. Without brackets. */
  readonly messageId: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface MailReceipt {
  /** What the server answered, for the history of a reminder. */
  readonly response: string
}

/** Resolves when the server took the mail. Throws MailError. */
export interface Mailer {
  send(mail: Mail, options: {timeoutMs: number}): Promise<MailReceipt>
}

/** `permanent`: the server refused this mail or address for good (5xx); trying again is of no use. */
export class MailError extends Error {
  override readonly name = 'MailError'
  readonly permanent: boolean

  constructor(message: string, options: {permanent: boolean; cause?: unknown}) {
    super(message, {cause: options.cause})
    this.permanent = options.permanent
  }
}
