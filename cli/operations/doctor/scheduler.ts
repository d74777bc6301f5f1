import type {SidecarFacts} from '../../supervisor/host/sidecar-facts.ts'
import {ok, problem, type Verdict, warning} from './check.ts'
import {HOST_COMMANDS, type NextCommands} from './next-commands.ts'

/** Its sidecar alone schedules jobs and gets them. */
const APP = 'notification-service'

/** Whether jobs come: without them reminders are still sent, by the sweep, up to some seconds late. */
export function checkScheduler(
  sidecars: readonly SidecarFacts[],
  {start, schedulerLogs}: NextCommands = HOST_COMMANDS,
): Verdict {
  const sidecar = sidecars.find(({app}) => app === APP)
  if (!sidecar) return warning(`${APP} does not run, so nobody gets jobs`, {next: [start]})
  const {loaded} = sidecar
  const next = [schedulerLogs, `${start}        starts it again`]
  if (!loaded) return warning(`the sidecar of ${APP} does not answer, so nobody knows`, {next})
  if (loaded.schedulers.length > 0) return ok(`${APP} is connected to ${loaded.schedulers.join(', ')}`)
  return problem(`${APP} is not connected to it: reminders come by the sweep, some seconds late`, {next})
}
