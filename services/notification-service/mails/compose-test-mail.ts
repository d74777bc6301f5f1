import type {ComposedMail} from './compose-mail.ts'
import {AUTOMATIC, htmlTemplates, textTemplates} from './templates.ts'

/** A mail that says that mails arrive. */
export function composeTestMail(publicUrl: string): ComposedMail {
  const it = {subject: 'A test mail of todo5', link: `${publicUrl.replace(/\/+$/u, '')}/settings/notifications`}
  return {
    subject: it.subject,
    text: textTemplates.render('channel-test.txt.eta', it),
    html: htmlTemplates.render('channel-test.html.eta', it),
    headers: AUTOMATIC,
  }
}
