import {Chalk} from 'chalk'

export interface Symbols {
  readonly done: string
  readonly warning: string
  readonly failed: string
  readonly ellipsis: string
  readonly repeats: string
  readonly dot: string
  readonly arrow: string
  /** One mark per occurrence of a series, with this between them. */
  readonly beats: Readonly<Record<'done' | 'skipped' | 'open' | 'coming' | 'gap', string>>
}

const UNICODE: Symbols = {
  done: '✔',
  warning: '!',
  failed: '✖',
  ellipsis: '…',
  repeats: '↻',
  dot: '·',
  arrow: '→',
  beats: {done: '●', skipped: '○', open: '◉', coming: '·', gap: ' '},
}
const ASCII: Symbols = {
  done: '[ok]',
  warning: '!',
  failed: '[x]',
  ellipsis: '...',
  repeats: '~',
  dot: '-',
  arrow: '->',
  beats: {done: 'x', skipped: '-', open: '>', coming: '.', gap: ''},
}

/** Takes one text: chalk itself would print whatever else a caller gives, such as the row of a table. */
export type Paint = (text: string) => string

/** Colour and symbols are two switches; 16 ANSI colours only, so that the terminal's theme decides. */
export interface Style {
  readonly symbols: Symbols
  readonly bold: Paint
  readonly dim: Paint
  readonly underline: Paint
  readonly late: Paint
  readonly good: Paint
  readonly warn: Paint
  readonly bad: Paint
}

export function createStyle({colour, unicode}: {colour: boolean; unicode: boolean}): Style {
  const chalk = new Chalk({level: colour ? 1 : 0})
  return {
    symbols: unicode ? UNICODE : ASCII,
    bold: (text) => chalk.bold(text),
    dim: (text) => chalk.dim(text),
    underline: (text) => chalk.underline(text),
    late: (text) => chalk.red(text),
    good: (text) => chalk.green(text),
    warn: (text) => chalk.yellow(text),
    bad: (text) => chalk.red(text),
  }
}
