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
  const width = out.isTTY ? out.columns : Infinity
  const columns = [
    ...first,
    markColumn(out, tasks, view),
    idColumn(out),
    dueColumn(out, view),
    titleColumn(),
    ...repeatsColumn(out, tasks, view, width),
  ]
  const reminds = tasks.some((task) => remindersInShort(task) !== '')
  if (reminds && width >= FOR_REMINDERS) {
    columns.push({
      title: 'REMIND',
      text: remindersInShort,
      atMost: 12,
      paint: (cell) => (cell.startsWith('failed') ? out.style.bad(cell) : cell),
    })
  }
  out.table(
    columns.filter((column) => column !== undefined),
    tasks,
  )
}

export const isLate = (task: TaskResponse, now: number): boolean =>
  stateOf(task) === 'open' && task.due_at !== null && Date.parse(task.due_at) < now

function markColumn(out: Output, tasks: readonly TaskResponse[], {now}: TimeView): Column<TaskResponse> | undefined {
  const {symbols, late, good, dim} = out.style
  const mark = (task: TaskResponse): string => {
    const state = stateOf(task)
    if (state === 'done') return symbols.done
    return state === 'open' ? (isLate(task, now) ? symbols.warning : '') : symbols.dot
  }
  if (tasks.every((task) => mark(task) === '')) return undefined
  return {
    title: '',
    text: mark,
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

function repeatsColumn(
  out: Output,
  tasks: readonly TaskResponse[],
  {zone}: TimeView,
  width: number,
): Column<TaskResponse>[] {
  if (tasks.every((task) => task.recurring_pattern === null)) return []
  if (width >= FOR_RULES)
    return [{title: 'REPEATS', text: (task) => ruleInShort(task, zone), ...(out.isTTY ? {atMost: 16} : {})}]
  const sign = out.style.symbols.repeats
  return [{title: sign, text: (task) => (task.recurring_pattern === null ? '' : sign)}]
}
