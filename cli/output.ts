import type {CliError} from './errors.ts'
import {createStyle, type Style} from './style.ts'
import {type Column, tableInParts} from './table.ts'
import type {Looks, Terminal, TextSink} from './terminal.ts'
import {fold, textWidth, wrap} from './text-width.ts'

export interface OutputOptions {
  readonly terminal: Terminal
  readonly looks: Looks
  /** With --json only `json()` prints. */
  readonly json?: boolean
  /** Without notes. */
  readonly quiet?: boolean
  /** How todo5 was called, for the commands in hints. */
  readonly typedAs?: string
}

/** Data goes to stdout, all else to stderr. */
export class Output {
  readonly #options: OutputOptions
  readonly #terminal: Terminal
  readonly #json: boolean
  readonly #quiet: boolean
  readonly #typedAs: string
  readonly style: Style
  /** Of what goes to stderr. */
  readonly noteStyle: Style
  readonly accessible: boolean
  /** Whether stdout has colour. */
  readonly colour: boolean

  constructor(options: OutputOptions) {
    const {terminal, looks, json = false, quiet = false, typedAs = 'todo5'} = options
    this.#options = options
    this.#terminal = terminal
    this.#json = json
    this.#quiet = quiet
    this.#typedAs = typedAs
    this.style = createStyle({colour: looks.colour.stdout, unicode: looks.unicode})
    this.noteStyle = createStyle({colour: looks.colour.stderr, unicode: looks.unicode})
    this.accessible = looks.accessible
    this.colour = looks.colour.stdout
  }

  /** Whether a person reads stdout. */
  get isTTY(): boolean {
    return this.#terminal.stdout.isTTY
  }

  get columns(): number {
    return this.#terminal.stdout.columns
  }

  /** Data for people to read: on a terminal no line is wider than that, if its words are not. */
  data(...lines: readonly string[]): void {
    this.raw(...folded(lines, this.#terminal.stdout))
  }

  /** Parts of one line, indented alike; on a terminal those that do not fit beside the others begin a line of their own. */
  row(parts: readonly string[], {indent = '', gap = '    '} = {}): void {
    const {isTTY, columns} = this.#terminal.stdout
    const lines: string[] = []
    for (const part of parts) {
      const longer = lines.length === 0 ? undefined : lines.at(-1)! + gap + part
      if (longer !== undefined && (!isTTY || textWidth(longer) <= columns)) lines[lines.length - 1] = longer
      else lines.push(indent + part.trimStart())
    }
    this.data(...lines.map((line) => line.trimEnd()))
  }

  /** Data to be taken as it is, such as a file, and a table, which is as wide as it should be. */
  raw(...lines: readonly string[]): void {
    // At once: a write for each line of a long list would cost more than making them.
    if (!this.#json && lines.length > 0) this.#terminal.stdout.write(`${lines.join('\n')}\n`)
  }

  /** One that looks the same, and prints elsewhere. */
  on(terminal: Terminal): Output {
    return new Output({...this.#options, terminal})
  }

  /** What is printed by an output that looks like this one, notes too, as one text. */
  textOf(print: (out: Output) => void): string {
    const parts: string[] = []
    const {stdout, stderr} = this.#terminal
    const into = ({isTTY, columns}: TextSink): TextSink => ({write: (text) => void parts.push(text), isTTY, columns})
    print(this.on({stdout: into(stdout), stderr: into(stderr)}))
    return parts.join('')
  }

  /** Part of a line, as it comes. */
  write(text: string): void {
    if (!this.#json && text !== '') this.#terminal.stdout.write(text)
  }

  /** For a person beside the data: to stderr, silent with --json and --quiet. */
  note(...lines: readonly string[]): void {
    if (this.#json || this.#quiet) return
    for (const line of folded(lines, this.#terminal.stderr)) this.#terminal.stderr.write(`${line}\n`)
  }

  /** What a person may do next, on a terminal alone: `undo: npx todo5 undo`. */
  tip(what: string, command: string): void {
    if (this.isTTY) this.note(this.noteStyle.dim(`${what}: ${this.#asTyped(command)}`))
  }

  warning(text: string): void {
    const {isTTY, columns} = this.#terminal.stderr
    const [first = '', ...rest] = wrap(text, isTTY ? Math.max(30, columns - 2) : Infinity)
    const {warn, symbols} = this.noteStyle
    this.note(`${warn(symbols.warning)} ${first}`, ...rest.map((line) => `  ${line}`))
  }

  json(value: unknown): void {
    this.#terminal.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
  }

  /** A table as wide as the terminal; in a pipe nothing is cut. */
  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    this.tableInParts(columns)(rows)
  }

  /** A table whose rows are printed as they come. */
  tableInParts<Row>(columns: readonly Column<Row>[]): (rows: readonly Row[]) => void {
    if (this.accessible) {
      return (rows) => {
        for (const row of rows) {
          for (const column of columns) {
            const text = column.text(row)
            if (text !== '' && column.title !== '') this.data(`${column.title.toLowerCase()}: ${text}`)
          }
          this.data('')
        }
      }
    }
    const {dim, symbols} = this.style
    const width = this.isTTY ? this.columns : Infinity
    const linesOf = tableInParts(columns, {width, ellipsis: symbols.ellipsis, heading: dim})
    return (rows) => this.raw(...linesOf(rows))
  }

  #asTyped(hint: string): string {
    return hint.replace(hint.startsWith('did you mean ') ? /\btodo5(?= )/gu : /^todo5(?= )/u, this.#typedAs)
  }

  /** What went wrong, its code, what to do next; to stderr, also with --quiet. With --json it is in the JSON. */
  error(error: CliError): void {
    if (this.#json) return
    const {bad, dim, symbols} = this.noteStyle
    const stderr = this.#terminal.stderr
    const width = stderr.isTTY ? Math.max(40, stderr.columns) : 100
    const lines = error.excerpt.map((line) => (/^\s*\^+$/u.test(line) ? bad(line) : line))
    const message = wrap(error.message, width - 'Error: '.length)
    const tag = `[${error.code}, exit ${error.exit}]`
    const last = `${message.length === 1 ? 'Error: ' : '       '}${message.at(-1)!}`
    lines.push(...message.map((line, index) => (index === 0 ? `${bad('Error:')} ${line}` : `       ${line}`)))
    if (textWidth(last) + 2 + tag.length <= width) lines.push(`${lines.pop()!}  ${dim(tag)}`)
    else lines.push(`       ${dim(tag)}`)
    for (const [index, hint] of error.hints.entries()) {
      const [first, ...rest] = (stderr.isTTY ? fold : wrap)(this.#asTyped(hint), width - 7)
      lines.push(`${index === 0 ? 'Try:   ' : '       '}${first!}`, ...rest.map((line) => `       ${line}`))
    }
    for (const line of lines)
      stderr.write(`${symbols.ellipsis === '…' ? line : line.replaceAll('…', '...').replaceAll('−', '-')}\n`)
  }
}

const folded = (lines: readonly string[], {isTTY, columns}: TextSink): readonly string[] =>
  isTTY ? lines.flatMap((line) => fold(line, columns)) : lines
