import {setTimeout as delay} from 'node:timers/promises'
import {RateLimiterMemory, RateLimiterRes} from 'rate-limiter-flexible'
import type {AccountMailRequest} from '../../contracts/account-mail.ts'
import {ROLE_HEADER, type ServiceInvoker, USER_HEADER} from '../../ports/service-invoker.ts'
import type {Logger} from '../../runtime/logger.ts'

export interface AccountMails {
  /** Returns at once: who waited for the mail would tell by the time whether there is such an account. */
  post(userId: string, mail: AccountMailRequest): void
  /** Resolves when what was posted is sent or given up. */
  close(): Promise<void>
}

export interface AccountMailsOptions {
  readonly invoker: ServiceInvoker
  readonly logger: Logger
  /** Pauses before further tries, ms; after the last one the person asks again. */
  readonly retryPausesMs?: readonly number[]
}

/** Mails to one account in one process: whoever asks from many addresses must not fill somebody's mailbox. */
const MAILS_PER_HOUR = 5

/** Mails about an account, sent by notification-service, which alone knows the mail server. */
export function createAccountMails({
  invoker,
  logger,
  retryPausesMs = [1000, 5000, 15_000],
}: AccountMailsOptions): AccountMails {
  const underWay = new Set<Promise<void>>()
  const closing = new AbortController()
  const limit = new RateLimiterMemory({keyPrefix: 'account mails', points: MAILS_PER_HOUR, duration: 3600})

  async function mayHaveAnother(userId: string): Promise<boolean> {
    try {
      await limit.consume(userId)
      return true
    } catch (error) {
      if (error instanceof RateLimiterRes) return false
      throw error
    }
  }

  /** What notification-service answered, or why it did not. */
  async function attempt(userId: string, mail: AccountMailRequest): Promise<{status: number; error?: unknown}> {
    try {
      const {status} = await invoker.invoke({
        app: 'notification-service',
        method: 'POST',
        path: '/v1/account-mails',
        headers: {'content-type': 'application/json', [USER_HEADER]: userId, [ROLE_HEADER]: 'user'},
        body: JSON.stringify(mail),
      })
      return {status}
    } catch (error) {
      return {status: 503, error}
    }
  }

  async function send(userId: string, mail: AccountMailRequest): Promise<void> {
    if (!(await mayHaveAnother(userId))) {
      logger.warn({user_id: userId, kind: mail.kind}, 'too many mails to this account, this one is not sent')
      return
    }
    for (let tries = 0; ; tries++) {
      const {status, error} = await attempt(userId, mail)
      if (status < 300) return
      const pause = retryPausesMs[tries]
      if (status < 500 || pause === undefined || closing.signal.aborted) {
        logger.error({error, status, user_id: userId, kind: mail.kind}, 'a mail about an account was not sent')
        return
      }
      // A stop ends the pause, and the try after it is the last.
      await delay(pause, undefined, {signal: closing.signal}).catch(() => undefined)
    }
  }

  return {
    post: (userId, mail) => {
      const work = send(userId, mail)
        .catch((error: unknown) => logger.error({error, user_id: userId}, 'a mail about an account was not sent'))
        .finally(() => underWay.delete(work))
      underWay.add(work)
    },
    close: async () => {
      closing.abort()
      await Promise.all(underWay)
    },
  }
}
