import {mkdir, rm, rmdir} from 'node:fs/promises'
import {join} from 'node:path'
import {readIfThere} from '../client/credentials.ts'
import type {KeyedCall} from '../client/http-call.ts'
import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import {namesIn} from '../names-in.ts'
import {syncFolder, writeDurably} from './write-durably.ts'

/** A change that was made while todo5 was away, as it will be sent. */
export interface WaitingChange {
  /** What a person types: the beginning of the key. */
  readonly id: string
  /** Of the context that it was made for. */
  readonly context: string
  /** Where it goes; another address is another todo5. */
  readonly api_url: string
  /** Of the account that it was made for; null when nobody knew. */
  readonly user_id: string | null
  /** When it was typed, and so when it may have been sent first. ISO. */
  readonly queued_at: string
  /** The zone in which its dates were read. */
  readonly time_zone: string
  /** For people: `add "call mom"`. */
  readonly summary: string
  /** Ids of the tasks that it changes; none of one that is new. */
  readonly task_ids: readonly number[]
  readonly call: KeyedCall
  /** Why the server did not take it; it is not tried again by itself. */
  readonly refused: Refusal | null
}

export interface Refusal {
  readonly code: string
  readonly message: string
  readonly at: string
}

/** The account that changes are made for, as the server said it last. */
export interface KnownAccount {
  readonly user_id: string
  readonly time_zone: string
}

export type NewChange = Pick<WaitingChange, 'time_zone' | 'summary' | 'task_ids' | 'call'>

export interface WaitingOptions {
  readonly stateDir: string
  readonly context: {readonly name: string; readonly apiUrl: string}
  readonly now: () => number
}

const SUFFIX = '.json'
const REFUSED = '.refused'
const ACCOUNT = 'account'

/** Below it a folder for each context. */
export const waitingFolder = (stateDir: string): string => join(stateDir, 'waiting')

/**
 * The changes that wait for one context, a file each: what two processes add or take away at the same time cannot meet in
 * one file. Their names sort as they were made. A file is complete or not there, and stays until the server has answered.
 */
export class WaitingChanges {
  readonly context: WaitingOptions['context']
  readonly #folder: string
  readonly #now: () => number

  constructor({stateDir, context, now}: WaitingOptions) {
    this.context = context
    this.#folder = join(waitingFolder(stateDir), encodeURIComponent(context.name))
    this.#now = now
  }

  /** Keeps them, in this order, behind all that are there. When it comes back they are on the disk. */
  async add(changes: readonly NewChange[]): Promise<WaitingChange[]> {
    await mkdir(this.#folder, {recursive: true, mode: 0o700})
    const account = await this.account()
    const last = (await this.#names()).at(-1)?.split('-')[0]
    let order = Math.max(this.#now() * 1000, last === undefined ? 0 : Number(last) + 1)
    const kept: WaitingChange[] = []
    for (const change of changes) {
      const entry: WaitingChange = {
        id: change.call.key.slice(0, 8),
        context: this.context.name,
        api_url: this.context.apiUrl,
        user_id: account?.user_id ?? null,
        queued_at: new Date(this.#now()).toISOString(),
        ...change,
        refused: null,
      }
      const name = `${String(order++).padStart(17, '0')}-${change.call.key}${SUFFIX}`
      await writeDurably(join(this.#folder, name), `${JSON.stringify(entry, null, 2)}\n`)
      kept.push(entry)
    }
    await syncFolder(this.#folder)
    return kept
  }

  /** All of them, oldest first. */
  async list(): Promise<WaitingChange[]> {
    const found: WaitingChange[] = []
    for (const name of await this.#names()) {
      const file = join(this.#folder, name)
      const text = await readIfThere(file)
      if (text === undefined) continue // Sent by somebody else a moment ago.
      const entry = parse(text, file) as WaitingChange
      const refusal = await readIfThere(`${file}${REFUSED}`)
      const refused = refusal === undefined ? null : (parse(refusal, `${file}${REFUSED}`) as Refusal)
      // Where names of files do not tell capitals apart, two contexts have one folder.
      if (entry.context === this.context.name) found.push({...entry, refused})
    }
    return found
  }

  /** How many there are; reads the folder alone. */
  async count(): Promise<number> {
    return (await this.#names()).length
  }

  /** It was answered, or given up. */
  async remove({call: {key}}: WaitingChange): Promise<void> {
    const name = (await this.#names()).find((one) => one.endsWith(`-${key}${SUFFIX}`))
    if (name === undefined) return
    await rm(join(this.#folder, name), {force: true})
    await rm(join(this.#folder, `${name}${REFUSED}`), {force: true})
    await syncFolder(this.#folder)
  }

  /** Sets it aside: the server did not take it. */
  async refuse({call: {key}}: WaitingChange, {code, message}: Omit<Refusal, 'at'>): Promise<void> {
    const name = (await this.#names()).find((one) => one.endsWith(`-${key}${SUFFIX}`))
    if (name === undefined) return
    const refusal: Refusal = {code, message, at: new Date(this.#now()).toISOString()}
    await writeDurably(join(this.#folder, `${name}${REFUSED}`), `${JSON.stringify(refusal)}\n`)
  }

  async account(): Promise<KnownAccount | undefined> {
    const file = join(this.#folder, ACCOUNT)
    const text = await readIfThere(file)
    return text === undefined ? undefined : (parse(text, file) as KnownAccount)
  }

  /** Written only when it is news: commands that reach the server call this every time. */
  async noteAccount({user_id, time_zone}: KnownAccount): Promise<void> {
    const text = `${JSON.stringify({user_id, time_zone})}\n`
    const file = join(this.#folder, ACCOUNT)
    if ((await readIfThere(file)) === text) return
    await mkdir(this.#folder, {recursive: true, mode: 0o700})
    await writeDurably(file, text)
  }

  /** Nothing of the context stays: its todo5 is gone for good. */
  async forget(): Promise<void> {
    for (const change of await this.list()) await this.remove(change)
    await rm(join(this.#folder, ACCOUNT), {force: true})
    try {
      await rmdir(this.#folder)
    } catch (error) {
      // It was never there; or another context has the same folder, and something waits for that one.
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    }
  }

  async #names(): Promise<string[]> {
    return (await namesIn(this.#folder)).filter((name) => /^\d{17}-.*\.json$/u.test(name)).toSorted()
  }
}

/** The names of the contexts for which changes wait, or did. */
export async function waitingContexts(stateDir: string): Promise<string[]> {
  return (await namesIn(waitingFolder(stateDir))).map((name) => decodeURIComponent(name)).toSorted()
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CliError(`A change that waits cannot be read: ${file} is damaged.`, {
      code: 'file_damaged',
      exit: EXIT.refused,
      hints: [`look at it, and delete ${file} when it says nothing`],
      cause: error,
    })
  }
}
