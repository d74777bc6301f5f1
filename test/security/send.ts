import {type Agent, request as httpRequest} from 'node:http'
import {packagePath} from '../../services/package-root.ts'
import {checkAgainstOpenApi} from '../support/openapi-check.ts'
import type {FuzzedRequest} from './requests.ts'

export interface SentAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly text: string
}

/** Longer than anything may take on a machine that does other things too; a request that hangs is a fault. */
const HANGS_MS = 60_000

/** As it stands, without what fetch would put right. Of a stream what came first. */
export async function send(origin: string, agent: Agent, request: FuzzedRequest): Promise<SentAnswer> {
  const {hostname, port} = new URL(origin)
  const {method, path, headers, body} = request
  return await new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      {hostname, port, agent, method, path, headers: {...headers, 'content-length': String(body?.length ?? 0)}},
      (answer) => {
        const chunks: Buffer[] = []
        const done = () =>
          resolve({status: answer.statusCode!, headers: answer.headers, text: Buffer.concat(chunks).toString()})
        answer.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          if (answer.headers['content-type']?.startsWith('text/event-stream') !== true) return
          done()
          outgoing.destroy()
        })
        answer.on('end', done)
        answer.on('error', reject)
      },
    )
    outgoing.setTimeout(HANGS_MS, () => outgoing.destroy(new Error(`no answer within ${HANGS_MS / 1000} s`)))
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      // A body that is too large is refused before it is read to the end.
      if (error.code === 'EPIPE' || error.code === 'ECONNRESET') resolve({status: 0, headers: {}, text: ''})
      else reject(error)
    })
    outgoing.end(body)
  })
}

/** What shows how todo5 is built: frames of a stack, paths of files, statements, words of PostgreSQL and of libraries. */
const INNARDS = new RegExp(
  [
    String.raw`\n\s+at .*:\d+:\d+`,
    String.raw`node_modules`,
    String.raw`\w\.[jt]s:\d+`,
    packagePath().replaceAll(/[.\\/]/gu, String.raw`\$&`),
    String.raw`\bselect .* from (?:todo|auth|jobs|pg_)|\binsert into |\bupdate [\w."\\]+ set |\bdelete from `,
    String.raw`violates|relation "|syntax error at|invalid input syntax|duplicate key|row-level security`,
    String.raw`postgres|\bpg_|mikro|kysely|better.?auth|ZodError|DriverException|TypeError|RangeError|ECONN`,
  ].join('|'),
  'iu',
)

/** Throws when the answer shows what it must not, or is none that the OpenAPI document has. */
export function assertHarmless(request: FuzzedRequest, answer: SentAnswer, secrets: readonly string[]): void {
  const {status, headers, text} = answer
  if (status === 0) return
  if (status >= 500) throw new Error(`it answered ${status}: ${text}`)
  const whole = `${JSON.stringify(headers)}\n${text}`
  // What they asked for is no news to them.
  const shown = secrets.filter((secret) => whole.includes(secret) && !request.path.includes(secret))
  if (shown.length > 0) throw new Error(`its answer ${status} shows ${shown.join(', ')}: ${whole}`)
  const innards = INNARDS.exec(whole)
  if (innards) throw new Error(`its answer ${status} shows ${JSON.stringify(innards[0])}: ${whole}`)
  // Neither is in the document: what would be answered to GET, without its body, and which methods there are.
  if (request.method === 'HEAD' || request.method === 'OPTIONS') return
  const isJson = /json/u.test(String(headers['content-type'] ?? ''))
  const body: unknown = isJson ? JSON.parse(text) : text
  const nowhere = (body as {code?: string} | null)?.code === 'route_not_found'
  const path = nowhere ? '/api/v1/nothing' : documented(request.path)
  checkAgainstOpenApi({method: request.method, path, status, headers, body})
}

/** The edge's own routes are found in capitals and with a slash behind them, too. */
const documented = (path: string): string => {
  const [before, after] = path.split('?')
  return `${before!.replace(/^(.+)\/$/u, '$1').toLowerCase()}${after === undefined ? '' : `?${after}`}`
}
