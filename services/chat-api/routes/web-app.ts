import {Router} from '@koa/router'
import type {HttpContext, HttpState} from '../../runtime/http-app.ts'
import {type ChatKitComponent, policyWithComponent, withComponent} from '../chatkit/component.ts'
import {type WebFile, WebFiles} from '../web-files.ts'

/** The paths of the app's pages (web/src/routes.ts and what it gathers): each answers the same document. */
export const PAGES = [
  '/',
  '/upcoming',
  '/all',
  '/tasks/:id',
  '/chat',
  '/settings',
  '/settings/:section',
  '/status',
  '/sign-in',
  '/sign-up',
  '/forgot-password',
  '/reset-password',
  '/device',
]

/** React Aria measures and places by the style attribute of the CSSOM, which needs no 'unsafe-inline'. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const SECURITY = {
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'x-frame-options': 'DENY',
}

/** The name of a hashed file is that of its content. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/** Their names stay when they are drawn anew. */
const FOR_A_DAY = 'public, max-age=86400'

/**
 * The built web app from `folder`; without one its pages are not there. What no page or file is goes on to `next`. With a
 * `component` of elsewhere its pages know it, and may load it.
 */
export function webApp(folder: string, component?: ChatKitComponent): Router<HttpState> {
  const files = new WebFiles(folder, (path, content) =>
    component && path === '/index.html' ? Buffer.from(withComponent(content.toString(), component)) : content,
  )
  const policy = component ? policyWithComponent(POLICY, component) : POLICY
  const answer = (ctx: HttpContext, file: WebFile): void => {
    ctx.set({...SECURITY, 'content-security-policy': policy})
    answerFile(ctx, file)
  }
  const router = new Router<HttpState>()
  router.get(PAGES, async (ctx, next) => {
    const id = ctx.params['id']
    if (id !== undefined && !/^[1-9]\d{0,15}$/u.test(id)) return next()
    const document = await files.get('/index.html')
    if (!document) return next()
    ctx.set('cache-control', 'no-cache')
    answer(ctx, document)
  })
  const serve = (paths: readonly string[], caching: string): void => {
    router.get([...paths], async (ctx, next) => {
      const file = await files.get(ctx.path)
      if (!file) return next()
      ctx.set('cache-control', caching)
      answer(ctx, file)
    })
  }
  serve(['/assets/:file'], FOR_EVER)
  serve(['/icons/:file'], FOR_A_DAY)
  serve(['/licences/:file', '/manifest.webmanifest', '/sw.js'], 'no-cache')
  return router
}

function answerFile(ctx: HttpContext, file: WebFile): void {
  ctx.set('etag', file.etag)
  ctx.vary('accept-encoding')
  ctx.status = 200
  if (ctx.fresh) {
    ctx.status = 304
    return
  }
  const encoding = ctx.acceptsEncodings('br', 'gzip', 'identity')
  const chosen = encoding === 'br' || encoding === 'gzip' ? file[encoding] : undefined
  if (chosen && typeof encoding === 'string') ctx.set('content-encoding', encoding)
  ctx.type = file.type
  ctx.body = chosen ?? file.plain
}
