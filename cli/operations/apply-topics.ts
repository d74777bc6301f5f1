import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {KafkaAdmin} from '../tools/kafka-admin.ts'
import {planTopics, type TopicChange, wantedTopics} from './plan-topics.ts'
import type {DaprTarget} from './dapr-targets.ts'

export interface TopicRequest {
  readonly target: DaprTarget
  /** Copies of each partition; by the target unless given. */
  readonly replication?: number | undefined
}

/** What differs from what is wanted. Changes nothing. */
export async function diffTopics(admin: KafkaAdmin, {target, replication}: TopicRequest): Promise<TopicChange[]> {
  const wanted = wantedTopics(target, replication)
  return planTopics(wanted, await admin.describe(wanted.map(({name}) => name)))
}

/**
 * Makes the topics what they should be, and answers with what was changed. When one change has to be confirmed and is
 * not, nothing is done at all; what cannot be done is left as it is and is in the answer.
 */
export async function applyTopics(
  admin: KafkaAdmin,
  request: TopicRequest & {readonly confirm: boolean},
): Promise<TopicChange[]> {
  const changes = await diffTopics(admin, request)
  assertConfirmed(changes, request.confirm)
  const fewer = changes.find(({change, refused}) => change === 'partitions' && refused !== null)
  if (fewer) throw refusal(fewer)
  const possible = changes.filter(({refused}) => refused === null)
  const missing = new Set(possible.filter(({change}) => change === 'create').map(({topic}) => topic))
  if (missing.size > 0) {
    await admin.create(wantedTopics(request.target, request.replication).filter(({name}) => missing.has(name)))
  }
  for (const {topic, change, setting, to} of possible) {
    if (change === 'partitions') await admin.addPartitions(topic, Number(to))
    if (change === 'config') await admin.configure(topic, {[setting!]: to})
  }
  return changes
}

/** Before anything is changed, and before a dry run is believed. */
function assertConfirmed(changes: readonly TopicChange[], confirmed: boolean): void {
  const open = changes.filter(({confirm}) => confirm !== null)
  if (confirmed || open.length === 0) return
  const list = open.map(({topic, from, to}) => `${topic} from ${from} to ${to} partitions`).join(', ')
  throw new CliError(`Nothing was changed: ${list} has to be confirmed, ${open[0]!.confirm!}.`, {
    code: 'confirmation_needed',
    exit: EXIT.refused,
    hints: ['let the consumers finish first (lag 0), then run it again with --confirm'],
  })
}

const refusal = ({topic, from, to, refused}: TopicChange): CliError =>
  new CliError(`Nothing was changed: ${topic} has ${from} partitions, ${to} are wanted; ${refused}.`, {
    code: 'fewer_partitions',
    exit: EXIT.refused,
  })
