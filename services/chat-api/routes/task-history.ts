import {Router} from '@koa/router'
import type {AuditListResponse} from '../../contracts/audit.ts'
import {type TaskHistoryResponse, type TaskRemindersResponse, historyQuery} from '../../contracts/history.ts'
import type {Database} from '../../database/database.ts'
import {ProfileEntity} from '../../database/entities/profile.ts'
import {taskNotFound} from '../../domain/errors.ts'
import type {InvocationResult} from '../../ports/service-invoker.ts'
import {type HttpContext, type HttpState, pathId, requireUser} from '../../runtime/http-app.ts'
import {validate} from '../../runtime/validate.ts'
import {type CallOptions, callService, passOn} from '../call-service.ts'
import {composeHistory} from '../history/compose-history.ts'
import type {AuditEntry} from '../history/task-record.ts'

const PAGE = 1000
/** A task that nags 24 times a day fills a page in two weeks; what is older than 5,000 events is left out. */
const MOST_PAGES = 5

/** GET /api/v1/tasks/:id/history; stands before the gateway, which has everything else under tasks. */
export function taskHistoryRoute(options: CallOptions & {readonly database: Database}): Router<HttpState> {
  const router = new Router<HttpState>({prefix: '/api/v1/tasks'})
  router.get('/:id/history', async (ctx) => {
    const userId = requireUser(ctx)
    const taskId = pathId(ctx, taskNotFound)
    const query = validate(historyQuery, {...ctx.query})
    const reminders = await get(ctx, options, 'task-service', `/v1/tasks/${taskId}/reminders`)
    if (reminders.status !== 200) return passOn(ctx, reminders)
    const entries = await readEntries(ctx, options, taskId)
    if (!Array.isArray(entries)) return passOn(ctx, entries)
    ctx.body = composeHistory({
      taskId,
      entries,
      reminders: (json(reminders) as TaskRemindersResponse).reminders,
      now: new Date(),
      timeZone: query.time_zone ?? (await zoneOf(options.database, userId)),
    }) satisfies TaskHistoryResponse
  })
  return router
}

const get = async (ctx: HttpContext, options: CallOptions, app: string, path: string): Promise<InvocationResult> =>
  callService(ctx, options, {app, method: 'GET', path, headers: {accept: 'application/json'}})

/** Its shape is that of a contract: both ends are ours. */
const json = ({body}: InvocationResult): unknown => JSON.parse(body.toString())

/** All pages, oldest entry first; or the answer that was none. */
async function readEntries(
  ctx: HttpContext,
  options: CallOptions,
  taskId: number,
): Promise<AuditEntry[] | InvocationResult> {
  const newestFirst: AuditEntry[] = []
  let cursor: string | null = ''
  for (let page = 0; page < MOST_PAGES && cursor !== null; page++) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer = await get(ctx, options, 'audit-service', `/v1/audit?task_id=${taskId}&limit=${PAGE}${from}`)
    if (answer.status !== 200) return answer
    const list = json(answer) as AuditListResponse
    newestFirst.push(...list.entries)
    cursor = list.next_cursor
  }
  return newestFirst.toReversed()
}

async function zoneOf(database: Database, userId: string): Promise<string> {
  const profile = await database.asUser(userId, async (tx) => tx.findOne(ProfileEntity, {user_id: userId}))
  return profile?.time_zone ?? 'UTC'
}
