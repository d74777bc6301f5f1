import type {LogLine} from '../operations/read-logs.ts'
import type {Output} from '../output.ts'
import {wallTime, type Zone} from '../../services/domain/dates/zone.ts'

/** Shown in their own columns, or said by the others. */
const UNLISTED: ReadonlySet<string> = new Set([
  'timestamp',
  'level',
  'service',
  'message',
  'user_id',
  'event_id',
  'error',
])

/** `09:04:05.123 WARN  task-service  message  key=value`, in the zone of whoever reads. */
export function printLogLine(out: Output, line: LogLine, zone: Zone): void {
  const {dim, warn, bad} = out.style
  const paint = line.level === 'ERROR' ? bad : line.level === 'WARN' ? warn : line.level === 'DEBUG' ? dim : String
  const fields = Object.entries(line)
    .filter(([name, value]) => !UNLISTED.has(name) && value !== null)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
  if (line.user_id !== null) fields.push(`user=${line.user_id}`)
  if (line.event_id !== null) fields.push(`event=${line.event_id}`)
  const error = line['error'] as {message?: string; stack?: unknown} | undefined
  if (error?.message !== undefined) fields.push(`error=${error.message}`)
  const time = line.timestamp === null ? '' : `${dim(clockWithMs(line.timestamp, zone))} `
  const extras = fields.length === 0 ? '' : `  ${dim(fields.join(' '))}`
  const service = line.service.replace(/-service$/u, '')
  out.data(`${time}${paint(line.level.padEnd(5))} ${service.padEnd(12)} ${paint(line.message)}${extras}`)
  if (line.level === 'ERROR' && typeof error?.stack === 'string') {
    for (const frame of error.stack.split('\n').slice(1, 6)) out.data(dim(`             ${frame.trim()}`))
  }
}

function clockWithMs(timestamp: string, zone: Zone): string {
  const instant = Date.parse(timestamp)
  const {hour, minute, second} = wallTime(instant, zone)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(hour)}:${two(minute)}:${two(second)}.${String(instant % 1000).padStart(3, '0')}`
}
