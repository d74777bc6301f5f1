import type {IncomingMessage} from 'node:http'
import {getRawBody} from 'raw-body'
import {DomainError} from '../domain/errors.ts'

export const MAX_BODY_BYTES = 256 * 1024

/** The body as bytes; a larger one is refused before it is read to the end. */
export async function readBody(request: IncomingMessage, limit = MAX_BODY_BYTES): Promise<Buffer> {
  try {
    const length = request.headers['content-length']
    return await getRawBody(request, {limit, ...(length === undefined ? {} : {length})})
  } catch (error) {
    const {type} = error as {type?: string}
    if (type === 'entity.too.large') {
      throw new DomainError('too_large', 'body_too_large', `The body has more than ${limit / 1024} KiB.`, {
        cause: error,
      })
    }
    throw new DomainError('invalid', 'malformed_request', 'The body could not be read to its end.', {cause: error})
  }
}

/** The body as a JSON value; an empty one is an empty object. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const {'content-length': length, 'transfer-encoding': encoding} = request.headers
  // Without either there is none (RFC 9112), and nothing to wait for.
  if (length === undefined && encoding === undefined) return {}
  const body = await readBody(request)
  if (body.length === 0) return {}
  const type = request.headers['content-type']
  if (type !== undefined && !/^application\/([a-z.+-]+\+)?json\b/iu.test(type)) {
    throw new DomainError('invalid', 'unsupported_content_type', `The body is ${type}, not JSON.`, {
      hint: 'Send content-type: application/json.',
    })
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', {fatal: true}).decode(body)) as unknown
  } catch (error) {
    throw new DomainError('invalid', 'malformed_json', 'The body is not valid JSON in UTF-8.', {cause: error})
  }
}
