import type {Router} from '@koa/router'
import type {HttpState} from '../runtime/http-app.ts'
import type {Logger} from '../runtime/logger.ts'
import {MailStore} from './mail-store.ts'
import {mailboxApiRoutes, mailboxRoutes} from './routes.ts'
import {type SmtpListener, listenForMail} from './smtp-listener.ts'

const MAX_MAIL_BYTES = 10 * 1024 * 1024

export interface Mailbox {
  /** Where it takes mail; after start. */
  readonly smtpPort: number
  /** The page /mailbox and the API under /api/v1/mailbox. */
  readonly router: Router<HttpState>
  /** The API alone, where others than the person at this machine can come to the page. */
  readonly apiRouter: Router<HttpState>
  start(): Promise<void>
  /** Waits up to a second for mails under way. */
  stop(): Promise<void>
}

/** A mail server for this machine alone: it takes every mail, sends none, and shows what it has. `port` 0: any free one. */
export async function createMailbox(options: {
  directory: string
  logger: Logger
  port?: number
  /** This machine alone unless given. */
  host?: string
  maxMailBytes?: number
}): Promise<Mailbox> {
  const {logger} = options
  const store = await MailStore.open(options.directory)
  let listener: SmtpListener | undefined
  return {
    get smtpPort() {
      if (!listener) throw new Error('the mailbox is not started')
      return listener.port
    },
    router: mailboxRoutes(store),
    apiRouter: mailboxApiRoutes(store),
    async start() {
      listener ??= await listenForMail({
        host: options.host ?? '127.0.0.1',
        port: options.port ?? 0,
        maxMailBytes: options.maxMailBytes ?? MAX_MAIL_BYTES,
        keep: async (raw) => {
          const id = await store.add(raw)
          logger.debug({mail: id, bytes: raw.length}, 'a mail arrived')
        },
        logger,
      })
    },
    async stop() {
      await listener?.stop()
      listener = undefined
    },
  }
}
