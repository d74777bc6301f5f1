import {readFile} from 'node:fs/promises'
import {Router} from '@koa/router'
import {Eta} from 'eta'
import {type MailResponse, type MailboxListResponse, listMailsQuery} from '../contracts/mailbox.ts'
import {DomainError} from '../domain/errors.ts'
import {packagePath} from '../package-root.ts'
import {type HttpContext, type HttpState, isOperator, pathId, requireUser} from '../runtime/http-app.ts'
import {validate} from '../runtime/validate.ts'
import type {MailStore} from './mail-store.ts'
import {readMail} from './read-mail.ts'

const views = packagePath('templates', 'mailbox')
const eta = new Eta({views, autoEscape: true, cache: true})

const PAGE_POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** A mail is foreign text: no script, no network, an origin of its own; links open in a new window. */
const SANDBOX = 'allow-popups allow-popups-to-escape-sandbox'
const MAIL_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  'img-src data:',
  "frame-ancestors 'self'",
  `sandbox ${SANDBOX}`,
].join('; ')

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1', '[::1]'])

/** `/api/v1/mailbox` for operators (it holds the mails of all users), and the page `/mailbox` for whoever sits at this machine. */
export function mailboxRoutes(store: MailStore): Router<HttpState> {
  const router = new Router<HttpState>()
  apiRoutes(router, store)
  pageRoutes(router, store)
  return router
}

/** `/api/v1/mailbox` alone. */
export function mailboxApiRoutes(store: MailStore): Router<HttpState> {
  const router = new Router<HttpState>()
  apiRoutes(router, store)
  return router
}

function apiRoutes(router: Router<HttpState>, store: MailStore): void {
  const path = '/api/v1/mailbox'
  router.get(path, async (ctx) => {
    requireOperator(ctx)
    const {limit, before} = validate(listMailsQuery, ctx.query)
    ctx.body = {mails: (await readList(store, limit, before)).map(summary)} satisfies MailboxListResponse
  })
  router.get(`${path}/:id`, async (ctx) => {
    requireOperator(ctx)
    ctx.body = await findMail(ctx, store)
  })
  router.delete(path, async (ctx) => {
    requireOperator(ctx)
    await store.clear()
    ctx.status = 204
  })
}

function pageRoutes(router: Router<HttpState>, store: MailStore): void {
  const page = (ctx: HttpContext, template: string, it: object): void => {
    ctx.type = 'html'
    ctx.set({'content-security-policy': PAGE_POLICY, 'referrer-policy': 'no-referrer', 'cache-control': 'no-store'})
    ctx.body = eta.render(template, it)
  }
  router.get('/mailbox', async (ctx) => {
    requireThisMachine(ctx)
    const {limit, before} = validate(listMailsQuery, ctx.query)
    // One more than is shown tells whether there are older ones.
    const mails = await readList(store, limit + 1, before)
    const shown = mails.slice(0, limit)
    page(ctx, 'list.eta', {title: 'Mailbox', mails: shown, older: mails.length > limit ? shown.at(-1)?.id : undefined})
  })
  router.get('/mailbox/style.css', async (ctx) => {
    ctx.type = 'css'
    ctx.set('cache-control', 'no-cache')
    ctx.body = await readFile(packagePath('templates', 'mailbox', 'style.css'), 'utf8')
  })
  router.get('/mailbox/:id', async (ctx) => {
    requireThisMachine(ctx)
    const mail = await findMail(ctx, store)
    page(ctx, 'mail.eta', {title: mail.subject || '(no subject)', mail, sandbox: SANDBOX})
  })
  router.get('/mailbox/:id/html', async (ctx) => {
    requireThisMachine(ctx)
    const mail = await findMail(ctx, store)
    if (mail.html === null) throw noMail(String(mail.id))
    ctx.type = 'html'
    ctx.set({'content-security-policy': MAIL_POLICY, 'referrer-policy': 'no-referrer', 'cache-control': 'no-store'})
    ctx.body = openInNewWindow(mail.html)
  })
}

async function readList(store: MailStore, limit: number, before: number | undefined): Promise<MailResponse[]> {
  const mails: MailResponse[] = []
  for (const {id} of store.list({limit, before})) {
    const stored = await store.read(id)
    if (stored) mails.push(await readMail(stored))
  }
  return mails
}

const summary = ({id, received_at, from, to, subject, message_id}: MailResponse) => ({
  id,
  received_at,
  from,
  to,
  subject,
  message_id,
})

async function findMail(ctx: HttpContext & {params?: Record<string, string>}, store: MailStore): Promise<MailResponse> {
  const id = pathId(ctx, noMail)
  const stored = await store.read(id)
  if (!stored) throw noMail(String(id))
  return readMail(stored)
}

const noMail = (id: string): DomainError =>
  new DomainError('not_found', 'mail_not_found', `There is no mail ${id} in the mailbox.`, {
    hint: 'List the mailbox to see what is there.',
  })

function requireOperator(ctx: HttpContext): void {
  requireUser(ctx)
  if (isOperator(ctx)) return
  throw new DomainError('forbidden', 'operators_only', 'The mailbox holds the mails of all users; it is for operators.')
}

/** The name that the browser used, not only the address: a page elsewhere can make its own name point to this machine. */
function requireThisMachine(ctx: HttpContext): void {
  if (LOOPBACK.has(ctx.hostname)) return
  throw new DomainError('forbidden', 'foreign_host', `The mailbox is not shown under the name ${ctx.hostname}.`, {
    hint: 'Open it on this machine, under 127.0.0.1 or localhost.',
  })
}

function openInNewWindow(html: string): string {
  const base = '<base target="_blank">'
  return /<head[^>]*>/iu.test(html) ? html.replace(/<head[^>]*>/iu, (head) => head + base) : base + html
}
