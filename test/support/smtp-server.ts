import type {AddressInfo} from 'node:net'
import PostalMime from 'postal-mime'
import {SMTPServer, type SMTPServerDataStream, type SMTPServerSession} from 'smtp-server'

export interface ReceivedMail {
  readonly receivedAt: Date
  readonly to: string[]
  readonly subject: string
  /** Without brackets. */
  readonly messageId: string
  readonly text: string
  readonly html: string
  readonly headers: ReadonlyMap<string, string>
  readonly raw: string
}

/**
 * What the server does wrong: answer a command with a code, say nothing after the data, or drop the connection instead
 * of answering to the data (after keeping the mail when `kept`).
 */
export type SmtpFault =
  | {readonly at: 'connect' | 'sender' | 'recipient' | 'data'; readonly code: number}
  | {readonly at: 'hang'}
  | {readonly at: 'drop'; readonly kept: boolean}

export interface TestSmtpServer {
  readonly url: string
  readonly mails: ReceivedMail[]
  /** How many times a mail was offered, refused ones too. */
  readonly offered: () => number
  fault: SmtpFault | null
  /** Awaited when a mail has arrived and is not yet answered. */
  beforeAnswer: ((mail: ReceivedMail) => Promise<void>) | null
  stop(): Promise<void>
}

const refusal = (code: number): Error =>
  Object.assign(new Error(`refused by the test with ${code}`), {responseCode: code})

/** A real SMTP server on a loopback port that keeps what arrives in memory. */
export async function startSmtpServer(): Promise<TestSmtpServer> {
  let offered = 0
  const refuses = (at: string): Error | null => {
    const {fault} = server
    return fault && fault.at === at && 'code' in fault ? refusal(fault.code) : null
  }
  const sockets = new Set<{destroy(): void}>()

  const onMail = async (stream: SMTPServerDataStream, session: SMTPServerSession): Promise<Error | null | 'silent'> => {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    const mail = await parse(Buffer.concat(chunks), session)
    const {fault} = server
    if (fault?.at === 'hang') return 'silent'
    const refused = refuses('data')
    if (refused) return refused
    await server.beforeAnswer?.(mail)
    if (fault?.at !== 'drop' || fault.kept) server.mails.push(mail)
    if (fault?.at !== 'drop') return null
    for (const socket of sockets) socket.destroy()
    return 'silent'
  }

  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    closeTimeout: 100,
    onConnect: (_session, callback) => callback(refuses('connect')),
    onMailFrom: (_address, _session, callback) => {
      offered++
      callback(refuses('sender'))
    },
    onRcptTo: (_address, _session, callback) => callback(refuses('recipient')),
    onData: (stream, session, callback) => {
      const answer = async (): Promise<void> => {
        const result = await onMail(stream, session).catch((error: unknown) => error as Error)
        if (result !== 'silent') callback(result)
      }
      void answer()
    },
  })
  smtp.on('error', () => undefined) // a connection that a test has broken off
  smtp.server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve))
  const {port} = smtp.server.address() as AddressInfo

  const server: TestSmtpServer = {
    url: `smtp://127.0.0.1:${port}`,
    mails: [],
    offered: () => offered,
    fault: null,
    beforeAnswer: null,
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => smtp.close(resolve))
    },
  }
  return server
}

async function parse(raw: Buffer, session: SMTPServerSession): Promise<ReceivedMail> {
  const receivedAt = new Date()
  const mail = await PostalMime.parse(raw)
  return {
    receivedAt,
    to: session.envelope.rcptTo.map((recipient) => recipient.address),
    subject: mail.subject ?? '',
    messageId: (mail.messageId ?? '').replace(/^<|>$/gu, ''),
    text: mail.text ?? '',
    html: mail.html ?? '',
    headers: new Map(mail.headers.map((header) => [header.key, header.value])),
    raw: raw.toString('utf8'),
  }
}
