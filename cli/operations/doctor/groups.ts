import {count, inWords, ok, problem, type Verdict, warning} from './check.ts'

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
export function checkGroups(groups: readonly GroupFacts[]): Verdict {
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
        ...dead.map(({group}) => `todo5 logs ${group} --target host`),
        'todo5 up host        starts what does not run',
        'todo5 consumer list',
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
      next: [...slow.map(({group}) => `todo5 consumer show ${group}`), 'todo5 logs --target host --level WARN'],
    })
  }
  if (moving.length === 0) return ok(found)
  return warning(found, {details, next: ['todo5 consumer list --watch        it is over within seconds']})
}
