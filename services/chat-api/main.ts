import {createDaprConversationStore} from '../adapters/dapr/conversation-store.ts'
import {createDaprServiceInvoker} from '../adapters/dapr/service-invoker.ts'
import {openSidecar} from '../adapters/dapr/sidecar.ts'
import {type Listener, listen} from '../adapters/embedded/listener.ts'
import {createModelEndpoint} from '../adapters/openai/model-endpoint.ts'
import {DomainError} from '../domain/errors.ts'
import type {ModelEndpoint} from '../ports/model-endpoint.ts'
import type {ServiceInvoker} from '../ports/service-invoker.ts'
import {CONVERSATION_COMPONENT, LIVE_COMPONENT} from '../process/component-names.ts'
import {type LocalUserFile, keepLocalUser} from '../process/local-user.ts'
import {type ProcessRun, type RunningProcess, handlerOf, startServiceProcess} from '../process/service-process.ts'
import type {Undo} from '../runtime/undo.ts'
import {createAccountMails} from './accounts/account-mails.ts'
import {openAccounts} from './accounts/accounts.ts'
import {chatKitComponent} from './chatkit/component.ts'
import {CHAT_API_VARIABLES} from './config.ts'
import {GATEWAY_ROUTES} from './routes/gateway.ts'
import {createChatApi} from './service.ts'

const GATEWAY_TIMEOUT_MS = 15_000
/** The sidecar and Prometheus ask for these on the inner port; everything else is for the public one. */
const INNER = /^\/(healthz|metrics)$/u

export const start = async (run: ProcessRun): Promise<RunningProcess> =>
  startServiceProcess(
    {
      name: 'chat-api',
      variables: CHAT_API_VARIABLES,
      components: [CONVERSATION_COMPONENT, LIVE_COMPONENT],
      build: async ({config, live, logger, open, sidecar, undo}) => {
        const local = localUser(config)
        const publicSide = await listen(config.PUBLIC_HOST ?? config.HOST, config.PUBLIC_PORT)
        undo.add(async () => publicSide.close(0))
        const services = createDaprServiceInvoker({sidecar, timeoutMs: GATEWAY_TIMEOUT_MS})
        const mails = createAccountMails({invoker: services, logger})
        undo.add(async () => mails.close())
        const accounts = openAccounts({
          databaseUrl: config.DATABASE_URL,
          poolSize: 6,
          secret: config.BETTER_AUTH_SECRET,
          nextSecret: config.BETTER_AUTH_SECRET_NEXT,
          previousSecret: config.BETTER_AUTH_SECRET_PREVIOUS,
          baseUrl: config.PUBLIC_URL,
          trustedOrigins: config.TRUSTED_ORIGINS ?? [],
          allowSignUp: config.ALLOW_SIGN_UP ?? true,
          mails,
          signInLinks: local !== undefined,
          logger,
        })
        undo.add(async () => accounts.close())
        const {MAILBOX_URL: mailbox} = config
        const service = createChatApi({
          config: {
            trustedOrigins: config.TRUSTED_ORIGINS ?? [],
            trustedProxyHops: config.TRUSTED_PROXY_HOPS ?? 0,
            gatewayTimeoutMs: GATEWAY_TIMEOUT_MS,
            limits: {
              refusalsPerMinute: 60,
              ...(config.REQUESTS_PER_MINUTE !== undefined && {requestsPerMinute: config.REQUESTS_PER_MINUTE}),
            },
          },
          database: await open(config.DATABASE_POOL ?? 6),
          accounts,
          invoker: mailbox === undefined ? services : withMailbox(services, mailbox, config.APP_API_TOKEN, undo),
          live,
          conversations: createDaprConversationStore({sidecar, store: CONVERSATION_COMPONENT}),
          model: modelEndpoint(config),
          logger,
          chatKit: chatKitComponent(config.CHATKIT_SCRIPT_URL, config.CHATKIT_DOMAIN_KEY),
          gatewayRoutes:
            mailbox === undefined ? GATEWAY_ROUTES : [...GATEWAY_ROUTES, {prefix: 'mailbox', app: 'mailbox'}],
        })
        const handler = handlerOf(service.app.callback())
        return {
          service: {
            ...service,
            async start() {
              if (local) await keepLocalUser(accounts, local)
              await service.start()
            },
          },
          behind: (request, response) => {
            if (INNER.test(request.url ?? '')) handler(request, response)
            else response.writeHead(404).end()
          },
          front: front(publicSide, handler, () => service.hangUp()),
        }
      },
    },
    run,
  )

interface LocalVariables {
  readonly LOCAL_USER_EMAIL?: string | undefined
  readonly LOCAL_USER_NAME?: string | undefined
  readonly LOCAL_USER_TIME_ZONE?: string | undefined
  readonly LOCAL_KEY_PATH?: string | undefined
}

function localUser(variables: LocalVariables): LocalUserFile | undefined {
  const {LOCAL_USER_EMAIL: email, LOCAL_USER_NAME: name, LOCAL_USER_TIME_ZONE: timeZone} = variables
  const {LOCAL_KEY_PATH: keyPath} = variables
  if ((email === undefined) !== (keyPath === undefined)) {
    const message = 'LOCAL_USER_EMAIL and LOCAL_KEY_PATH are given together or not at all.'
    throw new DomainError('invalid', 'invalid_configuration', message)
  }
  if (email === undefined || keyPath === undefined) return undefined
  return {email, keyPath, name: name ?? 'you', timeZone: timeZone ?? 'UTC'}
}

interface ModelVariables {
  readonly MODEL_URL?: string | undefined
  readonly MODEL_NAME?: string | undefined
  readonly MODEL_KEY?: string | undefined
  readonly MODEL_TIMEOUT_SECONDS?: number | undefined
}

function modelEndpoint(variables: ModelVariables): ModelEndpoint | undefined {
  const {MODEL_URL: url, MODEL_NAME: name, MODEL_KEY: key, MODEL_TIMEOUT_SECONDS: seconds} = variables
  if ((url === undefined) !== (name === undefined)) {
    const message = 'MODEL_URL and MODEL_NAME are given together or not at all.'
    throw new DomainError('invalid', 'invalid_configuration', message)
  }
  if (url === undefined || name === undefined) return undefined
  return createModelEndpoint({url, name, key: key ?? null, timeout_seconds: seconds ?? 60})
}

/** The public port: everything but the numbers for Prometheus. */
const front = (listener: Listener, handler: ReturnType<typeof handlerOf>, hangUp: () => void) => ({
  open: () =>
    listener.serve((request, response) => {
      if (request.url?.split('?')[0] === '/metrics') response.writeHead(404).end()
      else handler(request, response)
    }),
  close: async (graceMs: number) => {
    hangUp()
    await listener.close(graceMs)
  },
})

/** The mailbox is for one machine and has no sidecar: it is asked directly, with the token of the apps. */
function withMailbox(services: ServiceInvoker, url: string, token: string, undo: Undo): ServiceInvoker {
  const mailbox = openSidecar({endpoint: url, token, timeoutMs: 5000})
  undo.add(() => mailbox.close())
  return {
    async invoke(invocation) {
      if (invocation.app !== 'mailbox') return services.invoke(invocation)
      const {method, path, headers, body} = invocation
      return mailbox.call({method, path: `/api${path}`, headers, body, repeatable: method === 'GET'})
    },
  }
}
