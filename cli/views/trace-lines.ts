import type {FoundTrace} from '../operations/find-trace.ts'
import type {TraceSpan} from '../operations/trace-tree.ts'
import type {Output} from '../output.ts'
import type {Column} from '../table.ts'
import {instantOfLog} from './audit-lines.ts'
import type {TimeView} from './task-lines.ts'

/** Narrower terminals have no room for bars. */
const BARS_FROM = 72
const BAR = 16

/** A line about the whole, the tree, and which other traces the task has. `unicode`: whether lines can be drawn. */
export function printTrace(out: Output, trace: FoundTrace, view: TimeView, unicode: boolean): void {
  const {event, spans, services, others} = trace
  const {dim, bad} = out.style
  const what = event === null ? '' : `${event.event_type}, task ${event.task_id}: `
  const when = instantOfLog(Date.parse(trace.started_at), out, view)
  out.data(
    `${what}${durationText(trace.duration_ms)} in ${counted(spans.length, 'step')} of ${counted(services.length, 'service')}, ${when}`,
    dim(`trace ${trace.trace_id}`),
    '',
  )
  const columns: Column<TraceSpan>[] = [
    {
      title: 'STEP',
      text: ({depth, name, error}) => {
        const indent = out.accessible ? '' : ' '.repeat(depth)
        return `${indent}${shown(name)}${error === null ? '' : ` ${out.style.symbols.failed} ${shown(error)}`}`
      },
      paint: (cell, {error}) => (error === null ? cell : bad(cell)),
      atLeast: 18,
      atMost: 60,
    },
    {title: 'SERVICE', text: ({service}) => shown(service.replace(/-service$/u, '')), atLeast: 9},
    {title: 'AT', text: ({offset_ms}) => durationText(offset_ms), align: 'right'},
    {title: 'TOOK', text: ({duration_ms}) => durationText(duration_ms), align: 'right'},
  ]
  if (out.isTTY && !out.accessible && out.columns >= BARS_FROM) {
    columns.push({title: '', text: (span) => bar(span, trace.duration_ms, unicode), paint: (cell) => dim(cell)})
  }
  out.table(columns, spans)
  if (others.length === 0) return
  out.data('', 'Other traces of it:')
  for (const other of others) {
    const at = instantOfLog(Date.parse(other.occurred_at), out, view)
    out.data(`  ${other.trace_id}  ${at}  ${other.event_type}`)
  }
}

/** When it was at work, within the time of the whole. */
function bar({offset_ms: offset, duration_ms: took}: TraceSpan, whole: number, unicode: boolean): string {
  const perCell = Math.max(whole, 0.001) / BAR
  const from = Math.min(BAR - 1, Math.floor(offset / perCell))
  const to = Math.max(from + 1, Math.min(BAR, Math.round((offset + took) / perCell)))
  return ' '.repeat(from) + (unicode ? '━' : '=').repeat(to - from)
}

/** `0.4 ms`, `142 ms`, `3.2 s`, `4 min`, `2.5 h`. */
export function durationText(ms: number): string {
  if (ms < 9.95) return `${ms.toFixed(1)} ms`
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 99_950) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 5_970_000) return `${Math.round(ms / 60_000)} min`
  return `${(ms / 3_600_000).toFixed(1)} h`
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** Spans can come from anybody who reaches Zipkin: nothing of them may move the cursor or colour the terminal. */
const shown = (text: string): string => text.replaceAll(/\p{C}/gu, ' ')
