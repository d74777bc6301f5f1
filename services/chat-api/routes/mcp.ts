import {Readable} from 'node:stream'
import {Router} from '@koa/router'
import {ACCESS_SCOPES} from '../../contracts/access-token.ts'
import type {HttpContext, HttpState} from '../../runtime/http-app.ts'
import {readBody} from '../../runtime/request-body.ts'
import {type AdmissionOptions, admit, metadataUrl} from '../mcp/admit.ts'
import {type McpOptions, createMcp} from '../mcp/mcp-server.ts'

/** POST /mcp: the tools for programs that speak the Model Context Protocol; and what RFC 9728 says about it. */
export function mcpRoutes(options: AdmissionOptions & Omit<McpOptions, 'resourceMetadataUrl'>): Router<HttpState> {
  const {accessTokens, publicOrigin} = options.accounts
  const {audience} = accessTokens
  const mcp = createMcp({...options, resourceMetadataUrl: metadataUrl(publicOrigin)})
  const router = new Router<HttpState>()
  router.get('/.well-known/oauth-protected-resource/mcp', (ctx) => {
    ctx.body = {
      resource: audience,
      resource_name: 'todo5',
      scopes_supported: ACCESS_SCOPES,
      bearer_methods_supported: ['header'],
    }
  })
  router.post('/mcp', async (ctx) => {
    const caller = await admit(ctx, options)
    answerAs(ctx, await mcp.fetch(await toRequest(ctx, audience), caller))
  })
  return router
}

/** What the protocol looks at; the credentials go no further. */
const HEADERS_IN = /^(accept|content-type|mcp-[\w-]+)$/u

async function toRequest(ctx: HttpContext, url: string): Promise<Request> {
  const body = await readBody(ctx.req)
  const headers = new Headers()
  for (const [name, value] of Object.entries(ctx.req.headers))
    if (HEADERS_IN.test(name)) headers.set(name, String(value))
  const gone = new AbortController()
  ctx.res.once('close', () => gone.abort())
  return new Request(url, {method: 'POST', headers, body: new Uint8Array(body), signal: gone.signal})
}

function answerAs(ctx: HttpContext, response: Response): void {
  for (const [name, value] of response.headers) ctx.set(name, value)
  ctx.set('cache-control', 'no-store')
  ctx.body = response.body && Readable.fromWeb(response.body)
  // Koa makes a 204 of an empty body unless it is told the status after it.
  ctx.status = response.status
}
