import {RateLimiterMemory, RateLimiterRes} from 'rate-limiter-flexible'
import {DomainError} from '../domain/errors.ts'
import {limitKey} from './client-address.ts'

/** Requests of one client address (an IPv6 /64 counts as one) in one process. */
export interface Limits {
  /** Requests per minute, of whatever kind. None: not limited, for an API that only this machine can reach. */
  readonly requestsPerMinute?: number
  /** Requests per minute whose credentials did not hold; then credentials that are not known yet are not looked up. */
  readonly refusalsPerMinute: number
}

export interface AddressLimits {
  /** Counts a request; throws `rate_limited`. */
  request(address: string): Promise<void>
  /** Counts credentials that did not hold. */
  refused(address: string): Promise<void>
  /** Throws `rate_limited` when the address had too many refused. */
  assertMayTry(address: string): Promise<void>
}

const WINDOW_SECONDS = 60

export function createAddressLimits(limits: Limits): AddressLimits {
  const {requestsPerMinute} = limits
  const requests =
    requestsPerMinute === undefined
      ? undefined
      : new RateLimiterMemory({keyPrefix: 'requests', points: requestsPerMinute, duration: WINDOW_SECONDS})
  const refusals = new RateLimiterMemory({
    keyPrefix: 'refusals',
    points: limits.refusalsPerMinute,
    duration: WINDOW_SECONDS,
  })
  return {
    request: async (address) => {
      if (requests) await consume(requests, address)
    },
    // Over the limit is no news here: the next attempt is refused by assertMayTry.
    refused: async (address) => {
      await refusals.penalty(limitKey(address))
    },
    assertMayTry: async (address) => {
      const state = await refusals.get(limitKey(address))
      if (state && state.consumedPoints >= limits.refusalsPerMinute) throw limited(state.msBeforeNext)
    },
  }
}

async function consume(limiter: RateLimiterMemory, address: string): Promise<void> {
  try {
    await limiter.consume(limitKey(address))
  } catch (error) {
    if (error instanceof RateLimiterRes) throw limited(error.msBeforeNext)
    throw error
  }
}

const limited = (ms: number): DomainError =>
  new DomainError('rate_limited', 'rate_limited', 'Too many requests from your address.', {
    hint: 'Wait as long as Retry-After says.',
    retryAfterSeconds: Math.max(1, Math.ceil(ms / 1000)),
  })
