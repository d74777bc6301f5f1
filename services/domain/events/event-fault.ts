import type {z} from 'zod'
import {type Envelope, envelopeSchema, isSupportedVersion} from './envelope.ts'
import {payloadSchema} from './event-types.ts'

/** Why no consumer of this version can handle an event, whatever it does. */
export interface EventFault {
  readonly code: 'malformed_event' | 'unsupported_version' | 'malformed_payload'
  readonly reason: string
}

/** The event in what arrived, or what is wrong with it. Its payload is looked at by `payloadFault`. */
export function readEvent(value: unknown): {readonly event: Envelope} | {readonly fault: EventFault} {
  const result = envelopeSchema.safeParse(value)
  if (!result.success) return {fault: {code: 'malformed_event', reason: issues(result.error, '')}}
  const event = result.data
  if (!isSupportedVersion(event.event_version))
    return {fault: {code: 'unsupported_version', reason: `event_version ${event.event_version}`}}
  return {event}
}

/** Undefined for a payload that is right, and for types that this version does not know. */
export function payloadFault(event: Envelope): EventFault | undefined {
  const payload = payloadSchema(event.event_type)?.safeParse(event.payload)
  if (!payload || payload.success) return undefined
  return {code: 'malformed_payload', reason: issues(payload.error, 'payload.')}
}

const issues = (error: z.ZodError, prefix: string): string =>
  error.issues.map((issue) => `${prefix}${issue.path.join('.')}: ${issue.message}`).join('; ')
