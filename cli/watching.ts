import * as Flags from '@oclif/core/flags'
import type {Composition} from './composition.ts'
import {type CliError, errorJson} from './errors.ts'
import {untilInterrupted} from './interruption.ts'
import {Nudge, watch} from './operations/watch.ts'
import type {Output} from './output.ts'
import {Redraw} from './redraw.ts'
import {clockWithSeconds} from './time/show-time.ts'

/** Of a command that can look again and again; `interval` is the usual pause, in seconds. */
export const watchFlags = (interval: number) => ({
  watch: Flags.boolean({char: 'w', description: 'Look again and again, until Ctrl-C.'}),
  interval: Flags.integer({
    min: 1,
    max: 3600,
    default: interval,
    helpValue: 'SECONDS',
    description: 'How long --watch waits in between.',
  }),
})

interface Watching<T extends object> {
  readonly composition: Pick<Composition, 'terminal' | 'looks' | 'now' | 'zone'>
  readonly out: Output
  /** With --json, in place of text: an object a line. */
  readonly printLine: ((look: unknown) => void) | undefined
  readonly intervalSeconds: number
  readonly read: () => Promise<T>
  readonly print: (out: Output, value: T) => void
  /** What makes one look differ from another; all of it when left out. */
  readonly essence?: (value: T) => unknown
  /** Gives a nudge as soon as something may have changed, until the signal is aborted. */
  readonly listen?: (nudge: Nudge, signal: AbortSignal) => Promise<void>
}

/**
 * Shows something as it changes, until Ctrl-C. On a terminal each look takes the place of the one before; elsewhere, and for
 * screen readers, only one that differs is printed. After the first look a todo5 that is away is said in one line, and
 * waited for.
 */
export async function watchIt<T extends object>(options: Watching<T>): Promise<void> {
  const {composition, read, listen, intervalSeconds} = options
  const screen = screenOf(options)
  try {
    await untilInterrupted(async (signal) => {
      const nudge = new Nudge()
      const looking = watch({
        read: async () => ({at: composition.now(), value: await read()}),
        show: (look) => screen.show(look),
        failed: (error) => screen.failed(error),
        intervalMs: intervalSeconds * 1000,
        nudge,
        signal,
      })
      await Promise.all([looking, listen?.(nudge, signal)])
    })
  } finally {
    screen.close()
  }
}

interface Look<T> {
  readonly at: number
  readonly value: T
}

interface Screen<T> {
  show(look: Look<T>): void
  failed(error: CliError): void
  close(): void
}

function screenOf<T extends object>(options: Watching<T>): Screen<T> {
  const {composition, out, printLine} = options
  if (printLine) return lines(options, printLine)
  return out.isTTY && composition.looks.animated ? redrawn(options) : changes(options)
}

const instant = (at: number): string => new Date(at).toISOString()

/** Whether this differs from what was last asked about. */
function whenChanged<T>(essence: (value: T) => unknown): {(value: T): boolean; forget(): void} {
  let before: string | undefined
  const changed = (value: T): boolean => {
    const now = JSON.stringify(essence(value))
    const differs = now !== before
    before = now
    return differs
  }
  return Object.assign(changed, {forget: () => (before = undefined)})
}

function lines<T extends object>(
  {essence = (value) => value}: Watching<T>,
  printLine: (look: unknown) => void,
): Screen<T> {
  const changed = whenChanged(essence)
  let failure: string | undefined
  return {
    show: ({at, value}) => {
      failure = undefined
      if (changed(value)) printLine({at: instant(at), ...value})
    },
    failed: (error) => {
      if (error.message === failure) return
      failure = error.message
      changed.forget()
      printLine(errorJson(error))
    },
    close: () => undefined,
  }
}

function changes<T extends object>({out, print, essence = (value) => value}: Watching<T>): Screen<T> {
  const changed = whenChanged(essence)
  let failure: string | undefined
  return {
    show: ({at, value}) => {
      failure = undefined
      if (!changed(value)) return
      out.data(out.style.dim(instant(at)))
      print(out, value)
      out.data('')
    },
    failed: (error) => {
      if (error.message === failure) return
      failure = error.message
      changed.forget()
      out.warning(`${error.message} Looking again.`)
    },
    close: () => undefined,
  }
}

function redrawn<T extends object>({composition, out, print, intervalSeconds}: Watching<T>): Screen<T> {
  const {dim, warn, symbols} = out.style
  const clock = (at: number): string => clockWithSeconds(at, composition.zone())
  let last: Look<T> | undefined
  let head = ''
  const redraw = new Redraw(composition.terminal.stdout, symbols.ellipsis, () => draw())
  const draw = (): void =>
    redraw.draw(
      head,
      out.textOf((inside) => last && print(inside, last.value)),
    )
  return {
    show: (look) => {
      last = look
      head = dim(`${clock(look.at)} ${symbols.dot} every ${intervalSeconds} s ${symbols.dot} Ctrl-C ends`)
      draw()
    },
    // What was there last stays below.
    failed: (error) => {
      head = warn(`${symbols.warning} ${clock(composition.now())}  ${error.message} Looking again.`)
      draw()
    },
    close: () => redraw.close(),
  }
}
