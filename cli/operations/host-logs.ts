import {readdir} from 'node:fs/promises'
import {join} from 'node:path'
import {byTime, LineMerger} from './merge-lines.ts'
import {followLogs, type LineParser, type LogFilter, type LogLine, POLL_MS, readLogs} from './read-logs.ts'

const ENDING = '.log'

/** The programs that have written a log, by name: todo5, kafka, task-service, daprd-task-service, … */
export async function hostLogNames(folder: string): Promise<string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith(ENDING))
    // What the supervisor said before its log was open.
    return names
      .map((name) => name.slice(0, -ENDING.length))
      .filter((name) => name !== 'start')
      .toSorted()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** The last `limit` lines of all programs (or of one: `filter.service`), by time. */
export async function readHostLogs(folder: string, filter: LogFilter, limit: number): Promise<LogLine[]> {
  const {service, ...others} = filter
  const dated: {at: string; line: LogLine}[] = []
  for (const name of await hostLogNames(folder)) {
    if (service !== undefined && service !== name) continue
    const file = join(folder, name + ENDING)
    let at = ''
    for (const line of await readLogs([file, `${file}.1`], others, limit, parserOf(name))) {
      // The rest of a message that has several lines belongs to its first.
      at = line.timestamp ?? at
      dated.push({at, line})
    }
  }
  return byTime(dated)
    .map(({line}) => line)
    .slice(-limit)
}

/** How long a line waits for older ones: two looks at the other files. ms. */
const HOLD_MS = 2 * POLL_MS

/** What the programs add from now on, by time. A program that is started later for the first time is not among them. */
export async function followHostLogs(
  folder: string,
  filter: LogFilter,
  signal: AbortSignal,
  print: (line: LogLine) => void,
): Promise<void> {
  const {service, ...others} = filter
  const names = (await hostLogNames(folder)).filter((name) => service === undefined || service === name)
  const merger = new LineMerger(print, HOLD_MS)
  const timer = setInterval(() => merger.release(performance.now()), POLL_MS)
  try {
    await Promise.all(
      names.map(async (name) => {
        for await (const line of followLogs(join(folder, name + ENDING), others, signal, parserOf(name)))
          merger.add(name, line, performance.now())
      }),
    )
  } finally {
    clearInterval(timer)
  }
  merger.release(Infinity)
}

const LEVELS: Readonly<Record<string, string>> = {debug: 'DEBUG', info: 'INFO', warning: 'WARN', warn: 'WARN'}

/** todo5 and Kafka write our lines; Dapr and Prometheus write JSON of their own; a crash writes text. */
const parserOf =
  (name: string): LineParser =>
  (text) => {
    const value = parse(text)
    const nobody = {user_id: null, event_id: null}
    if (value === undefined) return {timestamp: null, level: 'INFO', service: name, ...nobody, message: text}
    if (typeof value['message'] === 'string') return {...nobody, level: 'INFO', timestamp: null, ...value} as LogLine
    const {msg, level, time, ts, type: _type, ver: _ver, ...fields} = value
    const when = typeof time === 'string' ? time : typeof ts === 'string' ? ts : null
    return {
      ...fields,
      timestamp: when === null ? null : new Date(when).toISOString(),
      level: LEVELS[String(level)] ?? 'ERROR',
      service: name,
      ...nobody,
      message: typeof msg === 'string' ? msg : text,
    }
  }

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
