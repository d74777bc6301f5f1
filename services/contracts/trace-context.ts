/** W3C trace context: `00-<trace id, 32 hex>-<span id, 16 hex>-<flags, 2 hex>`. */
const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/u

/** Which trace the requests of a client belong to, and whether somebody has decided that it is recorded. */
export interface ClientTrace {
  /** 32 hex digits. */
  readonly id: string
  /** 00: whoever is asked decides (TRACE_SAMPLING). 01: it is to be recorded. */
  readonly flags: string
}

export const newTrace = (): ClientTrace => ({id: randomHex(32), flags: '00'})

/** Undefined for what is no traceparent. */
export function traceOf(traceparent: string): ClientTrace | undefined {
  const found = TRACEPARENT.exec(traceparent)
  return found ? {id: found[1]!, flags: found[2]!} : undefined
}

/** For one request: its sender is a span of its own, which nobody records. */
export const traceparentIn = ({id, flags}: ClientTrace): string => `00-${id}-${randomHex(16)}-${flags}`

/** It guards nothing, so it may be guessed; node:crypto would cost the command line 6 ms. */
function randomHex(digits: number): string {
  let text = ''
  while (text.length < digits) text += (1 + Math.trunc(Math.random() * (2 ** 32 - 1))).toString(16).padStart(8, '0')
  return text
}
