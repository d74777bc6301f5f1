import type {AddressInfo, Socket} from 'node:net'
import PostalMime from 'postal-mime'
import {SMTPServer} from 'smtp-server'

/** What stands in the title of a reminder, and in nothing else. */
export const titleOf = (id: string): string => `bench${id}x`
const TITLE = /bench(\d+)x/gu

export interface MailSink {
  readonly url: string
  /** By id when each of its mails had arrived whole, ms since the epoch. */
  readonly arrived: ReadonlyMap<string, readonly number[]>
  stop(): Promise<void>
}

/** A mail server that only notes which reminders have come, and when. */
export async function startMailSink(): Promise<MailSink> {
  const arrived = new Map<string, number[]>()
  const note = async (mail: Buffer, at: number): Promise<void> => {
    for (const id of await titlesIn(mail)) arrived.set(id, [...(arrived.get(id) ?? []), at])
  }
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData(stream, _session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const at = Date.now()
        callback()
        void note(Buffer.concat(chunks), at)
      })
    },
  })
  // A client that goes away in the middle.
  server.on('error', () => undefined)
  // As the mailbox of todo5, and mail servers, do: no answer waits for the one before to be acknowledged.
  server.server.on('connection', (socket: Socket) => socket.setNoDelay(true))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    arrived,
    stop: async () => await new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

/** Of one reminder from the subject; of a summary from its text. */
async function titlesIn(mail: Buffer): Promise<Set<string>> {
  const find = (text: string): Set<string> => new Set(Array.from(text.matchAll(TITLE), ([, id]) => id!))
  const inSubject = find(mail.toString())
  return inSubject.size > 0 ? inSubject : find((await PostalMime.parse(mail)).text ?? '')
}
