import {Readable} from 'node:stream'
import {Router} from '@koa/router'
import type {AuditListResponse} from '../../contracts/audit.ts'
import {EXPORT_KINDS, type ExportPage} from '../../contracts/export.ts'
import {formatInstantOrNull} from '../../contracts/instant.ts'
import type {Database} from '../../database/database.ts'
import {DomainError} from '../../domain/errors.ts'
import {type HttpContext, type HttpState, isOperator, requireUser} from '../../runtime/http-app.ts'
import type {Accounts} from '../accounts/accounts.ts'
import {type CallOptions, callService} from '../call-service.ts'
import type {Conversations} from '../chat/conversations.ts'
import {createCalendarLinks} from '../calendar/calendar-links.ts'
import {readProfile} from './profile.ts'
import {readDevices} from './push-devices.ts'
import {readWebhook} from './webhook.ts'

export interface ExportOptions extends CallOptions {
  readonly database: Database
  readonly accounts: Pick<Accounts, 'describe'>
  readonly conversations: Pick<Conversations, 'list' | 'read'>
}

const AUDIT_PAGE = 1000

/**
 * GET /api/v1/export: all that is kept of the user, as one JSON document. It is written as it is read, so that ten years
 * of tasks need no more memory than a page; when a part goes away in between the connection breaks, and the document
 * lacks its end.
 */
export function exportRoute(options: ExportOptions): Router<HttpState> {
  const links = createCalendarLinks(options.database)
  const router = new Router<HttpState>({prefix: '/api/v1/export'})
  router.get('/', async (ctx) => {
    const userId = requireUser(ctx)
    const kept = await options.database.asUser(userId, async (tx) => ({
      profile: await readProfile(tx, userId, isOperator(ctx)),
      webhook: await readWebhook(tx, userId),
      devices: await readDevices(tx, userId),
    }))
    const calendar = {created_at: formatInstantOrNull(await links.madeAt(userId))}
    const account = await options.accounts.describe(userId)
    const at = new Date().toISOString()
    const head = {version: 1, exported_at: at, ...kept, calendar, account}
    const document = writeDocument(ctx, options, head)
    // Before the first byte, an answer can still say that a service is away.
    const first = await document.next()
    ctx.type = 'application/json; charset=utf-8'
    ctx.attachment(`todo5-export-${at.slice(0, 10)}.json`)
    ctx.body = Readable.from(logged(ctx, after(first.value as string, document)))
  })
  return router
}

/** The pieces of the document; the first comes when the first page of tasks is there. */
async function* writeDocument(ctx: HttpContext, options: ExportOptions, head: object): AsyncGenerator<string> {
  let piece = JSON.stringify(head).slice(0, -1)
  for (const kind of EXPORT_KINDS) {
    piece += `,"${kind}":[`
    let isFirst = true
    for (let next: number | null = 0; next !== null;) {
      const page: ExportPage = await read(ctx, options, 'task-service', `/v1/export/${kind}?after=${next}`)
      yield piece + list(page.rows, isFirst)
      piece = ''
      isFirst &&= page.rows.length === 0
      next = page.next
    }
    piece = ']'
  }
  piece += ',"history":['
  let isFirst = true
  for (let cursor: string | null = ''; cursor !== null;) {
    const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: AuditListResponse = await read(ctx, options, 'audit-service', `/v1/audit?limit=${AUDIT_PAGE}${from}`)
    yield piece + list(page.entries, isFirst)
    piece = ''
    isFirst &&= page.entries.length === 0
    cursor = page.next_cursor
  }
  yield '],"conversations":['
  yield* writeConversations(requireUser(ctx), options.conversations)
  yield '],"complete":true}\n'
}

async function* writeConversations(
  userId: string,
  conversations: ExportOptions['conversations'],
): AsyncGenerator<string> {
  let isFirst = true
  for (const {id} of await conversations.list(userId)) {
    const {thread, messages} = await conversations.read(userId, id)
    yield list([{...thread, messages}], isFirst)
    isFirst = false
  }
}

const list = (rows: readonly unknown[], isFirst: boolean): string =>
  `${isFirst || rows.length === 0 ? '' : ','}${rows.map((row) => JSON.stringify(row)).join(',')}`

async function read<T>(ctx: HttpContext, options: CallOptions, app: string, path: string): Promise<T> {
  const answer = await callService(ctx, options, {app, method: 'GET', path, headers: {accept: 'application/json'}})
  if (answer.status === 200) return JSON.parse(answer.body.toString()) as T
  throw new DomainError('unavailable', 'service_unavailable', `${app} does not answer now.`, {
    hint: 'Try again in a moment.',
    retryAfterSeconds: 2,
  })
}

async function* after(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}

async function* logged(ctx: HttpContext, pieces: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield* pieces
  } catch (error) {
    ctx.state.logger.warn({error}, 'an export was broken off')
    throw error
  }
}
