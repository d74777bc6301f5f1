import {hash} from 'node:crypto'
import type {Transaction} from '../database/database.ts'
import {storeAnswer, takeKey} from '../database/statements/idempotency-keys.ts'
import {DomainError} from '../domain/errors.ts'
import type {HttpContext} from '../runtime/http-app.ts'

export interface Answer {
  readonly status: number
  readonly body: unknown
  /** The body as JSON, where it has been written already. */
  readonly text?: string
  /** The answer to an earlier request with the same key. */
  readonly replayed?: true
}

/** A write with everything that its idempotency key stands for. */
export interface KeyedWrite {
  readonly userId: string
  readonly key: string | undefined
  readonly route: string
  readonly body: unknown
}

export function keyedWrite(ctx: HttpContext, userId: string, body: unknown): KeyedWrite {
  const key = ctx.get('idempotency-key') || undefined
  if (key !== undefined && !/^[\u0021-\u007E]{1,255}$/u.test(key)) {
    throw new DomainError('invalid', 'malformed_request', 'Idempotency-Key must be 1 to 255 visible ASCII characters.')
  }
  return {userId, key, route: `${ctx.method} ${ctx.path}${ctx.search}`.slice(0, 200), body}
}

/** What a write does once. */
export interface Once<First> {
  /**
   * Asks for what the work needs first, in the packet of the key. It may lock and must not change anything: a repetition
   * asks for it, too, and has no use for it.
   */
  readonly first: (tx: Transaction) => Promise<First>
  /** `now` is the instant at which the key was taken, if there is one. */
  readonly work: (first: First, now: Date | undefined) => Promise<Answer>
}

/** Runs the write once per key: the key, the change and the answer are one transaction. */
export async function idempotently<First>(
  tx: Transaction,
  write: KeyedWrite,
  {first, work}: Once<First>,
): Promise<Answer> {
  const {key} = write
  if (key === undefined) return work(await first(tx), undefined)
  const bodyHash = hash('sha256', JSON.stringify(write.body))
  const request = {userId: write.userId, key, route: write.route, bodyHash}
  // Both have ended before the transaction goes on, or back.
  const [took, begun] = await Promise.allSettled([takeKey(tx, request), first(tx)])
  const taken = valueOf(took)
  if ('takenAt' in taken) {
    const answer = await work(valueOf(begun), taken.takenAt)
    const text = JSON.stringify(answer.body)
    storeAnswer(tx, request, answer.status, text)
    return {...answer, text}
  }
  const {stored} = taken
  if (stored.route !== write.route || stored.bodyHash !== bodyHash) {
    throw new DomainError('invalid', 'idempotency_key_reused', 'This Idempotency-Key was used for another request.', {
      hint: 'Send a new key with each new request.',
    })
  }
  return {status: stored.status, body: stored.response, replayed: true}
}

function valueOf<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason
  return settled.value
}

/** For work that needs nothing first. */
export const nothingFirst = async (): Promise<void> => undefined
