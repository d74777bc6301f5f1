import {createServer, type RequestListener} from 'node:http'
import type {AddressInfo} from 'node:net'
import {afterEach, expect, test} from 'vitest'
import {hideRefusal, unhideRefusal} from './refusal.ts'
import {openSidecar, type SidecarAnswer} from './sidecar.ts'

let close: () => void = () => undefined
afterEach(() => close())

async function answerOf(handler: RequestListener): Promise<SidecarAnswer> {
  const server = createServer((request, response) => {
    hideRefusal(response)
    handler(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const sidecar = openSidecar({endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`})
  close = () => {
    sidecar.close()
    server.close()
  }
  return await sidecar.call({method: 'GET', path: '/', repeatable: true})
}

test.each([400, 401, 403, 404, 409, 412, 422, 429, 503])(
  '%i travels as a 200 and arrives as it was',
  async (status) => {
    const answer = await answerOf((_request, response) => {
      response.statusCode = status
      response.setHeader('retry-after', '2')
      response.end('no')
    })
    expect([answer.status, answer.body.toString()]).toEqual([200, 'no'])
    const back = unhideRefusal(answer)
    expect([back.status, back.headers['retry-after'], back.body.toString()]).toEqual([status, '2', 'no'])
    expect(Object.keys(back.headers)).not.toContain('x-todo5-status')
  },
)

test.each([200, 201, 304, 500, 502, 504])('%i is left as it is', async (status) => {
  const answer = await answerOf((_request, response) => response.writeHead(status, {etag: 'a'}).end())
  expect([answer.status, answer.headers['etag']]).toEqual([status, 'a'])
  expect(unhideRefusal(answer)).toBe(answer)
})

test('headers and a reason given with the status', async () => {
  const answer = await answerOf((_request, response) => response.writeHead(422, 'Unprocessable', {etag: 'b'}).end())
  expect([answer.status, unhideRefusal(answer).status, answer.headers['etag']]).toEqual([200, 422, 'b'])
})
