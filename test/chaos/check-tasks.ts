import type {Evidence, TaskRow} from './evidence.ts'
import type {Chain, ExpectedTask, Expectations} from './expected.ts'
import {type Violation, violation} from './violation.ts'

const DAY = 24 * 3_600_000

/** Tasks and occurrences: what is missing, says less than was acknowledged, or is there twice. */
export function checkTasks({chains}: Expectations, {tasks}: Evidence): Violation[] {
  const rows = new Map(tasks.map((row) => [row.id, row]))
  const successors = Map.groupBy(
    tasks.filter((row) => row.predecessorId !== null && !row.retracted),
    (row) => row.predecessorId!,
  )
  const found: Violation[] = []
  const known = new Set<number>()
  for (const chain of chains) {
    for (const task of chain.tasks.values()) {
      known.add(task.id)
      const row = rows.get(task.id)
      const following = successors.get(task.id) ?? []
      found.push(...checkRow(task, row), ...checkSuccessors(chain, task, following))
      for (const {id} of following) known.add(id)
    }
  }
  for (const row of tasks) {
    if (known.has(row.id) || row.retracted) continue
    found.push(violation('double occurrence', `task ${row.id}`, `nobody asked for it: "${row.title}"`))
  }
  return [...found, ...checkKeys(tasks)]
}

function checkRow(task: ExpectedTask, row: TaskRow | undefined): Violation[] {
  const about = `task ${task.id}`
  if (!row) return [violation('lost', about, 'it was acknowledged and is not there')]
  const {retracted, deleted} = row
  const state = row.completed ? 'completed' : row.skipped ? 'skipped' : 'open'
  const is = JSON.stringify({state, deleted, retracted})
  const should = JSON.stringify({state: task.state, deleted: task.deleted, retracted: task.retracted})
  if (task.retracted) return retracted ? [] : [violation('double occurrence', about, 'it was taken back and is there')]
  const found: Violation[] = []
  if (is !== should) found.push(violation('lost', about, `it is ${is} in place of ${should}`))
  if (row.description !== task.description) {
    found.push(violation('lost', about, `it says "${row.description}" in place of "${task.description}"`))
  }
  if (row.version < task.version || (task.exact && row.version > task.version)) {
    found.push(violation('lost', about, `it has version ${row.version}, the last answer said ${task.version}`))
  }
  return found
}

function checkSuccessors(chain: Chain, task: ExpectedTask, following: readonly TaskRow[]): Violation[] {
  const about = `task ${task.id}`
  const {rule} = chain
  const goesOn = rule !== null && (rule.count === null || task.place + 1 < rule.count)
  const closed = task.state !== 'open' && !task.retracted
  if (following.length > (goesOn && closed ? 1 : 0)) {
    const ids = following.map(({id}) => id).join(', ')
    return [violation('double occurrence', about, `it is followed by ${following.length} occurrences: ${ids}`)]
  }
  const [next] = following
  if (!next) {
    const missing = goesOn && closed && !chain.dead
    return missing ? [violation('lost', about, `it is ${task.state} and nothing follows`)] : []
  }
  const at = chain.firstDueAt + (task.place + 1) * rule!.everyDays * DAY
  if (next.occurrenceAt === at) return []
  const stands = next.occurrenceAt === null ? 'nowhere' : new Date(next.occurrenceAt).toISOString()
  return [violation('lost', `task ${next.id}`, `it stands at ${stands} in place of ${new Date(at).toISOString()}`)]
}

/** Whatever the clients know: two rows for one date of a series, two open ones, one title added twice. */
function checkKeys(tasks: readonly TaskRow[]): Violation[] {
  const live = tasks.filter((row) => !row.retracted)
  const series = live.filter((row) => row.seriesId !== null)
  const open = series.filter((row) => !row.completed && !row.skipped && !row.deleted)
  return [
    ...twice(series, (row) => `${row.seriesId} at ${row.occurrenceAt}`, 'rows of series'),
    ...twice(open, (row) => `${row.seriesId}`, 'open occurrences of series'),
    ...twice(
      live.filter((row) => row.predecessorId === null),
      (row) => row.title,
      'tasks were added for',
    ),
  ]
}

function twice(rows: readonly TaskRow[], key: (row: TaskRow) => string, what: string): Violation[] {
  return [...Map.groupBy(rows, key)]
    .filter(([, same]) => same.length > 1)
    .map(([name, same]) =>
      violation('double occurrence', `task ${same.map(({id}) => id).join(', ')}`, `${same.length} ${what} ${name}`),
    )
}
