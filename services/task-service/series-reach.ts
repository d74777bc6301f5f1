import type {Series} from '../database/entities/series.ts'
import {type Task, TaskEntity} from '../database/entities/task.ts'
import {ensureSuccessor} from '../database/ensure-successor.ts'
import {query} from '../database/query.ts'
import {LOCKED, lockChains} from '../database/statements/lock-rows.ts'
import {DomainError, taskNotFound} from '../domain/errors.ts'
import {currentTraceparent} from '../runtime/tracing.ts'
import type {Change} from './change.ts'

const PRESENT = {deleted_at: null, retracted_at: null} as const
const OPEN = {...PRESENT, completed_at: null, skipped_at: null} as const

export const isOpen = (task: Task): boolean => !task.completed_at && !task.skipped_at

/** A task and the whole chain of series that it belongs to, locked. */
export interface Reach {
  readonly task: Task
  /** Empty for a task that does not repeat. */
  readonly chain: ReadonlyMap<number, Series>
  /** The last of the chain, from which occurrences come; null for a task that does not repeat. */
  readonly tip: Series | null
}

/** For changes that reach beyond one occurrence: all series first, then the task. */
export async function lockReach(change: Change, id: number): Promise<Reach> {
  for (;;) {
    const chain = await lockChains(change.tx, [id])
    const found = await query(change.tx, 'select 1 from todo.tasks where id = $1', [id])
    if (found.length === 0) throw taskNotFound(id)
    const place = chain.size === 0 ? {series_id: null} : {series_id: {$in: [...chain.keys()]}}
    const [task] = await change.tx.find(TaskEntity, {id, ...place}, LOCKED)
    if (!task) continue
    if (task.deleted_at || task.retracted_at) throw taskNotFound(id)
    change.rememberTask(task)
    for (const series of chain.values()) change.rememberSeries(series)
    return {task, chain, tip: tipOf(task, chain)}
  }
}

function tipOf(task: Task, chain: ReadonlyMap<number, Series>): Series | null {
  let series = task.series_id == null ? undefined : chain.get(task.series_id)
  while (series?.continued_by != null) series = chain.get(series.continued_by)
  return series ?? null
}

/**
 * The open occurrence of the series, locked; it is made first when its event is still under way. 409 when the series has
 * ended.
 */
export async function openOccurrence(change: Change, reach: Reach): Promise<Task> {
  const open = await findOpenOccurrence(change, reach)
  if (open) return open
  throw new DomainError('conflict', 'series_ended', `Nothing follows task ${reach.task.id} any more.`, {
    hint: 'scope=this changes this occurrence alone.',
  })
}

export async function findOpenOccurrence(change: Change, reach: Reach): Promise<Task | null> {
  const {task, tip} = reach
  if (isOpen(task)) return task
  if (!tip) return null
  await makeWhatFollows(change, reach)
  // Making an occurrence counts down.
  await change.tx.refresh(tip)
  const [open] = await change.tx.find(TaskEntity, {series_id: tip.id, ...OPEN}, LOCKED)
  if (open) change.rememberTask(open)
  return open ?? null
}

/** The event of the last closed occurrence may still be on its way: what it leads to is made now. */
async function makeWhatFollows(change: Change, {chain}: Reach): Promise<void> {
  const [last] = await change.tx.find(
    TaskEntity,
    {
      series_id: {$in: [...chain.keys()]},
      ...PRESENT,
      $or: [{completed_at: {$ne: null}}, {skipped_at: {$ne: null}}],
    },
    {orderBy: {id: 'desc'}, limit: 1},
  )
  if (!last) return
  await ensureSuccessor(change.tx, [{id: last.id, userId: last.user_id}], {
    traceparent: currentTraceparent(),
    onCalculationError: change.calculationFailed,
  })
}

/** All occurrences of the chain from this task on, or all there are, open or closed, locked; oldest first. */
export async function occurrences(change: Change, {task, chain}: Reach, from: 'task' | 'start'): Promise<Task[]> {
  const rows = await change.tx.find(
    TaskEntity,
    {series_id: {$in: [...chain.keys()]}, ...PRESENT, ...(from === 'task' ? {id: {$gte: task.id}} : {})},
    LOCKED,
  )
  for (const row of rows) change.rememberTask(row)
  return rows
}
