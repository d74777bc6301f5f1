import {type IPty, spawn} from '@lydell/node-pty'
import xterm from '@xterm/headless'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, onTestFinished} from 'vitest'
import {ROOT} from './run-cli.ts'

export interface PtyOptions {
  /** Of the terminal; 80 and 24 otherwise. */
  readonly columns?: number
  readonly rows?: number
  readonly api?: {readonly url: string; readonly key: string}
  readonly env?: Readonly<Record<string, string>>
  /** State files to find; an empty folder otherwise, which goes with the test. */
  readonly home?: string
  /** In place of the command line from the sources; it gets the words of the line. */
  readonly program?: readonly string[]
}

/** A command line on a terminal of its own, a real one: what it writes is drawn on a screen that the test reads. */
export class PtyProgram {
  readonly #pty: IPty
  readonly #screen: xterm.Terminal
  readonly #drawn: {last: Promise<void>} = {last: Promise.resolve()}
  /** All that was written, with its escape sequences. */
  raw = ''
  /** How it ended: its exit code, or 128 and the signal that ended it, as a shell has it. */
  readonly ended: Promise<number>
  #code: number | undefined

  constructor(line: readonly string[], options: PtyOptions = {}) {
    const {columns: cols = 80, rows = 24} = options
    const home = options.home ?? emptyHome()
    const [file = process.execPath, ...words] = options.program ?? [process.execPath, join(ROOT, 'bin', 'dev.js')]
    this.#screen = new xterm.Terminal({cols, rows, allowProposedApi: true, convertEol: false})
    const env: Record<string, string> = {...environment(home), ...options.env, ...apiOf(options)}
    this.#pty = spawn(file, [...words, ...line], {name: env['TERM']!, cols, rows, cwd: home, env})
    this.#pty.onData((text) => {
      this.raw += text
      this.#drawn.last = new Promise((resolve) => this.#screen.write(text, resolve))
    })
    const {promise, resolve} = Promise.withResolvers<number>()
    this.ended = promise
    this.#pty.onExit(({exitCode, signal}) => {
      this.#code = signal ? 128 + signal : exitCode
      void this.#drawn.last.then(() => resolve(this.#code!))
    })
    onTestFinished(async () => {
      if (this.#code === undefined) this.#pty.kill('SIGKILL')
      await this.ended
      this.#screen.dispose()
      if (options.home === undefined) rmSync(home, {recursive: true, force: true, maxRetries: 3})
    })
  }

  get pid(): number {
    return this.#pty.pid
  }

  /** What stands on the screen, from its first line to the last that is not empty. */
  get screen(): string {
    const {buffer, rows} = this.#screen
    const {active} = buffer
    return textOf(active, active.baseY, active.baseY + rows)
  }

  /** Also what has scrolled away. */
  get everything(): string {
    return textOf(this.#screen.buffer.active, 0, this.#screen.buffer.active.length)
  }

  /** The same colours and switches as before it began: nothing is left hidden, coloured or on another screen. */
  get isClean(): boolean {
    const {buffer} = this.#screen
    const hidden = this.raw.lastIndexOf('\u001B[?25l') > this.raw.lastIndexOf('\u001B[?25h')
    const wraps = this.raw.lastIndexOf('\u001B[?7l') <= this.raw.lastIndexOf('\u001B[?7h')
    return !hidden && wraps && buffer.active.type === 'normal' && buffer.active.cursorX === 0
  }

  type(text: string): void {
    this.#pty.write(text)
  }

  kill(signal: NodeJS.Signals): void {
    this.#pty.kill(signal)
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows)
    this.#pty.resize(columns, rows)
  }

  /** Waits until this stands on the screen. */
  async shows(text: string | RegExp): Promise<void> {
    const found = (): boolean => (typeof text === 'string' ? this.screen.includes(text) : text.test(this.screen))
    await expect.poll(() => found() || this.#code !== undefined).toBe(true)
    // When it has ended without, a test says what stands there instead.
    if (!found()) expect(this.screen).toMatch(text)
  }
}

/** Runs a command line on a terminal to its end: what then stands there, and how it ended. */
export async function runOnPty(line: readonly string[], options?: PtyOptions): Promise<PtyProgram & {code: number}> {
  const program = new PtyProgram(line, options)
  return Object.assign(program, {code: await program.ended})
}

/** What a terminal of so many columns shows of a text that was written to it. */
export async function screenOf(text: string, columns: number): Promise<string> {
  const screen = new xterm.Terminal({cols: columns, rows: 500, allowProposedApi: true, convertEol: true})
  await new Promise<void>((resolve) => screen.write(text, resolve))
  const shown = textOf(screen.buffer.active, 0, screen.buffer.active.length)
  screen.dispose()
  return shown
}

function textOf(buffer: xterm.IBuffer, from: number, to: number): string {
  const lines: string[] = []
  for (let row = from; row < to; row++) lines.push(buffer.getLine(row)?.translateToString(true).trimEnd() ?? '')
  return lines.join('\n').trimEnd()
}

const emptyHome = (): string => mkdtempSync(join(tmpdir(), 'todo5-pty-'))

/** Without npm's variables, by which hints become `npx todo5`, and without what this machine says about colours. */
function environment(home: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot'].includes(name))
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    HOME: home,
    TODO5_HOME: home,
    TERM: 'xterm-256color',
    TZ: 'Europe/Berlin',
    LANG: 'C.UTF-8',
  }
}

const apiOf = ({api}: PtyOptions): Record<string, string> =>
  api ? {TODO5_API_URL: api.url, TODO5_API_KEY: api.key} : {}
