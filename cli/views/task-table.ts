import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {ruleInShort} from '../operations/rule-words.ts'
import type {Output} from '../output.ts'
import type {Column} from '../table.ts'
import {plainDue, shortDue} from '../time/show-time.ts'
import {dueOf, remindersInShort, stateOf, type TimeView, titleOf} from './task-lines.ts'

/** Below this width reminders are left out, and below the next the rule is a sign. */
const FOR_REMINDERS = 72
const FOR_RULES = 58

/** One task a line, as wide as the terminal; `first`: columns before the others. */
export function printTasks(
  out: Output,
  tasks: readonly TaskResponse[],
  view: TimeView,
  first: readonly Column<TaskResponse>[] = [],
): void {
  out.table([...first, ...columnsOf(out, view, tasks)], tasks)
}

/** The same for tasks that come page by page; columns that only later pages fill are there from the beginning. */
export function taskPrinter(out: Output, view: TimeView): (page: readonly TaskResponse[], last: boolean) => void {
  let print: ((page: readonly TaskResponse[]) => void) | undefined
  return (page, last) => {
    print ??= out.tableInParts(columnsOf(out, view, last ? page : undefined))
    print(page)
  }
}

/** Without columns that would be empty, when all tasks are known. */
function columnsOf(out: Output, view: TimeView, tasks?: readonly TaskResponse[]): Column<TaskResponse>[] {
  const width = out.isTTY ? out.columns : Infinity
  const filled = (column: Column<TaskResponse>) => !tasks || tasks.some((task) => column.text(task) !== '')
  const columns = [markColumn(out, view), idColumn(out), dueColumn(out, view), titleColumn()]
  columns.push(repeatsColumn(out, view, width))
  if (width >= FOR_REMINDERS) columns.push(remindColumn(out))
  const optional = new Set(['', 'REMIND', 'REPEATS', out.style.symbols.repeats])
  return columns.filter((column) => !optional.has(column.title) || filled(column))
}

export const isLate = (task: TaskResponse, now: number): boolean =>
  stateOf(task) === 'open' && task.due_at !== null && Date.parse(task.due_at) < now

function markColumn(out: Output, {now}: TimeView): Column<TaskResponse> {
  const {symbols, late, good, dim} = out.style
  return {
    title: '',
    text: (task) => {
      const state = stateOf(task)
      if (state === 'done') return symbols.done
      return state === 'open' ? (isLate(task, now) ? symbols.warning : '') : symbols.dot
    },
    paint: (cell, task) => (isLate(task, now) ? late(cell) : stateOf(task) === 'done' ? good(cell) : dim(cell)),
  }
}

const idColumn = (out: Output): Column<TaskResponse> => ({
  title: 'ID',
  text: (task) => String(task.id),
  align: 'right',
  paint: (cell) => out.style.dim(cell),
})

function dueColumn(out: Output, {zone, now}: TimeView): Column<TaskResponse> {
  return {
    title: 'DUE',
    text: (task) => {
      const due = dueOf(task)
      if (!due) return ''
      if (!out.isTTY) return plainDue(due, zone)
      // What is closed is not late any more.
      return shortDue(due, stateOf(task) === 'open' ? now : Math.min(now, due.at), zone)
    },
    paint: (cell, task) => (isLate(task, now) ? out.style.late(cell) : cell),
  }
}

const titleColumn = (): Column<TaskResponse> => ({title: 'TASK', text: titleOf, atLeast: 20})

function repeatsColumn(out: Output, {zone}: TimeView, width: number): Column<TaskResponse> {
  if (width >= FOR_RULES) {
    const text = (task: TaskResponse) => (task.recurring_pattern === null ? '' : ruleInShort(task, zone))
    return {title: 'REPEATS', text, ...(out.isTTY ? {atMost: 16} : {})}
  }
  const sign = out.style.symbols.repeats
  return {title: sign, text: (task) => (task.recurring_pattern === null ? '' : sign)}
}

const remindColumn = (out: Output): Column<TaskResponse> => ({
  title: 'REMIND',
  text: remindersInShort,
  atMost: 12,
  paint: (cell) => (cell.startsWith('failed') ? out.style.bad(cell) : cell),
})
