import {MailError} from '../../ports/mailer.ts'

/** What nodemailer tells of a failure. */
interface SmtpFailure {
  readonly code?: string
  readonly responseCode?: number
  readonly response?: string
  readonly command?: string
}

/** The commands whose 5xx is about this address or this mail; elsewhere (greeting, login, sender) it is about us. */
const ABOUT_THE_MAIL = /^(RCPT TO|DATA)\b/u

/** Everything but a 5xx for the address or the mail itself may be better later, once the server or its settings are. */
export function toMailError(error: unknown, timeoutMs: number): MailError {
  const {code, responseCode, response, command} = error as SmtpFailure
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError' || code === 'EABORT')) {
    return new MailError(`The mail server did not take the mail within ${timeoutMs / 1000} s.`, {
      permanent: false,
      cause: error,
    })
  }
  const message = error instanceof Error ? error.message : String(error)
  const permanent = responseCode !== undefined && responseCode >= 500 && ABOUT_THE_MAIL.test(command ?? '')
  const said = response === undefined ? message : `The mail server said: ${response}`
  return new MailError(oneLine(said), {permanent, cause: error})
}

const oneLine = (text: string): string => text.replace(/\s+/gu, ' ').trim().slice(0, 500)
