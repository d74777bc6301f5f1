import {variable} from '../runtime/environment.ts'

export const MAILBOX_VARIABLES = {
  /** Where the mails are kept. */
  MAILBOX_DIR: variable.text(),
  SMTP_PORT: variable.port(),
}
