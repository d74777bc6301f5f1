import {readFileSync} from 'node:fs'
import {join} from 'node:path'
import {describe, expect, test} from 'vitest'
import {formatDuration} from '../dates/duration.ts'
import type {ParsedDue} from '../dates/read-date.ts'
import {wallTime, zoneOf} from '../dates/zone.ts'
import {PRIORITY_NAMES} from './find-marks.ts'
import {parseQuickAdd} from './parse-quick-add.ts'
import type {QuickAdd} from './quick-add.ts'

/** As the page says: Friday 20 November 2026, 10:00 in Berlin. */
const CONTEXT = {zone: zoneOf('Europe/Berlin'), now: Date.UTC(2026, 10, 20, 9)}
const page = readFileSync(join(import.meta.dirname, '../../../docs/quick-add.md'), 'utf8')

const two = (number: number): string => String(number).padStart(2, '0')
function local({at, hasTime}: ParsedDue): string {
  const {year, month, day, hour, minute} = wallTime(at, CONTEXT.zone)
  return `${year}-${two(month)}-${two(day)}${hasTime ? ` ${two(hour)}:${two(minute)}` : ''}`
}
const day = (at: number): string => local({at, hasTime: false})
const list = (texts: readonly string[]): string => (texts.length === 0 ? 'none' : texts.join(', '))

/** What each column of the page shows of a sentence. */
const COLUMNS: Readonly<Record<string, (parsed: QuickAdd) => string>> = {
  title: ({title}) => title,
  due: ({due}) => (due ? local(due.value) : ''),
  first: ({due}) => (due ? local(due.value) : ''),
  repeats: ({recurrence, end}) => {
    const until = end?.value.kind === 'until' ? `, until ${day(end.value.until)}` : ''
    return `${recurrence?.value.words ?? ''}${recurrence?.value.anchor === 'completion' ? ', from its completion' : ''}${until}`
  },
  reminds: ({reminders}) =>
    list(
      (reminders?.value ?? []).map(({offsetSeconds, channels, nagEverySeconds}) => {
        const ways = channels ? ` by ${channels.join(' and ')}` : ''
        const nag = nagEverySeconds === null ? '' : `, then every ${formatDuration(nagEverySeconds)}`
        return `${offsetSeconds === 0 ? 'when due' : `${formatDuration(offsetSeconds)} before`}${ways}${nag}`
      }),
    ),
  tags: ({tags}) => list(tags.map(({value}) => value)),
  priority: ({priority}) => PRIORITY_NAMES[priority?.value ?? 0]!,
  'also read as': ({due, recurrence}) =>
    [due, recurrence]
      .flatMap((field) => field?.alternatives ?? [])
      .map(({write}) => `\`${write}\``)
      .join(', '),
  asks: ({questions}) => questions[0]?.text ?? '',
  answers: ({questions}) =>
    (questions[0]?.choices ?? []).map(({write}) => (write === '' ? 'nothing' : `\`${write}\``)).join(', '),
  says: ({remarks}) => remarks.map(({text}) => text).join(' '),
}

interface Row {
  readonly sentence: string
  readonly column: string
  readonly cell: string
}

/** Tables whose first column is "sentence": a row for each of their cells. */
function rowsOf(text: string): Row[] {
  const rows: Row[] = []
  let head: string[] = []
  for (const line of text.split('\n')) {
    const cells = line.startsWith('|')
      ? line
          .slice(1, -1)
          .split(' | ')
          .map((cell) => cell.trim())
      : []
    if (cells.length === 0 || cells[0] === 'sentence') head = cells
    else if (head[0] === 'sentence' && !cells[0]!.startsWith('---')) {
      const sentence = cells[0]!.replaceAll(/^`|`$/gu, '')
      for (const [index, column] of head.entries())
        if (index > 0) rows.push({sentence, column, cell: cells[index] ?? ''})
    }
  }
  return rows
}

const ROWS = rowsOf(page)

describe('docs/quick-add.md', () => {
  test.each(ROWS)('$sentence: $column', ({sentence, column, cell}) => {
    expect(COLUMNS[column]!(parseQuickAdd(sentence, CONTEXT))).toBe(cell)
  })

  test('shows a hundred sentences, and every kind of thing that is read', () => {
    expect(new Set(ROWS.map(({sentence}) => sentence)).size).toBeGreaterThanOrEqual(100)
    expect(new Set(ROWS.map(({column}) => column)).size).toBe(Object.keys(COLUMNS).length)
  })

  test('asks nothing in the tables that have no questions', () => {
    const asking = new Set(ROWS.filter(({column}) => column === 'asks').map(({sentence}) => sentence))
    const sentences = ROWS.map(({sentence}) => sentence).filter((sentence) => !asking.has(sentence))
    expect(sentences.filter((sentence) => parseQuickAdd(sentence, CONTEXT).questions.length > 0)).toEqual([])
  })
})
