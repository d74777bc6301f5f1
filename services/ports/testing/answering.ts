import type {IncomingMessage, RequestListener} from 'node:http'
import {text} from 'node:stream/consumers'
import type {AnswerCall} from '../service-invoker.contract.ts'

/** A service that answers as the test says; its health is good. */
export function answering(answer: AnswerCall): RequestListener {
  const respond = async (request: IncomingMessage, response: Parameters<RequestListener>[1]): Promise<void> => {
    const {method = '', url: path = '', headers} = request
    const call = {method, path, headers, body: await text(request)}
    const {status, headers: back = {}, body} = path === '/healthz' ? {status: 200} : answer(call)
    response.writeHead(status, back)
    response.end(body)
  }
  return (request, response) => void respond(request, response)
}
