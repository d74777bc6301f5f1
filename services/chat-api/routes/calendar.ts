import {createHash} from 'node:crypto'
import {Router} from '@koa/router'
import {type CalendarLink, type CalendarLinkState, calendarQuery} from '../../contracts/calendar.ts'
import {formatInstant, formatInstantOrNull} from '../../contracts/instant.ts'
import type {TaskListResponse, TaskResponse} from '../../contracts/tasks.ts'
import type {Database} from '../../database/database.ts'
import {ProfileEntity} from '../../database/entities/profile.ts'
import type {InvocationResult} from '../../ports/service-invoker.ts'
import {type HttpContext, type HttpState, requireUser} from '../../runtime/http-app.ts'
import {validate} from '../../runtime/validate.ts'
import type {CalendarLinks} from '../calendar/calendar-links.ts'
import {composeCalendar} from '../calendar/compose-calendar.ts'
import {type CallOptions, callService, passOn} from '../call-service.ts'

export interface CalendarOptions extends CallOptions {
  readonly database: Database
  readonly links: CalendarLinks
  readonly publicOrigin: string
}

const PAGE = 1000
/** Nobody reads more in a calendar, and the programs that fetch it every quarter of an hour must not either. */
const MOST_TASKS = 5000

/** /api/v1/calendar: the link; /api/v1/calendar.ics: what it leads to. The edge has verified whose it is. */
export function calendarRoutes(options: CalendarOptions): Router<HttpState> {
  const {links, publicOrigin} = options
  const router = new Router<HttpState>({prefix: '/api/v1'})
  router.get('/calendar', async (ctx) => {
    ctx.body = {created_at: formatInstantOrNull(await links.madeAt(requireUser(ctx)))} satisfies CalendarLinkState
  })
  router.post('/calendar', async (ctx) => {
    const {token, madeAt} = await links.make(requireUser(ctx))
    ctx.status = 201
    ctx.body = {
      url: `${publicOrigin}/api/v1/calendar.ics?token=${token}`,
      created_at: formatInstant(madeAt),
    } satisfies CalendarLink
  })
  router.delete('/calendar', async (ctx) => {
    await links.end(requireUser(ctx))
    ctx.status = 204
  })
  router.get('/calendar.ics', async (ctx) => {
    const userId = requireUser(ctx)
    const {only} = validate(calendarQuery, {...ctx.query})
    const tasks = await openTasks(ctx, options)
    if (!Array.isArray(tasks)) return passOn(ctx, tasks)
    const zone = await zoneOf(options.database, userId)
    const text = composeCalendar({tasks, userId, zone, origin: publicOrigin, ...(only && {only})})
    ctx.set('cache-control', 'private, no-cache')
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`
    ctx.set('etag', etag)
    if (isNamed(etag, ctx.get('if-none-match'))) {
      ctx.status = 304
      return
    }
    ctx.type = 'text/calendar; charset=utf-8'
    ctx.set('content-disposition', 'inline; filename="todo5.ics"')
    ctx.body = text
  })
  return router
}

/** Also for clients that say `no-cache`, as Node's does with this header: this is the newest version, and they have it. */
const isNamed = (etag: string, header: string): boolean =>
  header.split(',').some((name) => name.trim().replace(/^W\//u, '') === etag)

/** By due date, those without one last; or the answer that was no list. */
async function openTasks(ctx: HttpContext, options: CallOptions): Promise<TaskResponse[] | InvocationResult> {
  const tasks: TaskResponse[] = []
  let cursor: string | null = ''
  while (cursor !== null && tasks.length < MOST_TASKS) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer = await callService(ctx, options, {
      app: 'task-service',
      method: 'GET',
      path: `/v1/tasks?view=open&limit=${PAGE}${from}`,
      headers: {accept: 'application/json'},
    })
    if (answer.status !== 200) return answer
    // Its shape is that of a contract: both ends are ours.
    const page = JSON.parse(answer.body.toString()) as TaskListResponse
    tasks.push(...page.tasks)
    cursor = page.next_cursor
  }
  return tasks
}

async function zoneOf(database: Database, userId: string): Promise<string> {
  const profile = await database.asUser(userId, async (tx) => tx.findOne(ProfileEntity, {user_id: userId}))
  return profile?.time_zone ?? 'UTC'
}
