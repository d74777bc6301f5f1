import {formatDuration} from '../../services/domain/dates/duration.ts'
import type {OutboxStatus} from '../operations/outbox-status.ts'
import type {Output} from '../output.ts'

export function printOutbox(out: Output, status: OutboxStatus): void {
  if (status.waiting === 0) out.data('Nothing waits: the bus has every event.')
  else {
    out.table(
      [
        {title: 'TOPIC', text: (row) => row.topic, atLeast: 12},
        {title: 'WAITING', text: (row) => String(row.waiting), align: 'right'},
        {title: 'OLDEST', text: (row) => age(row.oldest_seconds)},
      ],
      status.topics,
    )
  }
  out.data(`relay  ${leader(status)}`)
  for (const {topic, since, reason} of status.relay.refused)
    out.warning(`The bus has taken nothing of ${topic} since ${since}: ${reason}`)
  if (!status.relay.leads && status.waiting > 0)
    out.note('Events wait until the Task Service runs.', 'todo5 status        shows what does not')
}

function leader({relay: {holder, leads, until, by_hand: byHand}}: OutboxStatus): string {
  if (holder === null) return 'has never run'
  if (!leads)
    return until === null ? `none; the last one, ${holder}, has stopped` : `none since ${until}: ${holder} is gone`
  return byHand ? `waits for ${holder}, which publishes in its place` : `${holder}, until ${until} at least`
}

const age = (seconds: number): string => (seconds === 0 ? 'now' : formatDuration(seconds))

export interface DrainResult {
  readonly via: 'bus' | 'kafka'
  /** By this command; the relay does not say. */
  readonly published: readonly {readonly topic: string; readonly events: number}[]
  /** What waits in the end: it came meanwhile. */
  readonly left: number
}

/** What a drain does, in order; without brokers the relay publishes. */
export function drainSteps(status: OutboxStatus, brokers: readonly string[] | null): string[] {
  if (brokers === null) return ['wait until the relay has published what is there now']
  const {relay, topics} = status
  const counts = countsByTopic(topics.map(({topic, waiting: events}) => ({topic, events})))
  return [
    relay.leads ? `take the lease from the relay ${relay.holder}` : 'take the lease of the relay, which nobody has',
    `publish to Kafka at ${brokers.join(', ')}: ${counts || 'nothing waits'}`,
    'give the lease back',
  ]
}

export function printDrained(out: Output, {via, published, left}: DrainResult): void {
  if (via === 'bus') out.data('The relay has published everything that was there.')
  else out.data(published.length === 0 ? 'Nothing to publish.' : `Published to Kafka: ${countsByTopic(published)}`)
  if (left > 0)
    out.note(`${left} more ${left === 1 ? 'event has' : 'events have'} come meanwhile; the relay goes on with them.`)
}

const SAY_EVERY_MS = 2000

/** Says how far a drain is, every two seconds at most. */
export function drainProgress(out: Output, now: () => number): (state: {published: number; left: number}) => void {
  let saidAt = now()
  return ({published, left}) => {
    if (now() - saidAt < SAY_EVERY_MS) return
    saidAt = now()
    out.note(published === 0 ? `${left} wait` : `${published} published, ${left} wait`)
  }
}

export function stuckAdvice(via: DrainResult['via'], target: string | null): string[] {
  const status = 'todo5 outbox status        says what is refused'
  if (via === 'kafka') return [status]
  if (target === 'local') return [status, 'todo5 logs task-service']
  return [status, "todo5 outbox drain --via kafka        when it is Dapr's pub/sub that is down"]
}

const countsByTopic = (topics: readonly {readonly topic: string; readonly events: number}[]): string =>
  topics.map(({topic, events}) => `${topic} ${events}`).join(', ')
