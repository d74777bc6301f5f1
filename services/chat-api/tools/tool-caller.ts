import type {z} from 'zod'
import type {Problem} from '../../contracts/problem.ts'
import type {Database} from '../../database/database.ts'
import {type Zone, zoneOf} from '../../domain/dates/zone.ts'
import {DomainError, type ErrorKind} from '../../domain/errors.ts'
import type {InvocationResult} from '../../ports/service-invoker.ts'
import {type CallOptions, type CallingUser, callServiceAs} from '../call-service.ts'
import {readProfile} from '../routes/profile.ts'

/** Somebody who calls a tool, and the way to their tasks. */
export interface ToolCaller {
  readonly zone: Zone
  /** ms since the epoch. */
  readonly now: number
  /** Reads from the task service; throws its refusal. */
  read<S extends z.ZodType>(path: string, answer: S): Promise<z.output<S>>
  /** Changes something there: once per call of a tool, which has one key. Throws its refusal. */
  change<S extends z.ZodType>(change: TaskChange, answer: S): Promise<z.output<S>>
}

export interface TaskChange {
  readonly method: 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  /** The version that was read. */
  readonly ifMatch?: number
  /** How long to wait for the next occurrence, seconds. */
  readonly waitSeconds?: number
}

export interface ToolCallerOptions extends CallOptions {
  readonly database: Database
}

/** `key`: with the same one a change that was made already is answered as it was, and not made again. */
export async function toolCaller(
  user: CallingUser,
  key: string,
  {database, ...calls}: ToolCallerOptions,
): Promise<ToolCaller> {
  const {userId, role} = user
  const profile = await database.asUser(userId, async (tx) => readProfile(tx, userId, role === 'operator'))
  const call = {app: 'task-service', headers: {accept: 'application/json'}}
  return {
    zone: zoneOf(profile.time_zone),
    now: Date.now(),
    read: async (path, answer) => parsed(await callServiceAs(user, calls, {...call, method: 'GET', path}), answer),
    change: async ({method, path, body, ifMatch, waitSeconds}, answer) => {
      const headers = {
        ...call.headers,
        'content-type': 'application/json',
        'idempotency-key': key,
        ...(ifMatch !== undefined && {'if-match': `"${ifMatch}"`}),
        ...(waitSeconds !== undefined && {prefer: `wait=${waitSeconds}`}),
      }
      const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
      return parsed(await callServiceAs(user, calls, {...call, method, path, headers, body: bytes}), answer)
    },
  }
}

/** What a newer service knows beyond the contract is left out. */
function parsed<S extends z.ZodType>({status, body}: InvocationResult, answer: S): z.output<S> {
  const value: unknown = JSON.parse(body.toString())
  if (status < 400) return answer.parse(value)
  throw refusal(value as Problem)
}

const KINDS: Readonly<Record<number, ErrorKind>> = {
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  412: 'precondition',
  413: 'too_large',
  429: 'rate_limited',
  503: 'unavailable',
}

function refusal({status, code, detail, hint, errors}: Problem): DomainError {
  // A 500 was logged where it happened.
  const kind = KINDS[status] ?? (status >= 500 ? 'unavailable' : 'invalid')
  return new DomainError(kind, code, detail, {
    ...(hint === undefined ? {} : {hint}),
    ...(errors && {faults: errors.map(({hint: each, ...fault}) => ({...fault, ...(each && {hint: each})}))}),
  })
}
