import type {ServerResponse} from 'node:http'
import type {SidecarAnswer} from './sidecar.ts'

/** The status that was meant. The edge lets no client send a name of this kind, and answers with none. */
const STATUS_HEADER = 'x-todo5-status'

/** Bad input, a conflict, "too much, come again": the service is well and says no. */
const isRefusal = (status: number): boolean => (status >= 400 && status < 500) || status === 503

/**
 * Between the services a refusal travels as a 200 that names its status. Dapr's circuit breaker counts every answer but
 * 2xx and 3xx as a failure (1.18.3, pkg/api/http/directmessaging.go), and it is one for all users of a path: whoever
 * sends a few bad requests would close the service for everybody.
 */
export function hideRefusal(response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (status: number, ...rest: unknown[]) => ServerResponse
  response.writeHead = (status: number, ...rest: unknown[]): ServerResponse => {
    if (!isRefusal(status)) return writeHead(status, ...rest)
    response.setHeader(STATUS_HEADER, String(status))
    response.statusMessage = 'OK'
    return writeHead(200, ...rest.filter((part) => typeof part !== 'string'))
  }
}

/** The answer as it was before `hideRefusal`. */
export function unhideRefusal(answer: SidecarAnswer): SidecarAnswer {
  const {[STATUS_HEADER]: meant, ...headers} = answer.headers
  return meant === undefined ? answer : {...answer, status: Number(meant), headers}
}
