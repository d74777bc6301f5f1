import type {ClockSample} from '../../tools/database-clock.ts'
import {databaseError} from '../database-error.ts'
import type {Verdict} from './check.ts'
import {checkClock} from './clock.ts'

/** Whether the database answers, and what time it is there. */
export async function checkDatabase(
  url: string,
  databaseClock: (url: string) => Promise<ClockSample>,
): Promise<Verdict> {
  try {
    return checkClock(await databaseClock(url))
  } catch (error) {
    throw databaseError(error)
  }
}
