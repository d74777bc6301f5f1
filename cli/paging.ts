import type {Terminal, TextSink} from './terminal.ts'
import {textWidth} from './text-width.ts'
import type {Pager, RunningPager} from './tools/pager.ts'

/** What a pager is run with; undefined where none is wanted or can be. */
export type FindPager = () => Promise<Pager | undefined>

/**
 * Between a command and the terminal: what fits on the screen is printed when the command has ended, what is longer goes
 * through a pager as soon as it is. Notes come behind the data, once the pager is closed.
 */
export class Paging {
  readonly #real: Terminal
  readonly #find: FindPager
  readonly #columns: number
  readonly #rows: number
  #held = ''
  #height = 0
  #notes = ''
  #pager: Promise<RunningPager | undefined> | undefined
  /** In place of the one that is given. */
  readonly terminal: Terminal

  constructor(real: Terminal, find: FindPager) {
    this.#real = real
    this.#find = find
    this.#columns = Math.max(1, real.stdout.columns)
    this.#rows = real.stdout.rows ?? Infinity
    this.terminal = {
      stdout: onto(real.stdout, (text) => this.#print(text)),
      stderr: onto(real.stderr, (text) => {
        this.#notes += text
      }),
    }
  }

  #print(text: string): void {
    this.#held += text
    if (this.#pager) return this.#pass()
    for (const line of text.split('\n').slice(0, -1))
      this.#height += Math.max(1, Math.ceil(textWidth(line) / this.#columns))
    // The last line of the screen is the next prompt's.
    if (this.#height < this.#rows) return
    this.#pager = this.#find().then(async (pager) => {
      const running = await pager?.start()
      if (!running && pager?.complaint !== undefined) this.#notes += `${pager.complaint}\n`
      return running
    })
    this.#pass()
  }

  /** What was printed until now to the pager, in its order; to the terminal when there is none after all. */
  #pass(): void {
    const pass = (pager: RunningPager | undefined): void => {
      if (this.#held !== '') (pager ?? this.#real.stdout).write(this.#held)
      this.#held = ''
    }
    // What is wrong with it is said in the end, behind what was to be shown.
    void this.#pager!.then(pass, () => pass(undefined))
  }

  /** When the command has printed all: waits until the person has closed the pager. */
  async end(): Promise<void> {
    if (this.#pager) this.#pass()
    else if (this.#held !== '') this.#real.stdout.write(this.#held)
    try {
      await (await this.#pager)?.closed()
    } finally {
      if (this.#notes !== '') this.#real.stderr.write(this.#notes)
    }
  }
}

const onto = (sink: TextSink, write: (text: string) => void): TextSink => ({
  write,
  isTTY: sink.isTTY,
  get columns() {
    return sink.columns
  },
  get rows() {
    return sink.rows
  },
})

/** Undefined where nothing is paged: in a pipe, for screen readers, on a terminal that cannot move its cursor. */
export function pagingOn(
  terminal: Terminal,
  looks: {readonly animated: boolean},
  find: FindPager | undefined,
): Paging | undefined {
  const {isTTY, rows} = terminal.stdout
  return isTTY && rows !== undefined && looks.animated && find ? new Paging(terminal, find) : undefined
}
