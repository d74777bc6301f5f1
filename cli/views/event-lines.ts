import type {TailedEvent} from '../operations/tail-events.ts'
import type {Output} from '../output.ts'
import {plainInstant} from '../time/show-time.ts'
import {detailsOf, instantOfLog} from './audit-lines.ts'
import type {TimeView} from './task-lines.ts'

export interface EventJson {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly at: string
  readonly key: string | null
  readonly source: string | null
  readonly traceparent: string | null
  /** Null when it is no event; then the text says what it is. */
  readonly event: unknown
  readonly text: string | null
}

export const eventJson = (tailed: TailedEvent): EventJson => ({
  topic: tailed.topic,
  partition: tailed.partition,
  offset: tailed.offset,
  at: new Date(tailed.at).toISOString(),
  key: tailed.key,
  source: tailed.source,
  traceparent: tailed.traceparent,
  event: tailed.event ?? null,
  text: tailed.event === undefined ? tailed.text : null,
})

const LONGEST_TEXT = 200

/** `20 Nov 10:00:00.123 task.completed     12      task-events/3/17  details  user=…`; one line, however long. */
export function printEvent(out: Output, event: TailedEvent, view: TimeView): void {
  const {dim, warn} = out.style
  const {eventType, taskId, topic, partition, offset, userId, key, deadLetter} = event
  const what = deadLetter === null ? '' : `  ${warn(shown(`${deadLetter.code}: ${deadLetter.reason}`))}`
  const details = event.event === undefined ? event.text.slice(0, LONGEST_TEXT) : detailsOf(event.payload, view.zone)
  const user = userId ?? key
  out.data(
    [
      dim(timeOf(event.at, out, view)),
      shown(eventType ?? 'no event').padEnd(18),
      String(taskId ?? '-').padStart(6),
      dim(`${topic}/${partition}/${offset}`.padEnd(20)),
      `${user === null ? '' : dim(`user=${shown(user)}`)}${what}${details === '' ? '' : `  ${shown(details)}`}`,
    ]
      .join('  ')
      .trimEnd(),
  )
}

/** To the millisecond: events follow each other fast. */
const timeOf = (at: number, out: Output, view: TimeView): string =>
  out.isTTY ? `${instantOfLog(at, out, view)}.${String(at % 1000).padStart(3, '0')}` : plainInstant(at, view.zone)

/** Who wrote it may be anybody: nothing of it may move the cursor or colour the terminal. */
const shown = (text: string): string => text.replaceAll(/\p{C}/gu, ' ')
