import {count, inWords, ok, problem, type Verdict, warning} from './check.ts'
import {HOST_COMMANDS, type NextCommands} from './next-commands.ts'

export interface GroupFacts {
  readonly group: string
  /** As Kafka calls it: Stable, PreparingRebalance, CompletingRebalance, Empty, Dead. */
  readonly state: string
  readonly members: number
  /** Events that it has not acknowledged, over all its topics. */
  readonly lag: number
  /** How long the oldest of them has waited. */
  readonly seconds: number
}

/** As the alert for lag. */
const LONG_SECONDS = 60

/** Whether somebody reads as each consumer. */
export function checkGroups(groups: readonly GroupFacts[], commands: NextCommands = HOST_COMMANDS): Verdict {
  const {stream, logs, start, warnings} = commands
  const dead = groups.filter(({state, members}) => members === 0 || state === 'Empty' || state === 'Dead')
  const moving = groups.filter((group) => !dead.includes(group) && group.state !== 'Stable')
  const waiting = groups.reduce((sum, {lag}) => sum + lag, 0)
  const waits = waiting === 0 ? 'nothing waits' : `${count(waiting, 'event')} wait${waiting === 1 ? 's' : ''}`
  const details = [
    ...dead.map(({group, lag}) => `nobody reads as ${group}${lag === 0 ? '' : `; ${count(lag, 'event')} not handled`}`),
    ...moving.map(({group, state}) => `${group} is sharing out its partitions (${state})`),
  ]
  if (dead.length > 0) {
    return problem(`${inWords(dead.map(({group}) => group))} not reading`, {
      details,
      next: [
        ...dead.map(({group}) => logs(group)),
        `${start}        starts what does not run`,
        stream('consumer list'),
      ],
    })
  }
  const found = `${count(groups.length, 'consumer')} reading, ${waits}`
  const slow = groups.filter(({seconds}) => seconds > LONG_SECONDS)
  if (slow.length > 0) {
    return problem(found, {
      details: slow.map(({group, lag, seconds}) => {
        return `${group}: ${count(lag, 'event')}, the oldest for ${Math.round(seconds)} s`
      }),
      next: [...slow.map(({group}) => stream(`consumer show ${group}`)), warnings],
    })
  }
  if (moving.length === 0) return ok(found)
  return warning(found, {details, next: [`${stream('consumer list --watch')}        it is over within seconds`]})
}
