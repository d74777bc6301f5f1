import type {ClockSample} from '../../tools/database-clock.ts'
import {ok, problem, type Verdict} from './check.ts'

/** Reminders are due by the database's clock; beyond this people and logs see other times than it does. */
const MOST_MS = 500

/** The way there and back is not known apart: the offset is known to half of it, and only what is surely too much counts. */
export function checkClock(
  {asked, database, answered}: ClockSample,
  {whose = 'the database', against = 'this machine'}: {readonly whose?: string; readonly against?: string} = {},
): Verdict {
  const offset = database - (asked + answered) / 2
  const unsure = (answered - asked) / 2
  const amount = `${Math.abs(Math.round(offset))} ms`
  const found = `${whose} is ${amount} ${offset < 0 ? 'behind' : 'ahead of'} ${against} (± ${Math.ceil(unsure)} ms)`
  if (Math.abs(offset) - unsure <= MOST_MS) return ok(found)
  return problem(found, {
    next: ['set both clocks by NTP (timedatectl set-ntp true): reminders are sent by the clock of the database'],
  })
}
