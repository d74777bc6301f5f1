import {mkdir, open, readFile, readdir, rename, rm} from 'node:fs/promises'
import {join} from 'node:path'

interface StoredMail {
  readonly id: number
  readonly receivedAt: Date
  readonly file: string
}

const FILE = /^(\d{8,15})-(\d{1,15})\.eml$/u

/**
 * Mails as files, one each: `<id>-<ms since 1970>.eml`, as they came by SMTP. A mail that was taken is on the disk, and a
 * file is there whole or not at all.
 */
export class MailStore {
  readonly #directory: string
  readonly #mails = new Map<number, StoredMail>()
  #nextId = 1

  private constructor(directory: string) {
    this.#directory = directory
  }

  /** Opens the folder, makes it when it is missing, and removes what a crash left half written. */
  static async open(directory: string): Promise<MailStore> {
    // Mails are private, as the rest of the data folder.
    await mkdir(directory, {recursive: true, mode: 0o700})
    const store = new MailStore(directory)
    for (const name of await readdir(directory)) {
      if (name.endsWith('.part')) await rm(join(directory, name), {force: true})
      const found = FILE.exec(name)
      if (!found) continue
      const mail = {id: Number(found[1]), receivedAt: new Date(Number(found[2])), file: join(directory, name)}
      store.#mails.set(mail.id, mail)
      store.#nextId = Math.max(store.#nextId, mail.id + 1)
    }
    return store
  }

  /** Resolves with the id when the mail is on the disk. */
  async add(raw: Uint8Array): Promise<number> {
    const id = this.#nextId++
    const receivedAt = new Date()
    const file = join(this.#directory, `${String(id).padStart(8, '0')}-${receivedAt.getTime()}.eml`)
    const part = `${file}.part`
    try {
      const handle = await open(part, 'wx', 0o600)
      try {
        await handle.writeFile(raw)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(part, file)
      await syncDirectory(this.#directory)
    } catch (error) {
      await rm(part, {force: true})
      throw error
    }
    this.#mails.set(id, {id, receivedAt, file})
    return id
  }

  /** Newest first; `before` continues behind an id. */
  list({limit, before = Number.POSITIVE_INFINITY}: {limit: number; before?: number | undefined}): StoredMail[] {
    return [...this.#mails.values()]
      .filter((mail) => mail.id < before)
      .sort((a, b) => b.id - a.id)
      .slice(0, limit)
  }

  /** Undefined when there is none, or it was cleared meanwhile. */
  async read(id: number): Promise<{id: number; receivedAt: Date; raw: Buffer} | undefined> {
    const mail = this.#mails.get(id)
    if (!mail) return undefined
    try {
      return {id, receivedAt: mail.receivedAt, raw: await readFile(mail.file)}
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      this.#mails.delete(id)
      return undefined
    }
  }

  /** Removes all mails; answers with how many. */
  async clear(): Promise<number> {
    const mails = [...this.#mails.values()]
    for (const mail of mails) {
      await rm(mail.file, {force: true})
      this.#mails.delete(mail.id)
    }
    return mails.length
  }
}

/** Makes a rename last. Windows has no such thing, and needs none. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
