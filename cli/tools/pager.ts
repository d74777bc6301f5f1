import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import type {Environment} from '../environment-variables.ts'

export interface RunningPager {
  /** Nothing happens once the person has closed it. */
  write(text: string): void
  /** Ends what is shown, and waits until the person closes it. */
  closed(): Promise<void>
}

/** A program that shows a long text on the terminal, page by page. */
export class Pager {
  readonly #words: readonly [string, ...string[]]
  readonly #env: Environment

  /** What is to be said when it cannot be started; undefined when nobody has asked for this one. */
  readonly complaint: string | undefined

  /** `words`: the program and its arguments; it is run without a shell. */
  constructor(
    words: readonly [string, ...string[]],
    {env, isChosen}: {readonly env: Environment; readonly isChosen: boolean},
  ) {
    this.#words = words
    if (isChosen)
      this.complaint = `The pager ${words[0]} cannot be started; see todo5 config explain, or set it to off.`
    // As git has it: colours, nothing when it fits after all, and the text stays on the screen.
    this.#env = {...env, LESS: env['LESS'] ?? 'FRX', LV: env['LV'] ?? '-c'}
  }

  /** Undefined when there is no such program. */
  async start(): Promise<RunningPager | undefined> {
    const [program, ...args] = this.#words
    const child = spawn(program, args, {stdio: ['pipe', 'inherit', 'inherit'], env: this.#env})
    try {
      await once(child, 'spawn')
    } catch (error) {
      if (['ENOENT', 'EACCES', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined
      throw error
    }
    return runningPager(child)
  }
}

function runningPager(child: ChildProcess): RunningPager {
  const stdin = child.stdin!
  const exited = once(child, 'exit')
  // Ctrl-C is a key of the pager; were we to end now, it would stay behind on the terminal.
  const ignore = (): void => undefined
  process.on('SIGINT', ignore)
  stdin.on('error', (error: NodeJS.ErrnoException) => {
    // Closed before all was read.
    if (error.code !== 'EPIPE') throw error
  })
  return {
    write: (text) => void stdin.write(text),
    closed: async () => {
      stdin.end()
      await exited
      process.off('SIGINT', ignore)
    },
  }
}
