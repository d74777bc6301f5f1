import type {SeriesResponse} from '../../services/contracts/history.ts'
import type {Output} from '../output.ts'
import type {Column} from '../table.ts'
import {dayAndTime, plainDue, span} from '../time/show-time.ts'
import type {TimeView} from './task-lines.ts'

type Occurrence = SeriesResponse['occurrences'][number]

/** Marks of the beat line. */
const MARKS = 10

/** `● ● ○ ● ◉ · · · · ·`: what was done, skipped, is open, and is to come; oldest first. */
export function beatLine(out: Output, {occurrences, coming}: SeriesResponse): string {
  const {beats} = out.style.symbols
  const known = occurrences.map(({state}) => beats[state]).reverse()
  const ahead = coming.map(() => beats.coming)
  const shown = known.slice(-Math.max(MARKS / 2, MARKS - ahead.length))
  return [...shown, ...ahead].slice(0, MARKS).join(beats.gap)
}

/** What there is to know about a series: the beat, how it went, and how it goes on. */
export function seriesDetails(out: Output, series: SeriesResponse, {id}: {readonly id: number}): [string, string][] {
  const {done, skipped, late, missed, current_streak, longest_streak, completion_rate} = series.statistics
  const counts = []
  if (done > 0) counts.push(`${done} done`)
  if (late > 0) counts.push(`${late} of them late`)
  if (skipped > 0) counts.push(`${skipped} skipped`)
  if (missed > 0) counts.push(`${missed} missed`)
  const lines: [string, string][] = [['series', `${beatLine(out, series)}   ${counts.join(', ')}`.trimEnd()]]
  if (done > 0) {
    const rate = completion_rate === null ? '' : `${Math.round(completion_rate * 100)} % done; `
    lines.push(['streak', `${rate}${current_streak} in a row now, ${longest_streak} at best`])
  }
  if (series.anchor === 'completion') lines.push(['counts', 'from when it was done, not from the due date'])
  if (series.catch_up === 'each') lines.push(['if late', 'each one that was missed'])
  const open = series.occurrences.find(({state}) => state === 'open')
  if (open && open.task_id !== id) lines.push(['open now', `todo5 task show ${open.task_id}`])
  if (!series.live) lines.push(['ended', 'nothing follows any more'])
  return lines
}

/** Past occurrences, newest first, one a line. */
export function printOccurrences(
  out: Output,
  occurrences: readonly Occurrence[],
  {zone, now, hasTime}: TimeView & {readonly hasTime: boolean},
): void {
  const {good, late, dim} = out.style
  const columns: Column<Occurrence>[] = [
    {
      title: 'WAS DUE',
      text: ({due_at: dueAt, occurrence_at: at}) => {
        const due = {at: Date.parse(dueAt ?? at), hasTime}
        return out.isTTY ? dayAndTime(due, now, zone) : plainDue(due, zone)
      },
    },
    {
      title: 'STATE',
      text: ({state}) => state,
      paint: (cell, {state}) => (state === 'done' ? good(cell) : dim(cell)),
    },
    {
      title: 'LATE',
      text: ({late_seconds: seconds}) => (seconds === null || seconds < 60 ? '' : span(seconds * 1000)),
      paint: (cell) => late(cell),
    },
    {title: 'ID', text: ({task_id: id}) => String(id), align: 'right', paint: (cell) => dim(cell)},
  ]
  out.table(columns, occurrences)
}
