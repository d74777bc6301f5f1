import type {ListTasksQuery} from '../../contracts/tasks.ts'
import type {Transaction} from '../../database/database.ts'
import {query} from '../../database/query.ts'
import {type TaskWithReminders, selectTasks, withReminders} from '../../database/statements/task-rows.ts'
import {type Cursor, decodeCursor, encodeCursor} from '../../runtime/cursor.ts'

/** Values of a statement that are still being collected; each gets the place at which it is bound. */
type Bind = (value: unknown) => string

const OPEN = 't.completed_at is null and t.skipped_at is null'

export interface TaskPage {
  readonly tasks: readonly TaskWithReminders[]
  readonly nextCursor: string | null
}

/** A page of tasks: open ones by due date (undated last), done ones newest first. */
export async function listTasks(tx: Transaction, userId: string, request: ListTasksQuery): Promise<TaskPage> {
  const parameters: unknown[] = []
  const bind: Bind = (value) => `$${parameters.push(value)}`
  const done = request.view === 'done'
  const conditions = [
    // The policy says it too, but not in a way that lets an index give the order: 0.1 ms in place of 70 with 100,000 tasks.
    `t.user_id = ${bind(userId)}`,
    't.deleted_at is null and t.retracted_at is null',
    ...viewConditions(request, bind),
    ...filters(request, bind),
  ]
  const cursor = request.cursor === undefined ? null : decodeCursor(request.cursor)
  if (cursor) conditions.push(done ? afterDone(cursor, bind) : afterDue(cursor, bind))
  const order = done ? 't.completed_at desc, t.id desc' : 't.due_at nulls last, t.id'
  const limit = bind(request.limit + 1)
  const rows = await query(
    tx,
    selectTasks(`where ${conditions.join(' and ')} order by ${order} limit ${limit}`),
    parameters,
  )
  return pageOf(rows.map(withReminders), request)
}

function pageOf(found: readonly TaskWithReminders[], {limit, view}: ListTasksQuery): TaskPage {
  const tasks = found.slice(0, limit)
  const last = found.length > limit ? tasks.at(-1)?.task : undefined
  const at = (view === 'done' ? last?.completed_at : last?.due_at) ?? null
  return {tasks, nextCursor: last ? encodeCursor({at, id: last.id}) : null}
}

/** By the database's clock: what is overdue is not upcoming, and each is one of both. */
const NOW = `date_trunc('second', now())`

function viewConditions({view, due_from: from, due_until: until}: ListTasksQuery, bind: Bind): string[] {
  switch (view) {
    case 'open':
      return [OPEN]
    case 'overdue':
      return [OPEN, `t.due_at < ${NOW}`]
    case 'today': {
      const midnight = `date_trunc('day', now(), 'UTC')`
      const [first, end] = [
        from ? instant(from, bind) : midnight,
        until ? instant(until, bind) : `${midnight} + interval '24 hours'`,
      ]
      return [OPEN, `t.due_at >= ${first}`, `t.due_at < ${end}`]
    }
    case 'upcoming':
      return [OPEN, `t.due_at >= ${NOW}`]
    case 'recurring':
      return [OPEN, 't.series_id is not null']
    case 'done':
      return ['t.completed_at is not null']
    case 'all':
      return []
  }
}

const instant = (at: Date, bind: Bind): string => `${bind(at.toISOString())}::timestamptz`

function filters(request: ListTasksQuery, bind: Bind): string[] {
  const conditions: string[] = []
  if (request.tag !== undefined) conditions.push(`t.tags @> ${bind([request.tag])}`)
  if (request.priority !== undefined) conditions.push(`t.priority = ${bind(request.priority)}`)
  if (request.search !== undefined) {
    const pattern = bind(`%${request.search.replaceAll(/[\\%_]/gu, String.raw`\$&`)}%`)
    conditions.push(`(t.title ilike ${pattern} or t.description ilike ${pattern})`)
  }
  if (request.view !== 'today') {
    if (request.due_from) conditions.push(`t.due_at >= ${instant(request.due_from, bind)}`)
    if (request.due_until) conditions.push(`t.due_at < ${instant(request.due_until, bind)}`)
  }
  return conditions
}

function afterDue({at, id}: Cursor, bind: Bind): string {
  const afterId = `t.id > ${bind(id)}`
  if (at === null) return `t.due_at is null and ${afterId}`
  const due = instant(at, bind)
  return `(t.due_at > ${due} or (t.due_at = ${due} and ${afterId}) or t.due_at is null)`
}

function afterDone({at, id}: Cursor, bind: Bind): string {
  const beforeId = `t.id < ${bind(id)}`
  if (at === null) return beforeId
  const completed = instant(at, bind)
  return `(t.completed_at < ${completed} or (t.completed_at = ${completed} and ${beforeId}))`
}
