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
}

const GAP = '  '

/** The lines of a table that fits `width` columns: a heading, then one line a row, cut with `ellipsis` where needed. */
export function tableLines<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  options: {width: number; ellipsis: string; heading?: (line: string) => string},
): string[] {
  const cells = rows.map((row) => columns.map((column) => column.text(row)))
  const widths = columns.map((column, index) => {
    // Not Math.max(...cells): a function takes no more than some 120,000 arguments.
    const widest = cells.reduce((most, line) => Math.max(most, textWidth(line[index]!)), textWidth(column.title))
    return Math.min(widest, column.atMost ?? Infinity)
  })
  shrink(columns, widths, options.width - GAP.length * (columns.length - 1))
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
  const heading = layOut(columns.map((column) => column.title))
  return [(options.heading ?? String)(heading), ...cells.map((texts, index) => layOut(texts, rows[index]))]
}

/** Takes from the columns that may give way, the widest first, until the whole fits. */
function shrink<Row>(columns: readonly Column<Row>[], widths: number[], room: number): void {
  let over = widths.reduce((sum, width) => sum + width, 0) - room
  while (over > 0) {
    let widest = -1
    for (const [index, column] of columns.entries()) {
      if (column.atLeast === undefined || widths[index]! <= column.atLeast) continue
      if (widest === -1 || widths[index]! > widths[widest]!) widest = index
    }
    if (widest === -1) return
    widths[widest] = widths[widest]! - 1
    over--
  }
}
