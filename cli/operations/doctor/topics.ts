import type {PartitionState} from '../../tools/kafka-admin.ts'
import type {TopicChange} from '../plan-topics.ts'
import {count, ok, problem, type Verdict, warning} from './check.ts'
import {HOST_COMMANDS, type NextCommands} from './next-commands.ts'

export interface TopicFacts {
  /** What `topic apply` would have to do. */
  readonly changes: readonly TopicChange[]
  /** By topic; of those that exist. */
  readonly partitions: ReadonlyMap<string, readonly PartitionState[]>
}

/** The topics as they are declared, each partition with a leader and all of its copies. */
export function checkTopics({changes, partitions}: TopicFacts, {stream}: NextCommands = HOST_COMMANDS): Verdict {
  const details = changes.map(({topic, change, setting, from, to}) =>
    change === 'create'
      ? `${topic} is missing`
      : `${topic}: ${setting ?? change} is ${from ?? 'not set'}, should be ${to}`,
  )
  const states = [...partitions].flatMap(([topic, all]) => all.map((state) => ({topic, ...state})))
  const unled = states.filter(({leader}) => leader < 0)
  const behind = states.filter(({leader, inSync, replicas}) => leader >= 0 && inSync.length < replicas.length)
  details.push(
    ...unled.map(({topic, partition}) => `partition ${partition} of ${topic} has no leader`),
    ...behind.map(
      ({topic, partition, inSync, replicas}) =>
        `partition ${partition} of ${topic} has ${inSync.length} of ${replicas.length} copies in sync`,
    ),
  )
  if (details.length === 0) return ok(`${count(partitions.size, 'topic')} as declared`)
  const next = [
    ...(changes.length > 0
      ? [stream('topic diff'), `${stream('topic apply')}        wait 15 s after a topic was deleted`]
      : []),
    ...(unled.length + behind.length > 0 ? ['look at the brokers: a broker that holds a copy is away'] : []),
  ]
  const broken = unled.length > 0 || changes.some(({change}) => change === 'create' || change === 'partitions')
  return (broken ? problem : warning)(`${count(details.length, 'thing')} not as declared`, {details, next})
}
