import {Agent, request} from 'node:http'

export interface Target {
  /** Without a slash at its end. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Request {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: unknown
}

export interface Round {
  /** Answers with 2xx per second. */
  readonly perSecond: number
  readonly failed: number
  /** ms, ascending. */
  readonly latencies: readonly number[]
}

/** So many clients that each send the next request when the last one is answered: for this long, or until there is none. */
export async function closedLoop(
  target: Target,
  {clients, seconds}: {clients: number; seconds: number},
  next: () => Request | undefined,
  read?: (text: string) => void,
): Promise<Round> {
  const agent = new Agent({keepAlive: true, maxSockets: clients})
  const latencies: number[] = []
  let failed = 0
  const begun = performance.now()
  const end = begun + seconds * 1000
  await Promise.all(
    Array.from({length: clients}, async () => {
      for (;;) {
        const sent = performance.now()
        const wanted = sent < end ? next() : undefined
        if (!wanted) return
        const {status, text} = await send(target, wanted, agent)
        if (status >= 200 && status < 300) {
          latencies.push(performance.now() - sent)
          read?.(text)
        } else {
          failed++
        }
      }
    }),
  )
  const elapsed = (performance.now() - begun) / 1000
  agent.destroy()
  return {perSecond: latencies.length / elapsed, failed, latencies: latencies.toSorted((a, b) => a - b)}
}

/** One request; the whole body is read. */
async function send(
  target: Target,
  {method, path, body}: Request,
  agent: Agent,
): Promise<{status: number; text: string}> {
  const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
  return await new Promise((resolve, reject) => {
    const outgoing = request(
      `${target.url}${path}`,
      {
        method,
        agent,
        headers: {
          ...target.headers,
          ...(payload && {'content-type': 'application/json', 'content-length': payload.length}),
        },
      },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve({status: response.statusCode!, text: Buffer.concat(chunks).toString()}))
        response.on('error', reject)
      },
    )
    outgoing.on('error', reject)
    outgoing.end(payload)
  })
}
