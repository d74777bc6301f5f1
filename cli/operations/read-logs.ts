import {open, stat} from 'node:fs/promises'
import {setTimeout as delay} from 'node:timers/promises'

/** A line of the log as a service wrote it; a line that is no JSON has only a message. */
export interface LogLine {
  readonly timestamp: string | null
  readonly level: string
  readonly service: string
  readonly user_id: string | null
  readonly event_id: string | null
  readonly message: string
  readonly [field: string]: unknown
}

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARN', 'ERROR'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export interface LogFilter {
  readonly service?: string | undefined
  /** This one and what is worse. */
  readonly level?: LogLevel | undefined
  readonly user?: string | undefined
  readonly event?: string | undefined
  /** ms since the epoch. */
  readonly since?: number | undefined
}

/** How a program writes its lines. */
export type LineParser = (text: string) => LogLine

/** The last `limit` lines that match, oldest first, from all generations of the file (newest generation first). */
export async function readLogs(
  files: readonly string[],
  filter: LogFilter,
  limit: number,
  parse: LineParser = parseLogLine,
): Promise<LogLine[]> {
  let lines: LogLine[] = []
  for (const file of files) {
    const text = await readFrom(file, 0)
    const matching =
      text === undefined ? [] : parseLines(text.text, parse).filter((line) => matchesFilter(line, filter))
    lines = [...matching, ...lines]
    if (lines.length >= limit) break
  }
  return lines.slice(-limit)
}

/** How often a file that is followed is looked at. ms. */
export const POLL_MS = 150

/** What is added to the file from now on, until the signal; also after the file was rotated, removed or emptied. */
export async function* followLogs(
  file: string,
  filter: LogFilter,
  signal: AbortSignal,
  parse: LineParser = parseLogLine,
): AsyncGenerator<LogLine> {
  let place = await endOf(file)
  let rest = ''
  for (;;) {
    // One more look after the signal: the last words of what has just ended.
    const last = signal.aborted
    const now = await endOf(file)
    const pieces: string[] = []
    if (now.inode !== place.inode) {
      // It was rotated: first what was still added to the one that is the older now.
      const older = `${file}.1`
      if ((await endOf(older)).inode === place.inode) pieces.push((await readFrom(older, place.size))?.text ?? '')
      place = {inode: now.inode, size: 0}
    }
    if (now.size < place.size) place = {inode: now.inode, size: 0}
    const added = now.size > place.size ? await readFrom(file, place.size) : undefined
    if (added) {
      pieces.push(added.text)
      place = {inode: now.inode, size: added.end}
    }
    const lines = (rest + pieces.join('')).split('\n')
    rest = lines.pop()!
    for (const line of parseLines(lines.join('\n'), parse)) if (matchesFilter(line, filter)) yield line
    if (last) return
    try {
      await delay(POLL_MS, undefined, {signal})
    } catch (error) {
      if (!signal.aborted) throw error
    }
  }
}

function parseLines(text: string, parse: LineParser): LogLine[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parse)
}

export function parseLogLine(line: string): LogLine {
  try {
    const value = JSON.parse(line) as unknown
    if (typeof value === 'object' && value !== null && 'message' in value) return ours(value as LogLine)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return {timestamp: null, level: 'INFO', service: 'todo5', user_id: null, event_id: null, message: line}
}

/** For Azure Monitor the level has its whole name. */
const ours = (line: LogLine): LogLine => (line.level === 'WARNING' ? {...line, level: 'WARN'} : line)

export function matchesFilter(line: LogLine, {service, level, user, event, since}: LogFilter): boolean {
  if (service !== undefined && line.service !== service) return false
  if (level !== undefined && LOG_LEVELS.indexOf(line.level as LogLevel) < LOG_LEVELS.indexOf(level)) return false
  if (user !== undefined && line.user_id !== user) return false
  if (event !== undefined && line.event_id !== event) return false
  return since === undefined || (line.timestamp !== null && Date.parse(line.timestamp) >= since)
}

async function endOf(file: string): Promise<{inode: number; size: number}> {
  try {
    const {ino, size} = await stat(file)
    return {inode: ino, size}
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {inode: 0, size: 0}
    throw error
  }
}

async function readFrom(file: string, from: number): Promise<{text: string; end: number} | undefined> {
  try {
    const handle = await open(file, 'r')
    try {
      const {size} = await handle.stat()
      if (size <= from) return {text: '', end: from}
      const {buffer, bytesRead} = await handle.read(Buffer.alloc(size - from), 0, size - from, from)
      return {text: buffer.toString('utf8', 0, bytesRead), end: from + bytesRead}
    } finally {
      await handle.close()
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
