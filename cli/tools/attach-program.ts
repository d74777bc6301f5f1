import {execa} from 'execa'

export interface AttachedProgram {
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  /** What it says on stderr, as it comes. */
  readonly onStderr: (text: string) => void
}

export interface AttachedEnd {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined
  /** Such as SIGPIPE. */
  readonly signal: string | undefined
}

/** Where the streams of a program go that runs in our place. */
export interface Attachment {
  /** Whether a person sits at one terminal for all three streams, which the program takes over. */
  readonly tty: boolean
  /** Runs it to its end, or until `signal` ends it; nothing makes it reject. */
  run(attached: AttachedProgram): Promise<AttachedEnd>
}

/** Its stdout is ours, or goes to `onStdout`; its stdin is ours when a person sits there, else there is none. */
export const attachment = (tty: boolean, onStdout?: (text: string) => void): Attachment => ({
  tty,
  run: async ({program, args, env, signal, onStderr}) => {
    if (signal.aborted) return {exitCode: undefined, signal: undefined}
    const child = execa(program, args, {
      reject: false,
      stdin: tty ? 'inherit' : 'ignore',
      stdout: onStdout ? 'pipe' : 'inherit',
      stderr: 'pipe',
      // What runs for hours is not kept.
      buffer: false,
      windowsHide: true,
      cancelSignal: signal,
      env,
    })
    child.stdout?.setEncoding('utf8').on('data', (text: string) => onStdout?.(text))
    child.stderr.setEncoding('utf8').on('data', onStderr)
    const {exitCode, signal: endedBy} = await child
    return {exitCode, signal: endedBy}
  },
})
