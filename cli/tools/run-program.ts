import {setPriority} from 'node:os'
import {setTimeout as delay} from 'node:timers/promises'
import {execa} from 'execa'

export interface ProgramResult {
  /** Undefined when a signal or a limit ended it, or it could not be started. */
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** There is no such program on this machine. */
  readonly missing: boolean
}

export interface RunOptions {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  /** What it reads; nothing unless given. */
  readonly input?: string
}

/** Runs a program to its end, without a shell, and tells how it ended; only `signal` makes it reject. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<ProgramResult> {
  const {signal, timeoutMs, env, cwd, input} = options
  const result = await execa(program, args, {
    reject: false,
    ...(input === undefined ? {stdin: 'ignore' as const} : {input}),
    windowsHide: true,
    ...(signal && {cancelSignal: signal}),
    ...(timeoutMs !== undefined && {timeout: timeoutMs}),
    ...(env && {env}),
    ...(cwd !== undefined && {cwd}),
  })
  signal?.throwIfAborted()
  return {exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr, missing: result.code === 'ENOENT'}
}

export interface BuildOptions extends RunOptions {
  readonly signal: AbortSignal
  /** Each line of its output, as it comes. */
  readonly onLine: (line: string) => void
  /** It holds something that it has to give back, such as a lock: interrupted once, as by Ctrl-C, and waited for, however long. */
  readonly patient?: boolean
}

/** ms that a build gets to end by itself, removing what it has under way. */
const ENDS_WITHIN = 10_000

/**
 * As `runProgram`, for builds that take minutes and start programs of their own: it runs behind everything else of the
 * machine, tells its lines, and when `signal` ends it, it and all that it started are gone before this rejects.
 */
export async function runBuild(
  program: string,
  args: readonly string[],
  options: BuildOptions,
): Promise<ProgramResult> {
  const {signal, env, cwd, onLine, patient = false} = options
  signal.throwIfAborted()
  const child = execa(program, args, {
    reject: false,
    stdin: 'ignore',
    windowsHide: true,
    all: true,
    // A group of its own can be ended as a whole; without it the compilers of a killed `go` would go on.
    detached: process.platform !== 'win32',
    ...(env && {env}),
    ...(cwd !== undefined && {cwd}),
  })
  const {pid} = child
  if (pid !== undefined) behindOthers(pid)
  let ended: Promise<void> | undefined
  const end = (): void => {
    if (pid === undefined) return
    if (patient) signalGroup(pid, 'SIGINT')
    else ended = endGroup(pid)
  }
  signal.addEventListener('abort', end, {once: true})
  try {
    for await (const line of child.iterable({from: 'all'})) onLine(line)
    const result = await child
    await ended
    signal.throwIfAborted()
    return {exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr, missing: result.code === 'ENOENT'}
  } finally {
    signal.removeEventListener('abort', end)
    await ended
  }
}

function behindOthers(pid: number): void {
  try {
    setPriority(pid, 10)
  } catch (error) {
    // It has ended already.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SYSTEM_ERROR') throw error
  }
}

/** Interrupts a group, as Ctrl-C in its terminal would, and kills what is left of it after a while. */
async function endGroup(pid: number): Promise<void> {
  if (process.platform === 'win32') {
    await execa('taskkill', ['/pid', String(pid), '/t', '/f'], {reject: false, windowsHide: true})
    return
  }
  const deadline = performance.now() + ENDS_WITHIN
  let signal: NodeJS.Signals = 'SIGINT'
  // Whoever is dead and was never waited for (pid 1 of some containers does not) keeps the group for ever.
  while (signalGroup(pid, signal) && performance.now() < deadline + ENDS_WITHIN) {
    await delay(50)
    signal = performance.now() < deadline ? 'SIGCONT' : 'SIGKILL'
  }
}

/** Whether the group still has a process. */
function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-pid, signal)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}
