import {AsyncLocalStorage} from 'node:async_hooks'
import {randomBytes} from 'node:crypto'

/** W3C trace context: 00-<32 hex trace id>-<16 hex span id>-<2 hex flags>. */
const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/u

const active = new AsyncLocalStorage<string>()

/** The trace that the running request or event belongs to; it is stored with each outbox row. */
export const currentTraceparent = (): string | null => active.getStore() ?? null

/** Runs `work` inside of the given trace, or of a new one when there is none or it is malformed. */
export function withTrace<T>(traceparent: string | null | undefined, work: () => T): T {
  return active.run(childOf(traceparent), work)
}

function childOf(traceparent: string | null | undefined): string {
  const span = randomBytes(8).toString('hex')
  if (traceparent && TRACEPARENT.test(traceparent)) {
    const [version, trace, , flags] = traceparent.split('-')
    return `${version}-${trace}-${span}-${flags}`
  }
  return `00-${randomBytes(16).toString('hex')}-${span}-01`
}
