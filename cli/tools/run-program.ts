import {execa} from 'execa'

export interface ProgramResult {
  /** Undefined when a signal or a limit ended it, or it could not be started. */
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
  /** There is no such program on this machine. */
  readonly missing: boolean
}

/** Runs a program to its end, without a shell, and tells how it ended; only `signal` makes it reject. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: {signal?: AbortSignal; timeoutMs?: number; env?: Readonly<Record<string, string>>; cwd?: string} = {},
): Promise<ProgramResult> {
  const {signal, timeoutMs, env, cwd} = options
  const result = await execa(program, args, {
    reject: false,
    stdin: 'ignore',
    windowsHide: true,
    ...(signal && {cancelSignal: signal}),
    ...(timeoutMs !== undefined && {timeout: timeoutMs}),
    ...(env && {env}),
    ...(cwd !== undefined && {cwd}),
  })
  signal?.throwIfAborted()
  return {exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr, missing: result.code === 'ENOENT'}
}
