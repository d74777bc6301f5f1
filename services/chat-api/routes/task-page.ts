import {Router} from '@koa/router'
import type {HttpState} from '../../runtime/http-app.ts'

/** Where the link in a reminder leads: it names the commands, and shows nothing of the task, since nobody is signed in here. */
export function taskPage(): Router<HttpState> {
  const router = new Router<HttpState>()
  router.get('/tasks/:id', async (ctx, next) => {
    const id = ctx.params['id'] ?? ''
    if (!/^[1-9]\d{0,15}$/u.test(id)) return next()
    ctx.type = 'text/html; charset=utf-8'
    ctx.set(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    )
    ctx.set('referrer-policy', 'no-referrer')
    ctx.body = page(id)
  })
  return router
}

const page = (id: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Task ${id} · todo5</title>
<style>
  :root { color-scheme: light dark }
  body { font: 17px/26px system-ui, sans-serif; max-width: 34rem; margin: 48px auto; padding: 0 24px }
  h1 { font-size: 21px; line-height: 28px }
  code { font: 15px/24px ui-monospace, monospace }
</style>
<h1>Task ${id}</h1>
<p>In a terminal on the machine where todo5 runs:</p>
<p><code>todo5 task show ${id}</code><br><code>todo5 task done ${id}</code></p>
</html>
`
