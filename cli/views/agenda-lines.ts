import type {Agenda, AgendaEntry} from '../operations/agenda.ts'
import {ruleInShort} from '../operations/rule-words.ts'
import type {Output} from '../output.ts'
import {type Column, tableLines} from '../table.ts'
import {clock, day, type Due, plainDue, shortDue} from '../time/show-time.ts'
import {dueOf, type TimeView, titleOf} from './task-lines.ts'

/**
 * On a terminal by day, with what a series will have faint and without an id, since it is no task yet. In a pipe, and for a
 * screen reader, one table with whole dates.
 */
export function printAgenda(out: Output, agenda: Agenda, view: TimeView): void {
  const late = agenda.overdue.map((task): AgendaEntry => ({task, at: dueOf(task)!.at, projected: false}))
  const groups = [
    {title: 'Overdue', entries: late, due: (due: Due) => shortDue(due, view.now, view.zone)},
    ...agenda.days.map(({entries}) => ({
      title: day(dueOfEntry(entries[0]!), view.now, view.zone),
      entries,
      due: (due: Due) => (due.hasTime ? clock(due.at, view.zone) : ''),
    })),
  ].filter(({entries}) => entries.length > 0)
  if (!out.isTTY || out.accessible) {
    const all = groups.flatMap(({entries}) => entries)
    out.table(columnsOf(out, all, {view, due: (entry) => plainDue(dueOfEntry(entry), view.zone)}), all)
    return
  }
  const dueTexts = new Map(groups.flatMap(({entries, due}) => entries.map((entry) => [entry, due(dueOfEntry(entry))])))
  const rows = [...dueTexts.keys()]
  const [, ...lines] = tableLines(columnsOf(out, rows, {view, due: (entry) => dueTexts.get(entry)!}), rows, {
    width: out.columns - INDENT.length,
    ellipsis: out.style.symbols.ellipsis,
  })
  for (const [index, {title, entries}] of groups.entries()) {
    if (index > 0) out.data('')
    out.data(title === 'Overdue' ? out.style.late(title) : out.style.bold(title))
    out.data(...lines.splice(0, entries.length).map((line) => `${INDENT}${line}`))
  }
}

const INDENT = '  '

const dueOfEntry = ({task, at}: AgendaEntry): Due => ({at, hasTime: task.due_has_time})

function columnsOf(
  out: Output,
  entries: readonly AgendaEntry[],
  {view, due}: {view: TimeView; due: (entry: AgendaEntry) => string},
): Column<AgendaEntry>[] {
  const {dim, late} = out.style
  const faint = (cell: string, {projected}: AgendaEntry): string => (projected ? dim(cell) : cell)
  return [
    {
      title: 'ID',
      text: ({task, projected}) => (projected ? '' : String(task.id)),
      align: 'right',
      paint: (cell) => dim(cell),
    },
    {
      title: 'DUE',
      text: due,
      paint: (cell, entry) => (entry.at < view.now ? late(cell) : faint(cell, entry)),
    },
    {title: 'TASK', text: ({task}) => titleOf(task), atLeast: 20, paint: faint},
    ...(entries.some(({task}) => task.recurring_pattern !== null)
      ? [{title: 'REPEATS', text: ({task}: AgendaEntry) => ruleInShort(task, view.zone), atMost: 16, paint: faint}]
      : []),
  ]
}
