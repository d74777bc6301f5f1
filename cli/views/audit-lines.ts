import type {AuditListResponse} from '../../services/contracts/audit.ts'
import {type Output} from '../output.ts'
import type {Column} from '../table.ts'
import {plainDue, shortDate} from '../time/show-time.ts'
import {wallTime, type Zone} from '../../services/domain/dates/zone.ts'
import type {TimeView} from './task-lines.ts'

type Entry = AuditListResponse['entries'][number]

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/u

/** Facts of the plumbing that say nothing to a person. */
const UNSHOWN: ReadonlySet<string> = new Set([
  'task_version',
  'series_id',
  'occurrence_at',
  'predecessor_id',
  'completed_at',
  'skipped_at',
  'deleted_at',
  'changed',
  'before',
  'after',
  'revision',
])

/** Changes, newest first, one a line. */
export function printAudit(out: Output, entries: readonly Entry[], view: TimeView, withTask: boolean): void {
  const columns: Column<Entry>[] = [
    {title: 'WHEN', text: (entry) => instantOfLog(Date.parse(entry.occurred_at), out, view)},
    ...(withTask ? [{title: 'TASK', text: (entry: Entry) => String(entry.task_id), align: 'right' as const}] : []),
    {title: 'WHAT', text: (entry) => entry.event_type},
    {title: 'DETAILS', text: (entry) => detailsOf(entry.payload, view.zone), atLeast: 10},
  ]
  out.table(columns, entries)
}

/** `20 Nov 10:00:00`; in a pipe as programs want it. */
export function instantOfLog(at: number, out: Output, {zone, now}: TimeView): string {
  if (!out.isTTY) return plainDue({at, hasTime: true}, zone)
  const {hour, minute, second} = wallTime(at, zone)
  const time = [hour, minute, second].map((part) => String(part).padStart(2, '0')).join(':')
  return `${shortDate(at, now, zone)} ${time}`
}

/** `due_at: 2026-11-26 09:00 → 2026-11-27 09:00`; else what the event carries. */
export function detailsOf(payload: Entry['payload'], zone: Zone): string {
  const {before, after, changed} = payload
  if (Array.isArray(changed)) {
    const from = asRecord(before)
    const to = asRecord(after)
    const texts = changed
      .map(String)
      .map((field) =>
        field in to ? `${field}: ${valueText(from[field], zone)} → ${valueText(to[field], zone)}` : field,
      )
    return texts.join(', ')
  }
  const facts = Object.entries(payload).filter(([name, value]) => !UNSHOWN.has(name) && value !== null)
  return facts.map(([name, value]) => `${name}: ${valueText(value, zone)}`).join(', ')
}

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

function valueText(value: unknown, zone: Zone): string {
  if (value === null || value === undefined) return 'none'
  if (typeof value === 'string')
    return INSTANT.test(value) ? plainDue({at: Date.parse(value), hasTime: true}, zone) : value
  return JSON.stringify(value)
}
