import type {Database, Transaction} from '../../database/database.ts'
import {type HttpContext, requireUser} from '../../runtime/http-app.ts'
import {MAX_WAIT_SECONDS} from '../../contracts/tasks.ts'
import type {Recorder} from '../change.ts'
import {idempotently, keyedWrite} from '../idempotent.ts'

export interface WriteOptions {
  readonly database: Database
  /** Called after each committed change, so that the relay need not wait for its next look. */
  readonly committed: () => void
  readonly record: Recorder
  /** Throws `unavailable` while too many events wait for the bus. */
  readonly assertRoom: () => void
}

export interface WriteRequest<First> {
  /** As it came. */
  readonly body?: unknown
  readonly status?: number
  /** See `Once`. */
  readonly first: (tx: Transaction) => Promise<First>
}

/** One transaction of a user, once per idempotency key; a repetition gets the first answer. */
export async function writeOnce<T, First>(
  {database, committed, assertRoom}: WriteOptions,
  ctx: HttpContext,
  {body = {}, status = 200, first}: WriteRequest<First>,
  work: (tx: Transaction, userId: string, first: First, now: Date | undefined) => Promise<T>,
): Promise<T> {
  const userId = requireUser(ctx)
  assertRoom()
  const keyed = keyedWrite(ctx, userId, body)
  const answer = await database.asUser(userId, async (tx) =>
    idempotently(tx, keyed, {
      first,
      work: async (found, now) => ({status, body: await work(tx, userId, found, now)}),
    }),
  )
  committed()
  ctx.status = answer.status
  ctx.type = 'application/json'
  ctx.body = answer.text ?? JSON.stringify(answer.body)
  return answer.body as T
}

/** `Prefer: wait=5`, RFC 7240, in ms; 0 without it. */
export function waitMs(ctx: HttpContext): number {
  const match = /(?:^|,)\s*wait=(\d{1,3})\b/u.exec(ctx.get('prefer'))
  return Math.min(match ? Number(match[1]) : 0, MAX_WAIT_SECONDS) * 1000
}
