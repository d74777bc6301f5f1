import {setTimeout as delay} from 'node:timers/promises'
import {CliError} from '../errors.ts'
import type {HttpClient} from './http-client.ts'

interface LiveChanges {
  /** A client of the todo5 as it is now; it is closed here. */
  readonly connect: () => Promise<Pick<HttpClient, 'open' | 'close'>>
  /** A task changed, or may have. */
  readonly changed: () => void
  readonly signal: AbortSignal
  /** Between two streams, ms. */
  readonly pauseMs?: number
}

/**
 * Listens to GET /live until the signal is aborted, again and again: streams end with their server, and one that is older has
 * none. Whoever listens has to look by itself now and then.
 */
export async function followChanges({connect, changed, signal, pauseMs = 5000}: LiveChanges): Promise<void> {
  while (!signal.aborted) {
    try {
      const http = await connect()
      try {
        const body = await http.open({method: 'GET', path: '/live', headers: {accept: 'text/event-stream'}}, signal)
        body.setEncoding('utf8')
        // Whatever is no comment says that something may be different now.
        for await (const text of body) if (/^event: /mu.test(String(text))) changed()
      } finally {
        http.close()
      }
    } catch (error) {
      if (!signal.aborted && !(error instanceof CliError) && !isBroken(error)) throw error
    }
    await delay(pauseMs, undefined, {signal}).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }
}

const isBroken = (error: unknown): boolean => typeof (error as NodeJS.ErrnoException).code === 'string'
