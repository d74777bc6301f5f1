import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {Database} from '../../../database/database.ts'
import {Health} from '../../../runtime/health.ts'
import {createHttpApp} from '../../../runtime/http-app.ts'
import type {Logger} from '../../../runtime/logger.ts'
import {Metrics} from '../../../runtime/metrics.ts'
import {dropClaims} from '../../edge.ts'
import {createAddressLimits} from '../../limits.ts'
import {mcpRoutes} from '../../routes/mcp.ts'
import type {AdmissionOptions} from '../admit.ts'
import {conformanceSurface} from './conformance-surface.ts'

const KEY = 'todo5_conformance'
const USER = '0198f1de-0000-7000-8000-000000000001'
const neverAsked = async (): Promise<never> => {
  throw new Error('the suite calls none of the tools that need this')
}

/**
 * POST /mcp as the edge serves it, with what the conformance suite calls beside our own tools. The suite can send no
 * credentials, so a key is put into each request, as a proxy in front would.
 */
export async function startConformanceFixture(logger: Logger): Promise<{url: string; stop(): Promise<void>}> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const publicOrigin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const url = `${publicOrigin}/mcp`
  const callback = fixtureApp(logger, {
    publicOrigin,
    isVerified: () => false,
    identify: async ({authorization}) =>
      authorization === `Bearer ${KEY}`
        ? {identity: {userId: USER, role: 'user', credentialId: 'conformance'}, proof: 'bearer', setCookies: []}
        : null,
    accessTokens: {audience: url, issue: neverAsked, verify: async () => null},
  }).callback()
  server.on('request', (request, response) => void callback(request, response))
  return {
    url,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function fixtureApp(logger: Logger, accounts: AdmissionOptions['accounts']) {
  const metrics = new Metrics('chat-api')
  return createHttpApp({
    service: 'chat-api',
    logger,
    metrics,
    health: new Health('chat-api', {}),
    outermost: [
      dropClaims(0),
      async (ctx, next) => {
        ctx.req.headers.authorization ??= `Bearer ${KEY}`
        await next()
      },
    ],
    routes: [
      mcpRoutes({
        accounts,
        limits: createAddressLimits({refusalsPerMinute: 20}),
        trustedOrigins: [],
        database: {acrossUsers: neverAsked, asUser: neverAsked} as unknown as Database,
        invoker: {invoke: neverAsked},
        timeoutMs: 5000,
        logger,
        metrics,
        furnish: conformanceSurface,
      }),
    ],
  })
}
