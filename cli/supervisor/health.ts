import {get} from 'node:http'
import {z} from 'zod'
import {type HealthResponse, healthResponse} from '../../services/contracts/status.ts'

const healthOfAll = z.object({services: z.array(healthResponse)})

interface Answer {
  readonly status: number
  readonly body: string
}

/** What the operations listener says about each service; undefined when it does not answer. */
export async function serviceHealth(operationsUrl: string): Promise<HealthResponse[] | undefined> {
  const answer = await ask(`${operationsUrl}/healthz`)
  if (!answer) return undefined
  return healthOfAll.safeParse(jsonOf(answer)).data?.services
}

/** Undefined: it is no JSON, so somebody else has answered. */
export function jsonOf({body}: Answer): unknown {
  try {
    return JSON.parse(body)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export const isHealthy = async (operationsUrl: string): Promise<boolean> =>
  (await ask(`${operationsUrl}/healthz`))?.status === 200

export interface OutboxLag {
  readonly pending: number
  readonly oldest_seconds: number
}

/** How many events wait to be published, and for how long. */
export async function outboxLag(operationsUrl: string): Promise<OutboxLag | undefined> {
  const text = (await ask(`${operationsUrl}/metrics`))?.body ?? ''
  const value = (name: string): number | undefined => {
    const found = new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'mu').exec(text)
    return found ? Number(found[1]) : undefined
  }
  const pending = value('outbox_pending')
  return pending === undefined ? undefined : {pending, oldest_seconds: value('outbox_oldest_seconds') ?? 0}
}

const LIMIT_MS = 3000

/** A GET; undefined when nobody is there, or does not answer in time. */
export async function ask(url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer | undefined> {
  return await new Promise((resolve) => {
    const request = get(url, {headers, signal: AbortSignal.timeout(LIMIT_MS)}, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (body += chunk))
      response.once('end', () => resolve({status: response.statusCode ?? 0, body}))
      response.once('error', () => resolve(undefined))
    })
    request.once('error', () => resolve(undefined))
  })
}
