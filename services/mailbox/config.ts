import {variable} from '../runtime/environment.ts'

export const MAILBOX_VARIABLES = {
  /** Where the mails are kept. */
  MAILBOX_DIR: variable.text(),
  /** Where it takes mail; whoever reaches it can leave some. */
  SMTP_HOST: variable.text().default('127.0.0.1'),
  SMTP_PORT: variable.port(),
}
