import {readFile} from 'node:fs/promises'
import {openSidecar} from '../adapters/dapr/sidecar.ts'
import {openSidecarDesk} from '../adapters/dapr/sidecar-facts.ts'
import {openAccounts} from '../chat-api/accounts/accounts.ts'
import {CHAT_API_VARIABLES} from '../chat-api/config.ts'
import {type Environment, readEnvironment} from '../runtime/environment.ts'
import {createLogger} from '../runtime/logger.ts'
import type {ProcessRun} from './service-process.ts'
import {SECRET_VARIABLES, SERVICE_VARIABLES} from './variables.ts'

const USER = {email: 'you@localhost', name: 'you', timeZone: 'UTC'}

const VARIABLES = {
  DATABASE_URL: SERVICE_VARIABLES.DATABASE_URL,
  BETTER_AUTH_SECRET: CHAT_API_VARIABLES.BETTER_AUTH_SECRET,
  BETTER_AUTH_SECRET_NEXT: CHAT_API_VARIABLES.BETTER_AUTH_SECRET_NEXT,
  BETTER_AUTH_SECRET_PREVIOUS: CHAT_API_VARIABLES.BETTER_AUTH_SECRET_PREVIOUS,
  PUBLIC_URL: CHAT_API_VARIABLES.PUBLIC_URL,
  DAPR_HTTP_ENDPOINT: SERVICE_VARIABLES.DAPR_HTTP_ENDPOINT,
  DAPR_API_TOKEN: SERVICE_VARIABLES.DAPR_API_TOKEN,
  DAPR_SECRET_STORE: SERVICE_VARIABLES.DAPR_SECRET_STORE,
  DAPR_SECRET_NAME: SERVICE_VARIABLES.DAPR_SECRET_NAME,
}

/**
 * Beside a chat-api that runs, with its environment: the operator of this installation, made once, and a new key of theirs
 * as the only thing on standard output; the one before ends. Whoever may run programs in the pod may read its database
 * anyway.
 */
export async function run({environment, stop, print = toStandardOutput}: Printing): Promise<void> {
  const config = await configOf(environment, stop)
  const accounts = openAccounts({
    databaseUrl: config.DATABASE_URL,
    poolSize: 2,
    secret: config.BETTER_AUTH_SECRET,
    nextSecret: config.BETTER_AUTH_SECRET_NEXT,
    previousSecret: config.BETTER_AUTH_SECRET_PREVIOUS,
    baseUrl: config.PUBLIC_URL,
    trustedOrigins: [],
    allowSignUp: false,
    mails: {post: () => undefined},
    signInLinks: false,
    logger: createLogger('operator-key', 'warn', {write: (line) => void process.stderr.write(line)}),
  })
  try {
    const {apiKey} = await accounts.ensureLocalUser(USER)
    await print(`${apiKey}\n`)
  } finally {
    await accounts.close()
  }
}

interface Printing extends ProcessRun {
  readonly print?: (text: string) => Promise<void>
}

const toStandardOutput = async (text: string): Promise<void> =>
  await new Promise((resolve) => void process.stdout.write(text, () => resolve()))

async function configOf(environment: Environment, stop: AbortSignal) {
  const read = async (found: {secrets: Readonly<Record<string, string>>} | {mayFollow: readonly string[]}) =>
    await readEnvironment(VARIABLES, environment, {readFile: async (path) => readFile(path, 'utf8'), ...found})
  const store = environment['DAPR_SECRET_STORE']
  const config = await read({mayFollow: store === undefined ? [] : SECRET_VARIABLES})
  if (store === undefined) return config
  const sidecar = openSidecar({endpoint: config.DAPR_HTTP_ENDPOINT, token: config.DAPR_API_TOKEN})
  try {
    const desk = openSidecarDesk(sidecar, store)
    await desk.ready(stop)
    return await read({secrets: await desk.read(config.DAPR_SECRET_NAME ?? 'chat-api')})
  } finally {
    sidecar.close()
  }
}
