import {PassThrough} from 'node:stream'
import {DomainError} from '../../domain/errors.ts'
import {type HttpContext, requireUser} from '../../runtime/http-app.ts'

/** Of one user in one process; each can keep a language model busy for minutes. */
const MOST_TURNS = 4

/** Answers that are under way, to be ended and waited for when the process ends. */
export class RunningTurns {
  /** And whose they are. */
  readonly #aborts = new Map<AbortController, string>()
  readonly #ends = new Set<Promise<void>>()

  /** Throws `too_many_turns`. */
  begin(userId: string): AbortController {
    const own = [...this.#aborts.values()].filter((one) => one === userId).length
    if (own >= MOST_TURNS) {
      throw new DomainError('rate_limited', 'too_many_turns', `${own} of your messages are being answered already.`, {
        hint: 'Wait until one of them is answered, then send this one again: nothing of it was kept.',
        retryAfterSeconds: 5,
      })
    }
    const abort = new AbortController()
    this.#aborts.set(abort, userId)
    return abort
  }

  follow(abort: AbortController, end: Promise<void>): void {
    const whole = end.finally(() => {
      this.#aborts.delete(abort)
      this.#ends.delete(whole)
    })
    this.#ends.add(whole)
  }

  drop(abort: AbortController): void {
    this.#aborts.delete(abort)
  }

  hangUp(): void {
    for (const abort of this.#aborts.keys()) abort.abort()
  }

  async ended(): Promise<void> {
    await Promise.all(this.#ends)
  }
}

export interface Answering {
  /** Until it answers nothing has been said: what it throws is refused as everywhere. */
  readonly begin: (signal: AbortSignal) => Promise<AsyncIterable<unknown>>
  /** After the last event. */
  readonly last: string
}

/** Answers with server-sent events, each a value as JSON. A client that goes ends the turn, which is read to its end all the same. */
export async function answerWithEvents(ctx: HttpContext, turns: RunningTurns, {begin, last}: Answering): Promise<void> {
  const abort = turns.begin(requireUser(ctx))
  const out = new PassThrough()
  try {
    const events = await begin(abort.signal)
    // Gone before it was answered: no more is done, and what was done is kept.
    ctx.res.once('close', () => abort.abort())
    turns.follow(abort, pump(events, out, last))
    ctx.set('x-accel-buffering', 'no')
    ctx.type = 'text/event-stream; charset=utf-8'
    ctx.body = out
  } catch (error) {
    turns.drop(abort)
    throw error
  }
}

/** Reads to the end even when nobody listens any more: the end is when the answer is kept. */
async function pump(events: AsyncIterable<unknown>, out: PassThrough, last: string): Promise<void> {
  try {
    for await (const event of events) {
      if (out.destroyed || out.write(`data: ${JSON.stringify(event)}\n\n`)) continue
      await new Promise<void>((resolve) => {
        const go = (): void => {
          out.off('drain', go).off('close', go)
          resolve()
        }
        out.once('drain', go).once('close', go)
      })
    }
    if (!out.destroyed) out.end(last)
  } catch (error) {
    out.destroy(error as Error)
  }
}
