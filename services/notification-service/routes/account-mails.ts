import {randomUUID} from 'node:crypto'
import {Router} from '@koa/router'
import {accountMailRequest} from '../../contracts/account-mail.ts'
import type {Database} from '../../database/database.ts'
import {query} from '../../database/query.ts'
import {DomainError} from '../../domain/errors.ts'
import {MailError, type Mailer} from '../../ports/mailer.ts'
import {type HttpState, requireUser} from '../../runtime/http-app.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'
import {composeAccountMail} from '../mails/compose-account-mail.ts'

export interface AccountMailsDeps {
  readonly database: Database
  readonly mailer: Mailer
  /** Where the link leads. */
  readonly publicUrl: string
  readonly messageIdDomain: string
}

const SEND_TIMEOUT_MS = 10_000

/**
 * POST /v1/account-mails: a mail to the address of the account itself, not to where its reminders go. Asked by chat-api
 * alone; it has no way in from outside.
 */
export function accountMailRoutes({database, mailer, publicUrl, messageIdDomain}: AccountMailsDeps): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/v1/account-mails'})
  router.post('/', async (ctx) => {
    const userId = requireUser(ctx)
    const request = validate(accountMailRequest, await readJson(ctx.req))
    const [profile] = await database.asUser(userId, async (tx) =>
      query<{email: string; time_zone: string}>(tx, 'select email, time_zone from todo.profiles where user_id = $1', [
        userId,
      ]),
    )
    if (!profile) throw new DomainError('not_found', 'account_gone', 'This account has been deleted.')
    const mail = composeAccountMail(request, {email: profile.email, timeZone: profile.time_zone}, publicUrl)
    try {
      await mailer.send(
        {to: profile.email, messageId: `account-${randomUUID()}@${messageIdDomain}`, ...mail},
        {timeoutMs: SEND_TIMEOUT_MS},
      )
    } catch (error) {
      if (!(error instanceof MailError)) throw error
      throw error.permanent
        ? new DomainError('conflict', 'mail_refused', 'The mail server refused the mail.', {cause: error})
        : new DomainError('unavailable', 'mail_unavailable', 'The mail server does not take mails now.', {
            retryAfterSeconds: 2,
            cause: error,
          })
    }
    ctx.status = 204
  })
  return router
}
