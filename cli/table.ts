import {textWidth, truncate} from './text-width.ts'

export interface Column<Row> {
  readonly title: string
  /** Plain text without colour. */
  readonly text: (row: Row) => string
  /** Colours the padded cell. */
  readonly paint?: (cell: string, row: Row) => string
  readonly align?: 'right'
  /** Gives way when the table is too wide, down to this many columns; the others keep their width. */
  readonly atLeast?: number
  readonly atMost?: number
  /** Left out, the highest first, before columns that keep their width are cut. */
  readonly spare?: number
}

const GAP = '  '

export interface TableOptions {
  /** Of the terminal; Infinity in a pipe, where nothing is cut. */
  readonly width: number
  readonly ellipsis: string
  readonly heading?: (line: string) => string
}

/** The lines of a table that fits `width` columns: a heading, then one line a row, cut with `ellipsis` where needed. */
export const tableLines = <Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: TableOptions,
): string[] => tableInParts(columns, options)(rows)

/** The same for a table whose rows come in parts: the first has the heading; where a later one has wider cells, so are its columns. */
export function tableInParts<Row>(
  wanted: readonly Column<Row>[],
  options: TableOptions,
): (rows: readonly Row[]) => string[] {
  let columns = wanted
  let titles: string[] = []
  let widest: number[] = []
  let heading = true
  return (rows) => {
    if (heading) {
      columns = withRoom(wanted, rows, options.width)
      titles = columns.map((column) => column.title)
      widest = titles.map(textWidth)
    }
    const cells = rows.map((row) => columns.map((column) => column.text(row)))
    widest = widthsOf(columns, cells, widest)
    const widths = shrunk(columns, widest, options.width - GAP.length * (columns.length - 1))
    const layOut = (texts: readonly string[], row?: Row): string =>
      texts
        .map((text, index) => {
          const column = columns[index]!
          const cut = truncate(text, widths[index]!, options.ellipsis)
          const last = index === columns.length - 1 && column.align !== 'right'
          const room = last ? '' : ' '.repeat(widths[index]! - textWidth(cut))
          const cell = column.align === 'right' ? room + cut : cut + room
          return row !== undefined && column.paint ? column.paint(cell, row) : cell
        })
        .join(GAP)
        .trimEnd()
    const lines = cells.map((texts, index) => layOut(texts, rows[index]))
    if (heading) lines.unshift((options.heading ?? String)(layOut(titles)))
    heading = false
    return lines
  }
}

/** Without those that can be spared, as long as others would have to be cut. */
function withRoom<Row>(wanted: readonly Column<Row>[], rows: readonly Row[], width: number): readonly Column<Row>[] {
  const leaving = wanted.filter(({spare}) => spare !== undefined).toSorted((a, b) => a.spare! - b.spare!)
  let columns = wanted
  for (;;) {
    const cells = rows.map((row) => columns.map((column) => column.text(row)))
    const titles = columns.map(({title}) => textWidth(title))
    const least = widthsOf(columns, cells, titles).map((full, index) => Math.min(full, columns[index]!.atLeast ?? full))
    const needed = least.reduce((sum, one) => sum + one, GAP.length * (columns.length - 1))
    const next = needed > width ? leaving.pop() : undefined
    if (!next) return columns
    columns = columns.filter((column) => column !== next)
  }
}

/** How wide each column is with these cells, `before` at least. */
const widthsOf = <Row>(
  columns: readonly Column<Row>[],
  cells: readonly (readonly string[])[],
  before: readonly number[],
): number[] =>
  columns.map((column, index) => {
    // Not Math.max(...cells): a function takes no more than some 120,000 arguments.
    const widest = cells.reduce((most, line) => Math.max(most, textWidth(line[index]!)), before[index]!)
    return Math.min(widest, column.atMost ?? Infinity)
  })

/** What a column keeps on a terminal on which those that may give way are not enough: words first, then numbers. */
const NARROW = {word: 8, any: 4}

/** Takes from the columns that may give way, then, but for the first, which says what a row is about, from all others. */
function shrunk<Row>(columns: readonly Column<Row>[], wanted: readonly number[], room: number): number[] {
  const widths = [...wanted]
  const floors = [
    columns.map(({atLeast = Infinity}) => atLeast),
    columns.map(({align}, index) => (index === 0 || align === 'right' ? Infinity : NARROW.word)),
    columns.map((_, index) => (index === 0 ? Infinity : NARROW.any)),
  ]
  for (const floor of floors) take(widths, floor, room)
  return widths
}

/** From the widest first, until the whole fits or none is wider than its floor. */
function take(widths: number[], floor: readonly number[], room: number): void {
  let over = widths.reduce((sum, width) => sum + width, 0) - room
  while (over > 0) {
    let widest = -1
    for (const [index, width] of widths.entries()) {
      if (width <= floor[index]!) continue
      if (widest === -1 || width > widths[widest]!) widest = index
    }
    if (widest === -1) return
    widths[widest] = widths[widest]! - 1
    over--
  }
}
