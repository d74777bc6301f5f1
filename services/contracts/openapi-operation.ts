import type {z} from 'zod'

/** A request header as the document names it. */
export type RequestHeader = 'IfMatch' | 'IdempotencyKey' | 'PreferWait'

export interface Operation {
  readonly method: 'get' | 'post' | 'patch' | 'delete'
  /** Below /api/v1. */
  readonly path: string
  readonly operationId: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly query?: z.ZodObject
  readonly headers?: readonly RequestHeader[]
  /** Name of a request schema. */
  readonly body?: string
  /** Without it the request is as with an empty one. */
  readonly bodyOptional?: true
  readonly success: {
    readonly status: number
    readonly description: string
    /** Name of a response schema; none for an empty answer. */
    readonly schema?: string
    /** Of the answer; application/json unless given. */
    readonly type?: 'text/event-stream' | 'text/calendar'
    readonly headers?: readonly ('ETag' | 'Location')[]
    /** Whoever has this version already gets a 304. */
    readonly notModified?: true
  }
  /** Beside those that every operation can answer. */
  readonly errors: readonly number[]
}

export const WRITE_ERRORS = [400, 403] as const
export const BODY_ERRORS = [...WRITE_ERRORS, 413, 415, 422] as const
