import type {HostStatus} from '../host-status.ts'
import type {LocalStatus} from '../local-status.ts'
import {count, inWords, ok, problem, type Verdict, warning} from './check.ts'

/** A program that was started so often since `up` does not stay up. */
const OFTEN = 5

/** Whether what belongs to a target runs and says that it is well. */
export function checkProcesses(status: LocalStatus | HostStatus): Verdict {
  const {target, state} = status
  if (state === 'stopped') return ok('not running', `todo5 up ${target}`)
  if (state === 'left_behind') return problem('not running, but its programs are', {next: [`todo5 up ${target}`]})
  if (state === 'starting' || state === 'stopping') {
    return warning(state, {next: [`todo5 status ${target}        and doctor again when that is over`]})
  }
  const rows = status.processes.map((process) => ({restarts: 0, ...process}))
  const byHand = rows.filter((process) => process.state === 'stopped_by_hand')
  const ill = rows.filter((process) => process.state !== 'running' && !byHand.includes(process))
  const restarted = rows.filter(({restarts}) => restarts >= OFTEN)
  const details = [
    ...[...ill, ...byHand].map((process) => `${process.name} is ${process.state.replaceAll('_', ' ')}`),
    ...restarted.map(({name, restarts}) => `${name} was started again ${restarts} times`),
  ]
  const names = [...new Set([...ill, ...restarted].map(({name}) => name))]
  const next = [
    ...(target === 'host' ? names.map((name) => `todo5 logs ${name} --target host`) : ['todo5 logs --level WARN']),
    `todo5 up ${target}        starts what does not run`,
  ]
  if (ill.length > 0) return problem(`${inWords(ill.map(({name}) => name))} not well`, {details, next})
  const found = `${count(rows.length - byHand.length, 'process', 'processes')} running`
  return details.length > 0 ? warning(found, {details, next}) : ok(found)
}
