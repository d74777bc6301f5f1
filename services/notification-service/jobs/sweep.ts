import type {Claim, Claims} from '../use-cases/claims.ts'
import type {Dispatcher} from './dispatcher.ts'

/** Users whose late reminders are claimed at once. */
const LATE_USERS = 20

/**
 * What works with no job at all: late reminders, user by user, so that each user gets them together; overdue ones that no
 * job took; retries; and what somebody claimed and did not finish before the lease ended.
 */
export async function sweep({claims, dispatcher}: {claims: Claims; dispatcher: Dispatcher}): Promise<'busy' | 'idle'> {
  let more = false
  const take = async (limit: number, claimUpTo: (limit: number) => Promise<Claim>): Promise<void> => {
    if (limit === 0) return
    const claim = await claimUpTo(limit)
    more ||= claim.deliveries.length >= limit
    await dispatcher.take(claim)
  }
  await dispatcher.whenRoom()
  await take(Math.min(LATE_USERS, dispatcher.room()), async (limit) => claims.late(limit))
  await take(dispatcher.room(), async (limit) => claims.overdue(limit))
  await take(dispatcher.room(), async (limit) => claims.open(limit))
  return more ? 'busy' : 'idle'
}
