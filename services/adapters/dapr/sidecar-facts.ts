import {setTimeout as delay} from 'node:timers/promises'
import type {DaprClient} from '@dapr/dapr'
import {z} from 'zod'
import type {Secrets} from '../../ports/secrets.ts'
import {type Sidecar, failureOf} from './sidecar.ts'

const POLL_MS = 200
/** Each question to the secret store; its client has no limit of its own. */
const TIMEOUT_MS = 10_000

const metadataShape = z.object({id: z.string(), components: z.array(z.object({name: z.string()})).default([])})

/** What the sidecar knows about itself. */
export interface SidecarFacts {
  /** The app id that it was started with: its consumer group, and the owner of its jobs. */
  readonly appId: string
  /** The names of the components that it has loaded. */
  readonly components: ReadonlySet<string>
}

/** What is asked at the start. */
export interface SidecarDesk extends Secrets {
  /** Resolves when the components are loaded, which does not wait for the app. Throws what `signal` was aborted with. */
  ready(signal: AbortSignal): Promise<void>
  facts(): Promise<SidecarFacts>
}

/** `store` is the name of the secret store component. */
export function openSidecarDesk(sidecar: Sidecar, store: string | undefined): SidecarDesk {
  return {
    async ready(signal) {
      for (;;) {
        signal.throwIfAborted()
        if (await isOutboundReady(sidecar)) return
        await delay(POLL_MS, undefined, {signal})
      }
    },
    async facts() {
      const answer = await sidecar.call({method: 'GET', path: '/v1.0/metadata', repeatable: true})
      if (answer.status !== 200) throw new Error(`the sidecar does not say what it is: ${failureOf(answer)}`)
      const {id, components} = metadataShape.parse(JSON.parse(answer.body.toString()))
      return {appId: id, components: new Set(components.map((component) => component.name))}
    },
    async read(name) {
      if (store === undefined) throw new Error('no secret store is configured')
      const client = await openClient(sidecar)
      try {
        const values = Object.entries(await within(client.secret.get(store, name)))
        return Object.fromEntries(values.filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
      } finally {
        await client.stop()
      }
    },
  }
}

/** Loaded only where a secret store is used: it takes 0.4 s of a core and 67 MB. */
async function openClient({endpoint, token}: Sidecar): Promise<DaprClient> {
  const {CommunicationProtocolEnum, DaprClient, LogLevel} = await import('@dapr/dapr')
  const {hostname, port, protocol} = new URL(endpoint)
  return new DaprClient({
    daprHost: `${protocol}//${hostname}`,
    daprPort: port === '' ? '80' : port,
    communicationProtocol: CommunicationProtocolEnum.HTTP,
    // Its agents are shared by all clients of a process, and closed with the first of them.
    isKeepAlive: false,
    logger: {level: LogLevel.Error},
    ...(token !== undefined && {daprApiToken: token}),
  })
}

/** Not /healthz: that one waits for the app, which waits here. */
async function isOutboundReady(sidecar: Sidecar): Promise<boolean> {
  try {
    const path = '/v1.0/healthz/outbound'
    const {status} = await sidecar.call({method: 'GET', path, timeoutMs: 1000, repeatable: true})
    return status >= 200 && status < 300
  } catch {
    return false
  }
}

async function within<T>(answer: Promise<T>): Promise<T> {
  const timer = new AbortController()
  const late = delay(TIMEOUT_MS, undefined, {signal: timer.signal}).then(() => {
    throw new Error(`the sidecar did not answer within ${TIMEOUT_MS} ms`)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    timer.abort()
    late.catch(() => undefined)
  }
}
