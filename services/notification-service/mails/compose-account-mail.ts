import type {AccountMailRequest} from '../../contracts/account-mail.ts'
import type {ComposedMail} from './compose-mail.ts'
import {AUTOMATIC, htmlTemplates, textTemplates} from './templates.ts'
import {clockTime, knownZone} from './wording.ts'

export interface AccountHolder {
  readonly email: string
  readonly timeZone: string
}

/** The token stands behind a #: browsers send that part to nobody, so it is in no log. */
export function composeAccountMail(mail: AccountMailRequest, holder: AccountHolder, publicUrl: string): ComposedMail {
  const zone = knownZone(holder.timeZone)
  const subject = 'Set a new password for todo5'
  const it = {
    subject,
    email: holder.email,
    link: `${publicUrl.replace(/\/+$/u, '')}/reset-password#${mail.token}`,
    until: `${clockTime(new Date(mail.expires_at), zone)} (${zone})`,
  }
  return {
    subject,
    text: textTemplates.render('password-reset.txt.eta', it),
    html: htmlTemplates.render('password-reset.html.eta', it),
    headers: AUTOMATIC,
  }
}
