import {readdir, readFile} from 'node:fs/promises'
import {join} from 'node:path'
import {readMail} from '../../../services/mailbox/read-mail.ts'

export interface CaughtMail {
  readonly messageId: string
  readonly text: string
  /** ms since 1970 */
  readonly receivedAt: number
}

/** The mails in the folder of a mailbox, whether it runs or not. A mail is read once. */
export class CaughtMails {
  readonly #folder: string
  readonly #read = new Map<string, CaughtMail>()

  constructor(folder: string) {
    this.#folder = folder
  }

  async all(): Promise<CaughtMail[]> {
    for (const name of await readdir(this.#folder)) {
      const found = /^(\d+)-(\d+)\.eml$/u.exec(name)
      if (!found || this.#read.has(name)) continue
      const receivedAt = Number(found[2])
      const raw = await readFile(join(this.#folder, name))
      const {message_id, subject, text} = await readMail({id: Number(found[1]), receivedAt: new Date(receivedAt), raw})
      this.#read.set(name, {messageId: message_id, text: `${subject}\n${text}`, receivedAt})
    }
    return [...this.#read.values()]
  }
}
