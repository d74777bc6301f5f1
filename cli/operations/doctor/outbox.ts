import type {OutboxLag} from '../../supervisor/health.ts'
import {count, ok, problem, type Verdict, warning} from './check.ts'
import {HOST_COMMANDS, type NextCommands} from './next-commands.ts'

/** Without a fault an event waits for milliseconds; after one, for as long as it took and up to 30 s more. */
const LONG_SECONDS = 60

/** Events that are stored and not yet on the bus. Undefined: the Task Service did not say. */
export function checkOutbox(lag: OutboxLag | undefined, {stream}: NextCommands = HOST_COMMANDS): Verdict {
  if (lag === undefined) return problem('the Task Service does not say what waits in its outbox')
  if (lag.pending === 0) return ok('empty')
  const found = `${count(lag.pending, 'event')} not published, the oldest for ${Math.round(lag.oldest_seconds)} s`
  if (lag.oldest_seconds <= LONG_SECONDS) return ok(found)
  const next = [`${stream('outbox status')}        who publishes, and whether it is paused`]
  return lag.oldest_seconds > 10 * LONG_SECONDS ? problem(found, {next}) : warning(found, {next})
}
