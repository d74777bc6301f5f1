import type {FilterQuery} from '@mikro-orm/core'
import type {ListTasksQuery} from '../../contracts/tasks.ts'
import type {Transaction} from '../../database/database.ts'
import {type Task, TaskEntity} from '../../database/entities/task.ts'
import {databaseNow} from '../../database/statements/database-now.ts'
import {type Cursor, decodeCursor, encodeCursor} from '../../runtime/cursor.ts'

type Where = FilterQuery<Task>

const OPEN = {completed_at: null, skipped_at: null} as const

/** A page of tasks: open ones by due date (undated last), done ones newest first. */
export async function listTasks(
  tx: Transaction,
  userId: string,
  request: ListTasksQuery,
): Promise<{tasks: Task[]; nextCursor: string | null}> {
  const done = request.view === 'done'
  const conditions: Where[] = [
    // The policy says it too, but not in a way that lets an index give the order: 0.1 ms in place of 70 with 100,000 tasks.
    {user_id: userId},
    {deleted_at: null, retracted_at: null},
    await viewCondition(tx, request),
    ...filters(request),
  ]
  const cursor = request.cursor === undefined ? null : decodeCursor(request.cursor)
  if (cursor) conditions.push(done ? afterDone(cursor) : afterDue(cursor))
  const tasks = await tx.find(
    TaskEntity,
    {$and: conditions},
    {
      orderBy: done ? [{completed_at: 'desc'}, {id: 'desc'}] : [{due_at: 'asc nulls last'}, {id: 'asc'}],
      limit: request.limit + 1,
    },
  )
  const more = tasks.length > request.limit
  const page = more ? tasks.slice(0, request.limit) : tasks
  const last = page.at(-1)
  return {
    tasks: page,
    nextCursor: more && last ? encodeCursor({at: (done ? last.completed_at : last.due_at) ?? null, id: last.id}) : null,
  }
}

async function viewCondition(
  tx: Transaction,
  {view, due_from: from, due_until: until}: ListTasksQuery,
): Promise<Where> {
  switch (view) {
    case 'open':
      return OPEN
    case 'overdue':
      return {...OPEN, due_at: {$lt: await databaseNow(tx)}}
    case 'today': {
      const midnight = new Date(Math.floor((await databaseNow(tx)).getTime() / 86_400_000) * 86_400_000)
      return {...OPEN, due_at: {$gte: from ?? midnight, $lt: until ?? new Date(midnight.getTime() + 86_400_000)}}
    }
    case 'upcoming':
      return {...OPEN, due_at: {$gte: await databaseNow(tx)}}
    case 'recurring':
      return {...OPEN, series_id: {$ne: null}}
    case 'done':
      return {completed_at: {$ne: null}}
    case 'all':
      return {}
  }
}

function filters(request: ListTasksQuery): Where[] {
  const conditions: Where[] = []
  if (request.tag !== undefined) conditions.push({tags: {$contains: [request.tag]}})
  if (request.priority !== undefined) conditions.push({priority: request.priority})
  if (request.search !== undefined) {
    const pattern = `%${request.search.replaceAll(/[\\%_]/gu, String.raw`\$&`)}%`
    conditions.push({$or: [{title: {$ilike: pattern}}, {description: {$ilike: pattern}}]})
  }
  if (request.view !== 'today') {
    if (request.due_from) conditions.push({due_at: {$gte: request.due_from}})
    if (request.due_until) conditions.push({due_at: {$lt: request.due_until}})
  }
  return conditions
}

function afterDue({at, id}: Cursor): Where {
  if (at === null) return {due_at: null, id: {$gt: id}}
  return {$or: [{due_at: {$gt: at}}, {due_at: at, id: {$gt: id}}, {due_at: null}]}
}

const afterDone = ({at, id}: Cursor): Where =>
  at === null ? {id: {$lt: id}} : {$or: [{completed_at: {$lt: at}}, {completed_at: at, id: {$lt: id}}]}
