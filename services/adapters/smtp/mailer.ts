import {createTransport} from 'nodemailer'
import {type Mail, MailError, type MailReceipt, type Mailer} from '../../ports/mailer.ts'
import {inStep} from '../../runtime/tracing.ts'
import {toMailError} from './mail-failure.ts'
import {parseSmtpUrl} from './smtp-url.ts'

export interface SmtpMailerOptions {
  /** See parseSmtpUrl. */
  readonly url: string
  /** The sender: an address, or a name and an address. */
  readonly from: {readonly name: string; readonly address: string}
  /** Connections at most; the sender's number of mails at a time, so that none waits inside. */
  readonly connections?: number
}

export interface SmtpMailer extends Mailer {
  /** The part of the sender after the @. */
  readonly domain: string
  close(): void
}

/** One plain address: nothing that a header or an SMTP command could read as more than that. */
const ADDRESS = /^[^\s<>()[\]\\,;:"@]{1,64}@[^\s<>()[\]\\,;:"@]{1,255}$/u

/**
 * Sends by SMTP over a few kept connections. A send that is not over after its time-out is broken off with its connection,
 * so that it cannot still go out afterwards.
 */
export function createSmtpMailer({url, from, connections = 8}: SmtpMailerOptions): SmtpMailer {
  const target = parseSmtpUrl(url)
  const domain = from.address.split('@')[1] ?? ''
  if (!ADDRESS.test(from.address)) throw new TypeError(`the sender ${JSON.stringify(from.address)} is no mail address`)
  const transport = createTransport({
    pool: true,
    maxConnections: connections,
    host: target.host,
    port: target.port,
    secure: target.secure,
    requireTLS: target.requireTls,
    ...(target.auth ? {auth: {...target.auth}} : {}),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 20_000,
    dnsTimeout: 10_000,
    // Nothing in a mail of ours is a file or a URL to be read.
    disableFileAccess: true,
    disableUrlAccess: true,
  })

  return {
    domain,
    async send(mail, {timeoutMs}): Promise<MailReceipt> {
      refuseUnsafe(mail)
      const signal = AbortSignal.timeout(timeoutMs)
      try {
        const info = await inStep('SMTP', {kind: 'client', attributes: {'server.address': target.host}}, async () =>
          transport.sendMail({
            from,
            to: {name: '', address: mail.to},
            subject: mail.subject,
            text: mail.text,
            html: mail.html,
            // Breaking lines for quoted-printable was 40 % of the CPU of sending reminders (nodemailer 10.6.0).
            textEncoding: 'base64',
            messageId: `<${mail.messageId}>`,
            headers: {...mail.headers},
            signal,
          }),
        )
        return {response: info.response}
      } catch (error) {
        throw toMailError(error, timeoutMs)
      }
    },
    close: () => transport.close(),
  }
}

function refuseUnsafe(mail: Mail): void {
  if (!ADDRESS.test(mail.to)) throw new MailError('The address is not one that mail can be sent to.', {permanent: true})
  const headers = Object.entries(mail.headers ?? {}).flat()
  if ([mail.subject, mail.messageId, ...headers].some((text) => /[\r\n\0]/u.test(text))) {
    throw new MailError('A header of the mail has more than one line.', {permanent: true})
  }
}
