import {CliError} from '../errors.ts'
import {EXIT} from '../exit-codes.ts'
import type {StartedProcess} from '../supervisor/start-process.ts'
import {followLogs, type LogLine} from './read-logs.ts'

/** `up --attach`: shows the log until Ctrl-C, then stops everything and returns. An end by itself is an error. */
export async function attach(
  started: StartedProcess,
  logFile: string,
  signal: AbortSignal,
  print: (line: LogLine) => void,
): Promise<void> {
  const ended = new AbortController()
  const exit = started.exited.then((value) => {
    ended.abort()
    return value
  })
  const onAbort = (): void => started.stop()
  signal.addEventListener('abort', onAbort, {once: true})
  if (signal.aborted) onAbort()
  // Until it has ended, not until the signal: what it says while it stops belongs to it.
  for await (const line of followLogs(logFile, {}, ended.signal)) print(line)
  const {code, signal: by} = await exit
  if (signal.aborted && code === 0) return
  throw new CliError(`todo5 ended by itself (${by ?? `exit ${code}`}).`, {
    code: 'process_ended',
    exit: EXIT.outsideProgram,
    hints: ['todo5 logs --level ERROR', 'todo5 up'],
  })
}
