import {Router} from '@koa/router'
import type {z} from 'zod'
import {scopeQuery} from '../../contracts/scope.ts'
import {type SkipTaskResponse, skipTaskRequest} from '../../contracts/skip-task.ts'
import {snoozeTaskRequest} from '../../contracts/snooze-task.ts'
import {
  type CompleteTaskResponse,
  type TaskListResponse,
  type TaskResponse,
  completeTaskRequest,
  createTaskRequest,
  listTasksQuery,
  updateTaskRequest,
} from '../../contracts/tasks.ts'
import type {ChangeName} from '../../contracts/undo.ts'
import type {Task} from '../../database/entities/task.ts'
import {lockWithReminders} from '../../database/statements/lock-task.ts'
import {type TaskWithReminders, findTask} from '../../database/statements/task-rows.ts'
import {taskNotFound} from '../../domain/errors.ts'
import {type HttpContext, type HttpState, pathId, requireUser} from '../../runtime/http-app.ts'
import {readJson} from '../../runtime/request-body.ts'
import {validate} from '../../runtime/validate.ts'
import type {Change} from '../change.ts'
import {nothingFirst} from '../idempotent.ts'
import {etag, parseIfMatch} from '../if-match.ts'
import {present, presentChanged, presentTask, presentTasks} from '../present-task.ts'
import {completeTask} from '../use-cases/complete-task.ts'
import {createTask, idsFor} from '../use-cases/create-task.ts'
import {deleteTask} from '../use-cases/delete-task.ts'
import {listTasks} from '../use-cases/list-tasks.ts'
import {reopenTask} from '../use-cases/reopen-task.ts'
import {snoozeTask} from '../use-cases/snooze-task.ts'
import {updateTask} from '../use-cases/update-task.ts'
import {skipTask} from '../use-cases/skip-task.ts'
import {waitForSuccessor} from '../wait-for-successor.ts'
import {type WriteOptions, type WriteRequest, waitMs, writeOnce} from './write.ts'

const taskId = (ctx: {params?: Record<string, string>}): number => pathId(ctx, taskNotFound)

/** /v1/tasks: what the gateway publishes as /api/v1/tasks. */
export function taskRoutes(options: WriteOptions): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/v1/tasks'})
  addReads(router, options)
  addWrites(router, options)
  addTransitions(router, options)
  return router
}

function addReads(router: Router<HttpState>, {database}: WriteOptions): void {
  router.get('/', async (ctx) => {
    const userId = requireUser(ctx)
    const query = validate(listTasksQuery, ctx.query)
    const {tasks, nextCursor} = await database.readAsUser(userId, async (tx) => listTasks(tx, userId, query))
    ctx.body = {tasks: tasks.map(present), next_cursor: nextCursor} satisfies TaskListResponse
  })

  router.get('/:id', async (ctx) => {
    const userId = requireUser(ctx)
    const id = taskId(ctx)
    const found = await database.readAsUser(userId, async (tx) => findTask(tx, id))
    if (!found) throw taskNotFound(id)
    ctx.set('etag', etag(found.task.version))
    ctx.body = present(found)
  })
}

function addWrites(router: Router<HttpState>, options: WriteOptions): void {
  router.post('/', async (ctx) => {
    const {body, request} = await readRequest(ctx, createTaskRequest)
    const created = await write(
      options,
      ctx,
      {name: 'create', body, status: 201, first: async (tx) => idsFor(tx, request)},
      async (change, ids) => createTask(change, request, ids),
    )
    ctx.set('location', `/api/v1/tasks/${created.id}`)
  })

  router.patch('/:id', async (ctx) => {
    const {body, request, id, ifMatch} = await readChange(ctx, updateTaskRequest)
    const {scope} = validate(scopeQuery, ctx.query)
    await write(options, ctx, {name: 'update', body, first: nothingFirst}, async (change) =>
      updateTask(change, id, request, {scope, ifMatch}),
    )
  })

  router.delete('/:id', async (ctx) => {
    const {id, ifMatch} = readTarget(ctx)
    const {scope} = validate(scopeQuery, ctx.query)
    await write(options, ctx, {name: 'delete', first: nothingFirst}, async (change) =>
      deleteTask(change, id, {scope, ifMatch}),
    )
  })
}

function addTransitions(router: Router<HttpState>, options: WriteOptions): void {
  router.post('/:id/complete', async (ctx) => {
    const {body, request, userId, id, ifMatch} = await readChange(ctx, completeTaskRequest)
    const completed = await write(
      options,
      ctx,
      {name: 'complete', body, first: async (tx) => lockWithReminders(tx, id)},
      async (change, locked) => completeTask(change, locked, {ifMatch, endSeries: request.end_series}),
    )
    const follows = completed.next_occurrence !== null
    const next = follows ? await waitForSuccessor(options.database, userId, id, waitMs(ctx)) : null
    ctx.body = {completed, next, next_pending: follows && next === null} satisfies CompleteTaskResponse
  })

  router.post('/:id/reopen', async (ctx) => {
    const {id, ifMatch} = readTarget(ctx)
    await write(options, ctx, {name: 'reopen', first: nothingFirst}, async (change) => reopenTask(change, id, ifMatch))
  })

  router.post('/:id/skip', async (ctx) => {
    const {body, request, userId, id, ifMatch} = await readChange(ctx, skipTaskRequest)
    const answer = await writeOnce(options, ctx, {body, first: nothingFirst}, async (tx): Promise<SkipTaskResponse> => {
      const {skipped, next, follows} = await options.record(tx, {userId, name: 'skip'}, async (change) =>
        skipTask(change, id, {...request, ifMatch}),
      )
      return {
        skipped: await presentTasks(tx, skipped),
        next: next && (await presentTask(tx, next)),
        next_pending: follows,
      }
    })
    if (!answer.next_pending) return
    const next = await waitForSuccessor(options.database, userId, answer.skipped.at(-1)!.id, waitMs(ctx))
    ctx.body = {...answer, next, next_pending: next === null} satisfies SkipTaskResponse
  })

  router.post('/:id/snooze', async (ctx) => {
    const {body, request, id, ifMatch} = await readChange(ctx, snoozeTaskRequest)
    await write(options, ctx, {name: 'snooze', body, first: nothingFirst}, async (change) =>
      snoozeTask(change, id, request, ifMatch),
    )
  })
}

interface Target {
  readonly userId: string
  readonly id: number
  /** The version that the client has seen; null when it did not say. */
  readonly ifMatch: number | null
}

/** Whose change, and of which task. */
const readTarget = (ctx: HttpContext & {params?: Record<string, string>}): Target => ({
  userId: requireUser(ctx),
  id: taskId(ctx),
  ifMatch: parseIfMatch(ctx.get('if-match')),
})

interface Asked<S extends z.ZodType> {
  /** As it came: a repetition under the same idempotency key has to have the same. */
  readonly body: unknown
  readonly request: z.output<S>
}

async function readRequest<S extends z.ZodType>(ctx: HttpContext, schema: S): Promise<Asked<S>> {
  requireUser(ctx)
  const body = await readJson(ctx.req)
  return {body, request: validate(schema, body)}
}

async function readChange<S extends z.ZodType>(ctx: HttpContext, schema: S): Promise<Target & Asked<S>> {
  return {...readTarget(ctx), ...(await readRequest(ctx, schema))}
}

interface Write<First> extends WriteRequest<First> {
  readonly name: ChangeName
}

/** One change of one task, answered with the task as it is then. */
async function write<First>(
  options: WriteOptions,
  ctx: HttpContext,
  {name, ...request}: Write<First>,
  work: (change: Change, first: First) => Promise<Task | TaskWithReminders>,
): Promise<TaskResponse> {
  const task = await writeOnce(options, ctx, request, async (tx, userId, found, now) =>
    presentChanged(tx, await options.record(tx, {userId, name, now}, async (change) => work(change, found))),
  )
  ctx.set('etag', etag(task.version))
  return task
}
