import type {ClockSample} from '../../tools/database-clock.ts'
import {databaseError} from '../database-error.ts'
import type {Verdict} from './check.ts'
import {checkClock} from './clock.ts'

/** Whether the database answers, and what time it is there; `against`: the name of the machine that this runs on. */
export async function checkDatabase(
  url: string,
  databaseClock: (url: string) => Promise<ClockSample>,
  against?: string,
): Promise<Verdict> {
  try {
    return checkClock(await databaseClock(url), against === undefined ? {} : {against})
  } catch (error) {
    throw databaseError(error)
  }
}
