import type {AddressInfo, Socket} from 'node:net'
import {SMTPServer, type SMTPServerDataStream} from 'smtp-server'
import type {Logger} from '../runtime/logger.ts'

export interface SmtpListener {
  readonly port: number
  stop(): Promise<void>
}

/** Takes mail by SMTP; `keep` resolves when a mail is safe, and only then it is accepted. */
export async function listenForMail(options: {
  host: string
  port: number
  maxMailBytes: number
  keep: (raw: Buffer) => Promise<void>
  logger: Logger
}): Promise<SmtpListener> {
  const {logger} = options
  const server = new SMTPServer({
    banner: 'todo5 mailbox',
    authOptional: true,
    // It listens on this machine or in one namespace of a cluster, and has no certificate.
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: options.maxMailBytes,
    maxClients: 100,
    closeTimeout: 1000,
    onData: (stream, _session, callback) => {
      const answer = async (): Promise<void> => {
        try {
          const raw = await readAll(stream)
          if (raw) await options.keep(raw)
          callback(raw ? null : refusal(552, `the mail has more than ${options.maxMailBytes} bytes`))
        } catch (error) {
          logger.error({error}, 'a mail could not be kept')
          callback(refusal(452, 'the mail could not be kept, try again later'))
        }
      }
      void answer()
    },
  })
  // A client that goes away in the middle of a mail.
  server.on('error', (error) => logger.debug({error}, 'a connection of the mailbox failed'))
  // A client that sends several commands at once gets an answer to each: without this the second one waits 40 ms until the
  // first is acknowledged, twice in a mail.
  server.server.on('connection', (socket: Socket) => socket.setNoDelay(true))
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(options.port, options.host, () => {
      server.server.off('error', reject)
      resolve()
    })
  })
  return {
    port: (server.server.address() as AddressInfo).port,
    stop: async () => new Promise<void>((resolve) => server.close(resolve)),
  }
}

/** Undefined when it is too long; it is read to its end all the same, else the client would not hear the answer. */
async function readAll(stream: SMTPServerDataStream): Promise<Buffer | undefined> {
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) if (!stream.sizeExceeded) chunks.push(chunk)
  return stream.sizeExceeded ? undefined : Buffer.concat(chunks)
}

const refusal = (responseCode: number, message: string): Error => Object.assign(new Error(message), {responseCode})
