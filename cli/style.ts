import {Chalk, type ChalkInstance} from 'chalk'

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

/** Colour and symbols are two switches; 16 ANSI colours only, so that the terminal's theme decides. */
export interface Style {
  readonly symbols: Symbols
  readonly bold: ChalkInstance
  readonly dim: ChalkInstance
  readonly late: ChalkInstance
  readonly good: ChalkInstance
  readonly warn: ChalkInstance
  readonly bad: ChalkInstance
}

export function createStyle({colour, unicode}: {colour: boolean; unicode: boolean}): Style {
  const chalk = new Chalk({level: colour ? 1 : 0})
  return {
    symbols: unicode ? UNICODE : ASCII,
    bold: chalk.bold,
    dim: chalk.dim,
    late: chalk.red,
    good: chalk.green,
    warn: chalk.yellow,
    bad: chalk.red,
  }
}
