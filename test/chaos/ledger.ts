import {closeSync, openSync, readFileSync, writeSync} from 'node:fs'

/** A rule of every so many days, in all `count` dates; null: without end. */
export interface DayRule {
  readonly everyDays: number
  readonly count: number | null
}

/** Of a chain: what one client made, and all occurrences that followed from it. `place` counts them from 0. */
interface OnTask {
  readonly chain: string
  readonly task: number
  readonly place: number
}

/** What a client wants; instants in ms since 1970, UTC. */
export type Operation =
  | {
      readonly op: 'create'
      readonly chain: string
      readonly dueAt: number
      readonly rule: DayRule | null
      /** When its mail has to come; null: long after the run. */
      readonly remindAt: number | null
    }
  | ({readonly op: 'complete' | 'skip' | 'reopen'} & OnTask)
  | ({readonly op: 'edit'; readonly description: string} & OnTask)
  | ({readonly op: 'move'; readonly dueAt: number; readonly remindAt: number} & OnTask)
  | ({readonly op: 'snooze'; readonly remindAt: number} & OnTask)
  | ({readonly op: 'delete'; readonly scope: 'this' | 'following' | 'all'} & OnTask)
  /** `of`: the number of the operation that it takes back. */
  | {readonly op: 'undo'; readonly chain: string; readonly of: number}

/** Of the answer to an operation what is compared at the end. */
export interface AnswerFacts {
  /** Tasks that it showed, with their versions; the first is the one that was asked for. */
  readonly tasks: readonly {readonly id: number; readonly version: number}[]
  /** What follows a closed occurrence, when it was there. */
  readonly next: {readonly id: number; readonly version: number} | null
  /** Tasks that an undo took away. */
  readonly removed: readonly number[]
}

export interface Sent {
  readonly type: 'sent'
  readonly n: number
  readonly at: number
  readonly user: string
  readonly key: string
  readonly operation: Operation
}
/** It may have been done or not: it is repeated under its key. */
export interface Unknown {
  readonly type: 'unknown'
  readonly n: number
  readonly at: number
  readonly why: string
}
export interface Answered {
  readonly type: 'answered'
  readonly n: number
  readonly at: number
  readonly answer: AnswerFacts
}
/** For good: it has changed nothing. */
export interface Refused {
  readonly type: 'refused'
  readonly n: number
  readonly at: number
  readonly status: number
  readonly code: string
}
export interface FaultEntry {
  readonly type: 'fault'
  readonly kind: string
  readonly at: number
  readonly endedAt: number
  /** From its end until everything worked again. */
  readonly recoveryMs: number
}
export type Entry = Sent | Unknown | Answered | Refused | FaultEntry

/** Every operation is written here before it is sent, and what became of it after; a line of JSON each. */
export class Ledger {
  readonly #file: number
  readonly #operations = new Map<number, {sent: Sent; answer: AnswerFacts | null}>()
  #count = 0

  constructor(path: string) {
    this.#file = openSync(path, 'wx', 0o600)
  }

  /** Answers with the number of the operation. */
  send(facts: Omit<Sent, 'type' | 'n' | 'at'>): number {
    const n = ++this.#count
    this.write({type: 'sent', n, at: Date.now(), ...facts})
    return n
  }

  /** Has been given to the system when it returns: it outlives this process, though not a power cut. */
  write(entry: Entry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`)
    if (entry.type === 'sent') this.#operations.set(entry.n, {sent: entry, answer: null})
    if (entry.type === 'answered') this.#operations.get(entry.n)!.answer = entry.answer
  }

  /** An operation that was answered. */
  of(n: number): {sent: Sent; answer: AnswerFacts} {
    const {sent, answer} = this.#operations.get(n)!
    if (!answer) throw new Error(`operation ${n} has no answer`)
    return {sent, answer}
  }

  close(): void {
    closeSync(this.#file)
  }
}

export const readLedger = (path: string): Entry[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry)
