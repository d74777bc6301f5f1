import {deadLetterTopic} from '../../services/domain/events/dead-letter.ts'
import {PARTITIONS, TOPICS} from '../../services/domain/events/event-types.ts'
import type {FoundTopic, TopicSettings} from '../tools/kafka-admin.ts'
import type {DaprTarget} from './dapr-targets.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** One broker on one machine; three, and more time to look back, in the cloud. */
const BY_TARGET: Readonly<Record<DaprTarget, {days: number; replication: number}>> = {
  host: {days: 7, replication: 1},
  minikube: {days: 7, replication: 1},
  oke: {days: 30, replication: 3},
  aks: {days: 30, replication: 3},
  gke: {days: 30, replication: 3},
}

/** The topics and their dead letters, as they should be at a target. */
export function wantedTopics(target: DaprTarget, replication = BY_TARGET[target].replication): TopicSettings[] {
  const config = {'retention.ms': String(BY_TARGET[target].days * DAY_MS), 'cleanup.policy': 'delete'}
  return [...TOPICS, ...TOPICS.map(deadLetterTopic)].map((name) => ({
    name,
    partitions: PARTITIONS,
    replication,
    config,
  }))
}

/** One thing that differs. */
export interface TopicChange {
  readonly topic: string
  readonly change: 'create' | 'partitions' | 'config' | 'replication'
  /** The setting, for `config`. */
  readonly setting: string | null
  readonly from: string | null
  readonly to: string
  /** It is done only when it was asked for by --confirm; the text says why. */
  readonly confirm: string | null
  /** It is not done; the text says why. */
  readonly refused: string | null
}

const MOVES_USERS =
  'more partitions move users to other ones: events that are under way for a user may be handled out of order'
const NEVER_FEWER = 'Kafka cannot take partitions away; the topic would have to be deleted, with the events in it'
const NO_REPLICATION =
  'Kafka changes the replication only by moving partitions between brokers, which todo5 does not do'

/** What has to be done to come from what there is to what is wanted, in the order in which it is done. */
export function planTopics(wanted: readonly TopicSettings[], found: readonly FoundTopic[]): TopicChange[] {
  return wanted.flatMap((topic) => {
    const present = found.find(({name}) => name === topic.name)
    return present ? differences(topic, present) : [creation(topic)]
  })
}

const NONE = {setting: null, from: null, confirm: null, refused: null}

const creation = ({name, partitions, replication, config}: TopicSettings): TopicChange => ({
  ...NONE,
  topic: name,
  change: 'create',
  to: `${partitions} partitions, replication ${replication}, kept ${days(config['retention.ms'])}`,
})

function differences(wanted: TopicSettings, found: FoundTopic): TopicChange[] {
  const topic = wanted.name
  const changes: TopicChange[] = []
  if (found.partitions !== wanted.partitions) {
    const more = wanted.partitions > found.partitions
    changes.push({
      ...NONE,
      topic,
      change: 'partitions',
      from: String(found.partitions),
      to: String(wanted.partitions),
      confirm: more ? MOVES_USERS : null,
      refused: more ? null : NEVER_FEWER,
    })
  }
  for (const [setting, to] of Object.entries(wanted.config)) {
    const from = effective(found, setting)
    if (from !== to) changes.push({...NONE, topic, change: 'config', setting, from, to})
  }
  if (found.replication < wanted.replication) {
    const [from, to] = [String(found.replication), String(wanted.replication)]
    changes.push({...NONE, topic, change: 'replication', from, to, refused: NO_REPLICATION})
  }
  return changes
}

/** What a topic has from the broker is right for now, and set on it all the same: another broker may say otherwise. */
const effective = (found: FoundTopic, setting: string): string | null => found.config[setting] ?? null

const days = (ms: string | undefined): string => `${Number(ms) / DAY_MS} days`
