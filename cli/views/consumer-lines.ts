import type {PartitionReset} from '../operations/consumers/plan-reset.ts'
import type {ResetPlan} from '../operations/consumers/reset-consumer.ts'
import type {Consumer, ConsumerPartition} from '../operations/consumers/read-consumers.ts'
import type {ConsumerSummary} from '../operations/consumers/summarize.ts'
import {formatDuration} from '../../services/domain/dates/duration.ts'
import type {Output} from '../output.ts'

export function printConsumers(out: Output, consumers: readonly ConsumerSummary[]): void {
  out.table(
    [
      {title: 'GROUP', text: (row) => row.group, atLeast: 21},
      {title: 'TOPIC', text: (row) => row.topic, atLeast: 12},
      {title: 'LAG', text: (row) => String(row.lag), align: 'right'},
      {title: 'OLDEST', text: age, align: 'right'},
      {title: 'MEMBERS', text: (row) => String(row.members), align: 'right', spare: 2},
      {title: 'STATE', text: ({state}) => stateText(state), spare: 1},
    ],
    consumers,
  )
}

export function printConsumer(out: Output, {group, state, members, partitions}: Consumer): void {
  const count = members.length === 1 ? '1 member' : `${members.length === 0 ? 'no' : members.length} members`
  out.data(`${group}  ${stateText(state)}, ${count}`)
  for (const {member_id: id, client_id: client, host} of members) out.data(`  ${id}  ${client} at ${host}`)
  const several = members.length > 1
  out.table(
    [
      {title: 'TOPIC', text: (row) => row.topic, atLeast: 12},
      {title: 'PARTITION', text: (row) => String(row.partition), align: 'right'},
      {title: 'COMMITTED', text: (row) => String(row.committed_offset ?? 'none'), align: 'right', spare: 2},
      {title: 'NEXT', text: (row) => String(row.next_offset), align: 'right', spare: 3},
      {title: 'LAG', text: (row) => String(row.lag), align: 'right'},
      {title: 'OLDEST', text: age, align: 'right'},
      ...(several
        ? [{title: 'MEMBER', text: (row: ConsumerPartition) => row.member_id ?? '', atLeast: 8, spare: 1}]
        : []),
    ],
    partitions,
  )
}

/** Kafka calls a group Dead that it does not know. */
const stateText = (state: string): string => (state === 'Dead' ? 'never seen' : state)

/** Empty while nothing waits. */
function age({lag, lag_seconds: seconds}: Pick<ConsumerSummary, 'lag' | 'lag_seconds'>): string {
  if (lag === 0) return ''
  if (seconds === null) return '?'
  return seconds < 10 ? `${seconds.toFixed(1)}s` : formatDuration(Math.round(seconds))
}

/** From where to where, per partition that moves. */
export function printResets(out: Output, resets: readonly PartitionReset[]): void {
  const moving = resets.filter(({from, to}) => from !== to)
  if (moving.length === 0) return
  out.table(
    [
      {title: 'TOPIC', text: (row) => row.topic, atLeast: 12},
      {title: 'PARTITION', text: (row) => String(row.partition), align: 'right'},
      {title: 'FROM', text: (row) => String(row.from), align: 'right'},
      {title: 'TO', text: (row) => String(row.to), align: 'right'},
      {title: 'EVENTS', text: ({from, to}) => (to < from ? `${from - to} again` : `${to - from} skipped`)},
    ],
    moving,
  )
  if (moving.length < resets.length) out.note(`${resets.length - moving.length} partitions stay where they are.`)
}

const PHRASES = {
  future: {again: 'come again', skipped: 'are never handled by it', forgotten: 'will be forgotten'},
  past: {again: 'come again', skipped: 'are never handled by it', forgotten: 'are forgotten'},
}

/** What comes of it, or came. */
export function resetSentence(plan: ResetPlan, tense: keyof typeof PHRASES): string {
  const {group, events_again: again, events_skipped: skipped, inbox_rows: rows} = plan
  if (again === 0 && skipped === 0) return `${group} is there already: nothing comes again, nothing is skipped.`
  const says = PHRASES[tense]
  const parts = [
    again > 0 ? `${events(again)} ${says.again}` : '',
    skipped > 0 ? `${events(skipped)} ${says.skipped}` : '',
  ].filter((part) => part !== '')
  const inbox =
    again === 0
      ? ''
      : rows === null
        ? ' What it has noted as handled stays.'
        : ` ${rows} inbox ${rows === 1 ? 'row' : 'rows'} ${says.forgotten}.`
  return `${group}: ${parts.join(', ')}.${inbox}`
}

const events = (count: number): string => (count === 1 ? '1 event' : `${count} events`)
