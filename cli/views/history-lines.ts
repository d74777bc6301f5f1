import type {TaskHistoryResponse} from '../../services/contracts/history.ts'
import type {Output} from '../output.ts'
import type {Column} from '../table.ts'
import {instantOfLog} from './audit-lines.ts'
import type {TimeView} from './task-lines.ts'

type Entry = TaskHistoryResponse['entries'][number]

/** What became of the reminders in a sentence each, then what happened, oldest first. */
export function printHistory(out: Output, {verdicts, entries}: TaskHistoryResponse, view: TimeView): void {
  out.data(...verdicts)
  if (verdicts.length > 0 && entries.length > 0) out.data('')
  const {bad, warn} = out.style
  const columns: Column<Entry>[] = [
    {title: 'WHEN', text: ({at}) => instantOfLog(Date.parse(at), out, view)},
    {
      title: 'WHAT',
      text: ({kind}) => kind,
      paint: (cell, {kind}) => (kind.endsWith('failed') ? bad(cell) : kind.endsWith('retry') ? warn(cell) : cell),
    },
    {title: 'DETAILS', text: ({text}) => text, atLeast: 20},
  ]
  if (entries.length > 0) out.table(columns, entries)
}
