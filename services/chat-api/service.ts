import type {Router} from '@koa/router'
import type {Database} from '../database/database.ts'
import {query} from '../database/query.ts'
import {packagePath} from '../package-root.ts'
import type {ConversationStore} from '../ports/conversation-store.ts'
import type {LiveEvents} from '../ports/live-events.ts'
import type {ModelEndpoint} from '../ports/model-endpoint.ts'
import type {ServiceInvoker} from '../ports/service-invoker.ts'
import {Health} from '../runtime/health.ts'
import {type HttpState, createHttpApp} from '../runtime/http-app.ts'
import type {Logger} from '../runtime/logger.ts'
import {Metrics} from '../runtime/metrics.ts'
import {periodic} from '../runtime/periodic.ts'
import type {Service} from '../runtime/service.ts'
import type {Accounts} from './accounts/accounts.ts'
import {createCalendarLinks} from './calendar/calendar-links.ts'
import {Conversations} from './chat/conversations.ts'
import type {ChatKitComponent} from './chatkit/component.ts'
import {ModelClient} from './chat/model-client.ts'
import {authenticate, dropClaims} from './edge.ts'
import {type Limits, createAddressLimits} from './limits.ts'
import {type LiveTimes, LiveStreams} from './live/live-streams.ts'
import {accessTokenRoutes} from './routes/access-tokens.ts'
import {accountRoutes} from './routes/account.ts'
import {authRoutes} from './routes/auth.ts'
import {calendarRoutes} from './routes/calendar.ts'
import {RunningTurns} from './routes/answer-with-events.ts'
import {chatRoutes} from './routes/chat.ts'
import {chatKitRoute} from './routes/chatkit.ts'
import {exportRoute} from './routes/export.ts'
import {GATEWAY_ROUTES, type GatewayRoute, gatewayRoutes} from './routes/gateway.ts'
import {liveRoute} from './routes/live.ts'
import {mcpRoutes} from './routes/mcp.ts'
import {operatorStatusRoute} from './routes/operator-status.ts'
import {profileRoutes} from './routes/profile.ts'
import {pushDeviceRoutes} from './routes/push-devices.ts'
import {taskHistoryRoute} from './routes/task-history.ts'
import {webApp} from './routes/web-app.ts'
import {webhookRoutes} from './routes/webhook.ts'

export interface ChatApiConfig {
  /** Origins besides the public one whose pages may act with a cookie. */
  readonly trustedOrigins: readonly string[]
  /** How many proxies of ours stand before us and append to X-Forwarded-For; 0: clients connect directly. */
  readonly trustedProxyHops: number
  /** How long an inner service may take, ms. */
  readonly gatewayTimeoutMs: number
  readonly limits: Limits
}

export interface ChatApiDependencies {
  readonly config: ChatApiConfig
  /** With the login of chat-api. */
  readonly database: Database
  readonly accounts: Accounts
  readonly invoker: ServiceInvoker
  readonly live: LiveEvents
  /** Where conversations are, and nothing else. */
  readonly conversations: ConversationStore
  /** Answers in conversations; without it the offline model does. */
  readonly model?: ModelEndpoint | undefined
  readonly liveTimes?: LiveTimes
  readonly logger: Logger
  readonly metrics?: Metrics
  /** Further routes, such as the local mailbox; under /api/v1 they are authenticated like all others. */
  readonly extraRouters?: readonly Router<HttpState>[]
  readonly gatewayRoutes?: readonly GatewayRoute[]
  /** In place of the web app's own chat. */
  readonly chatKit?: ChatKitComponent | undefined
  /** Where the built web app lies; dist/web unless given. */
  readonly webFolder?: string
}

const HOUR_MS = 3_600_000

export interface ChatApi extends Service {
  /** Ends what clients keep open: before the listener is closed, which waits for all answers that are under way. */
  hangUp(): void
}

/** The edge: accounts under /api/auth, and /api/v1 as the only public way to the other services. */
export function createChatApi(deps: ChatApiDependencies): ChatApi {
  const {accounts, config, database, logger} = deps
  const {trustedOrigins} = config
  const metrics = deps.metrics ?? new Metrics('chat-api')
  metrics.watchConnections(deps.database)
  const health = new Health('chat-api', {
    database: async () => void (await database.acrossUsers(async (tx) => query(tx, 'select 1'))),
  })
  const calls = {invoker: deps.invoker, timeoutMs: config.gatewayTimeoutMs}
  const links = createCalendarLinks(database)
  const limits = createAddressLimits(config.limits)
  const conversations = new Conversations(deps.conversations)
  const turns = new RunningTurns()
  const model = deps.model && new ModelClient(deps.model, metrics)
  const streams = new LiveStreams({
    events: deps.live,
    accounts,
    logger,
    metrics,
    ...(deps.liveTimes && {times: deps.liveTimes}),
  })
  const app = createHttpApp({
    service: 'chat-api',
    logger,
    metrics,
    health,
    outermost: [dropClaims(config.trustedProxyHops)],
    before: [authenticate({accounts, calendarLinks: links, limits, trustedOrigins})],
    routes: [
      authRoutes(accounts),
      profileRoutes(database),
      webhookRoutes({...calls, database}),
      pushDeviceRoutes({...calls, database}),
      accountRoutes(accounts, conversations),
      chatRoutes({...calls, database, conversations, turns, model}),
      chatKitRoute({...calls, database, conversations, turns, model, metrics}),
      accessTokenRoutes(accounts),
      mcpRoutes({...calls, database, logger, metrics, accounts, limits, trustedOrigins}),
      operatorStatusRoute({...calls, health}),
      exportRoute({...calls, database, accounts, conversations}),
      liveRoute(accounts, streams),
      webApp(deps.webFolder ?? packagePath('dist', 'web'), deps.chatKit),
      ...(deps.extraRouters ?? []),
      calendarRoutes({...calls, database, links, publicOrigin: accounts.publicOrigin}),
      taskHistoryRoute({...calls, database}),
      gatewayRoutes({...calls, routes: deps.gatewayRoutes ?? GATEWAY_ROUTES}),
    ],
  })
  const upkeep = periodic({
    name: 'removal of ended sessions',
    logger,
    idleMs: HOUR_MS,
    failureMs: 60_000,
    work: async () => {
      await accounts.removeExpired()
      return 'idle'
    },
  })
  return {
    name: 'chat-api',
    app,
    metrics,
    subscriptions: [],
    start: async () => {
      upkeep.start()
      streams.start()
    },
    stop: async () => {
      health.drain()
      streams.hangUp()
      turns.hangUp()
      await Promise.all([upkeep.stop(), streams.stop(), turns.ended()])
    },
    hangUp: () => {
      streams.hangUp()
      turns.hangUp()
    },
  }
}
