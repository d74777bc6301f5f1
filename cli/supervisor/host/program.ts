import {type ChildProcess, spawn} from 'node:child_process'
import {closeSync, openSync, readFileSync, statSync} from 'node:fs'
import {mkdir} from 'node:fs/promises'
import {dirname} from 'node:path'
import {setTimeout as delay} from 'node:timers/promises'

/** A program of the stack: how it is started, and how one sees that it is ready. */
export interface Program {
  readonly name: string
  readonly command: string
  /** Without secrets: everybody on the machine can read them. */
  readonly args: readonly string[]
  /** All that it gets; nothing of our own environment is handed on. */
  readonly env: Readonly<Record<string, string>>
  /** Where it works; its own, so that it can be found again by it after we were killed. */
  readonly folder: string
  /** Its output is added to this file. */
  readonly logFile: string
  readonly readyWithinMs: number
  /** After SIGTERM; then it is killed. */
  readonly stopWithinMs: number
  prepare?(signal: AbortSignal | undefined): Promise<void>
  isReady(): Promise<boolean>
}

/** A record as arguments: `{port: 1, verbose: true, never: null}` is `--port 1 --verbose`. */
export const asArguments = (options: Readonly<Record<string, string | number | true | null>>): string[] =>
  Object.entries(options).flatMap(([name, value]) =>
    value === null ? [] : value === true ? [`--${name}`] : [`--${name}`, String(value)],
  )

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface RunningProgram {
  readonly name: string
  readonly pid: number
  /** Resolves when it has ended, however it did. */
  readonly exited: Promise<Exit>
  /** SIGTERM, then SIGKILL; resolves when it has ended. Idempotent. */
  stop(): Promise<void>
  kill(signal: NodeJS.Signals): void
}

/** It ended before it was ready, or did not become ready in time. */
export class ProgramFailure extends Error {
  override readonly name = 'ProgramFailure'
  readonly program: string
  readonly logFile: string
  /** Somebody else listens on one of its ports: another try with other ports may help. */
  readonly portTaken: boolean

  constructor(program: Program, how: string, lastLines: string) {
    super(`${program.name} ${how}${lastLines === '' ? '.' : `: ${lastLines}`}`)
    this.program = program.name
    this.logFile = program.logFile
    this.portTaken = /address already in use|bind exception/iu.test(lastLines)
  }
}

/** Starts a program and waits until it is ready; what does not become ready, or is aborted, is ended again. */
export async function startProgram(
  program: Program,
  options: {signal?: AbortSignal | undefined; started?: (pid: number) => void} = {},
): Promise<RunningProgram> {
  const {signal, started} = options
  for (const folder of [program.folder, dirname(program.logFile)]) await mkdir(folder, {recursive: true, mode: 0o700})
  await program.prepare?.(signal)
  signal?.throwIfAborted()
  const logStart = statSync(program.logFile, {throwIfNoEntry: false})?.size ?? 0
  const running = launch(program)
  if (running.pid !== 0) started?.(running.pid)
  try {
    await untilReady(program, running, logStart, signal)
    return running
  } catch (error) {
    await running.stop()
    throw error
  }
}

function launch(program: Program): RunningProgram {
  const output = openSync(program.logFile, 'a', 0o600)
  let child: ChildProcess
  try {
    child = spawn(program.command, program.args, {
      cwd: program.folder,
      env: program.env,
      stdio: ['ignore', output, output],
      // A Ctrl-C goes to a whole group of processes; ours are ended by us, in order.
      detached: true,
      windowsHide: true,
    })
  } finally {
    closeSync(output)
  }
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve({code, signal}))
    child.once('error', () => resolve({code: -1, signal: null}))
  })
  let stopping: Promise<void> | undefined
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), program.stopWithinMs)
    await exited
    clearTimeout(timer)
  }
  return {
    name: program.name,
    pid: child.pid ?? 0,
    exited,
    stop: async () => await (stopping ??= stop()),
    kill: (signal) => void child.kill(signal),
  }
}

async function untilReady(
  program: Program,
  running: RunningProgram,
  logStart: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const deadline = performance.now() + program.readyWithinMs
  let exit: Exit | undefined
  const ended = running.exited.then((value) => (exit = value))
  for (let pause = 20; ; pause = Math.min(pause * 1.5, 250)) {
    signal?.throwIfAborted()
    if (exit) {
      const how = exit.code === -1 ? `could not be started (${program.command})` : `ended (${exit.signal ?? exit.code})`
      throw new ProgramFailure(program, how, lastLines(program.logFile, logStart))
    }
    if (await program.isReady()) return
    if (performance.now() > deadline) {
      const how = `was not ready within ${Math.round(program.readyWithinMs / 1000)} s`
      throw new ProgramFailure(program, how, lastLines(program.logFile, logStart))
    }
    await Promise.race([delay(pause), ended])
  }
}

/** What a program said since its start: enough to see why it ended. Of JSON lines the messages, of errors only these. */
function lastLines(logFile: string, from: number): string {
  const lines = readFileSync(logFile).subarray(from).toString('utf8').trim().split('\n').slice(-12).map(readLine)
  const errors = lines.filter(({isError}) => isError)
  return (errors.length > 0 ? errors : lines.slice(-6))
    .map(({message}) => message)
    .join('\n')
    .slice(-2000)
}

function readLine(line: string): {message: string; isError: boolean} {
  try {
    const {message, msg, level, error} = JSON.parse(line) as Record<string, unknown>
    const said = message ?? msg
    const reason = (error as {message?: unknown} | undefined)?.message
    return {
      message: typeof said !== 'string' ? line : typeof reason === 'string' ? `${said}: ${reason}` : said,
      isError: /^(error|fatal)$/iu.test(String(level)),
    }
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return {message: line, isError: false}
    throw error
  }
}
