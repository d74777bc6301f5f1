import {formatDuration} from '../../services/domain/dates/duration.ts'
import type {ServiceLook, Top} from '../operations/top/look.ts'
import type {Output} from '../output.ts'

/** Seconds that an event may wait before somebody should look. */
const LATE = 60

export function printTop(out: Output, top: Top): void {
  const {bold, dim, warn} = out.style
  const {target, version, services, outbox, reminders} = top
  const memory = top.memory_bytes === null ? '' : `  ${megabytes(top.memory_bytes)}`
  out.data(`${bold(target)}  ${dim(`todo5 ${version}${memory}`)}`)
  out.data('')
  out.table(
    [
      {title: 'SERVICE', text: ({service}) => service, atLeast: 22},
      {title: 'STATE', text: ({state}) => state, paint: (text, {state}) => painted(out, text, state)},
      {title: 'REQ/S', text: ({requests_per_second: rate}) => perSecond(rate), align: 'right'},
      {title: 'P95', text: ({request_p95_seconds: p95}) => seconds(p95), align: 'right', spare: 3},
      {title: 'EV/S', text: ({events_per_second: rate}) => perSecond(rate), align: 'right', spare: 1},
      {title: 'P95', text: ({event_p95_seconds: p95}) => seconds(p95), align: 'right', spare: 4},
      {title: 'FAIL/S', text: ({failures_per_second: rate}) => perSecond(rate), align: 'right', spare: 5},
      ...(target === 'host'
        ? [
            {title: 'LAG', text: ({lag}: ServiceLook) => (lag === null ? '' : String(lag)), align: 'right' as const},
            {
              title: 'MEMORY',
              text: ({memory_bytes: size}: ServiceLook) => megabytes(size),
              align: 'right' as const,
              spare: 6,
            },
          ]
        : []),
    ],
    services,
  )
  out.data('')
  const late = outbox !== null && outbox.oldest_seconds > LATE
  const waits =
    outbox === null
      ? 'unknown'
      : outbox.pending === 0
        ? 'empty'
        : `${outbox.pending} ${outbox.pending === 1 ? 'event' : 'events'}, oldest ${seconds(outbox.oldest_seconds)}`
  const published = outbox?.published_per_second ?? null
  line(out, 'Outbox', late ? warn(waits) : waits, published === null ? '' : `${perSecond(published)} out/s`)
  const lateness = reminders.lateness_p95_seconds
  line(
    out,
    'Reminders',
    `${perSecond(reminders.sent_per_second)} sent/s`,
    `${perSecond(reminders.failed_per_second)} failed/s`,
    lateness === null ? '' : `${seconds(lateness)} late`,
  )
  line(out, 'Occurrences', `${perSecond(top.occurrences_per_second)} made/s`)
  const dead = top.dead_letters_per_second
  line(out, 'Dead letters', dead !== null && dead > 0 ? out.style.bad(`${perSecond(dead)}/s`) : `${perSecond(dead)}/s`)
}

const line = (out: Output, name: string, ...parts: readonly string[]): void =>
  out.data(`${name.padEnd(14)}${parts.filter((part) => part !== '').join(', ')}`)

function painted({style}: Output, text: string, state: ServiceLook['state']): string {
  const {good, warn, bad} = style
  return (state === 'ok' ? good : state === 'draining' ? warn : bad)(text)
}

/** `0`, `0.25`, `3.1`, `120`. */
function perSecond(rate: number | null): string {
  if (rate === null) return '-'
  if (rate === 0) return '0'
  return rate < 1 ? rate.toFixed(2) : rate < 10 ? rate.toFixed(1) : String(Math.round(rate))
}

/** `4 ms`, `1.2 s`, `3m`. */
function seconds(value: number | null): string {
  if (value === null) return ''
  if (value < 1) return `${Math.round(value * 1000)} ms`
  return value < 10 ? `${value.toFixed(1)} s` : formatDuration(Math.round(value))
}

const megabytes = (bytes: number | null): string => (bytes === null ? '' : `${Math.round(bytes / 1024 / 1024)} MB`)
