import {type IncomingMessage, request} from 'node:http'
import type {LiveTaskMessage} from '../../services/contracts/live.ts'

export interface LiveClientOptions {
  /** Of the API: …/api/v1 */
  readonly apiUrl: string
  readonly headers: Readonly<Record<string, string>>
  /** As it arrives, beside being kept. */
  readonly onTask?: (message: LiveTaskMessage) => void
}

/** One open `GET /live`. */
export class LiveClient {
  readonly tasks: LiveTaskMessage[] = []
  /** How often it was told to look at everything. */
  ready = 0
  comments = 0
  /** ms, as the server wishes. */
  retryMs: number | undefined
  /** How it ended: by the server in order, or cut. */
  ended: 'whole' | 'cut' | undefined
  readonly response: IncomingMessage
  readonly #onTask: LiveClientOptions['onTask']
  #left = ''

  private constructor(response: IncomingMessage, onTask: LiveClientOptions['onTask']) {
    this.response = response
    this.#onTask = onTask
    response.setEncoding('utf8')
    response.on('data', (text: string) => this.#read(text))
    response.once('end', () => (this.ended ??= 'whole'))
    response.once('error', () => (this.ended ??= 'cut'))
  }

  /** Resolves when the first `ready` is there; a refusal is an error with its status and body. */
  static async open({apiUrl, headers, onTask}: LiveClientOptions): Promise<LiveClient> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(`${apiUrl}/live`, {headers: {...headers}, agent: false}, resolve)
        .once('error', reject)
        .end()
    })
    if (response.statusCode !== 200) {
      const chunks: Buffer[] = []
      for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk)
      throw new LiveRefused(response.statusCode!, JSON.parse(Buffer.concat(chunks).toString()))
    }
    const client = new LiveClient(response, onTask)
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (client.ready > 0) resolve()
        else if (client.ended) reject(new Error(`the stream ended before it was ready: ${client.ended}`))
        else return
        for (const name of ['data', 'end', 'error']) response.off(name, look)
      }
      for (const name of ['data', 'end', 'error']) response.on(name, look)
    })
    return client
  }

  close(): void {
    this.response.destroy()
  }

  #read(text: string): void {
    const blocks = `${this.#left}${text}`.split('\n\n')
    this.#left = blocks.pop()!
    for (const block of blocks) this.#take(block.split('\n'))
  }

  #take(lines: readonly string[]): void {
    const field = (name: string): string | undefined =>
      lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
    const retry = field('retry')
    if (retry !== undefined) this.retryMs = Number(retry)
    const [event, data] = [field('event'), field('data')]
    if (event === 'ready') this.ready++
    else if (event === 'task') {
      const message = JSON.parse(data!) as LiveTaskMessage
      this.tasks.push(message)
      this.#onTask?.(message)
    } else if (lines.every((line) => line.startsWith(':'))) this.comments++
    else throw new Error(`not understood: ${lines.join('\n')}`)
  }
}

export class LiveRefused extends Error {
  readonly status: number
  readonly body: unknown

  constructor(status: number, body: unknown) {
    super(`GET /live was answered with ${status}: ${JSON.stringify(body)}`)
    this.status = status
    this.body = body
  }
}
