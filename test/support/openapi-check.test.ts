import {expect, test} from 'vitest'
import {checkAgainstOpenApi} from './openapi-check.ts'

const profile = {
  user_id: '018f0000-0000-7000-8000-000000000001',
  email: 'ada@example.com',
  name: 'Ada',
  time_zone: 'UTC',
  channels: ['email'],
  role: 'user',
}
const answer = {
  method: 'GET',
  path: '/api/v1/profile?x=1',
  status: 200,
  headers: {'content-type': 'application/json; charset=utf-8', 'x-request-id': 'r'},
  body: profile as unknown,
}
const problem = (status: number) => ({
  status,
  headers: new Headers({'content-type': 'application/problem+json', 'retry-after': '2'}),
  body: {type: 'urn:x', title: 't', status, detail: 'd', code: 'c'} as unknown,
})

test('what is documented passes, public and inside', () => {
  for (const good of [
    answer,
    {...answer, path: '/v1/profile'},
    {...answer, ...problem(401)},
    {...answer, ...problem(503)},
    {...answer, method: 'PATCH', ...problem(422)},
    {...answer, path: '/v1/tasks/5', ...problem(404)},
    {...answer, path: '/api/v1/nothing', ...problem(404)},
    {...answer, method: 'PUT', ...problem(405)},
    {...answer, method: 'DELETE', path: '/api/v1/mailbox', status: 204, body: ''},
    {...answer, path: '/healthz', status: 299, body: 'anything'},
  ])
    expect(() => checkAgainstOpenApi(good), `${good.method} ${good.path} ${good.status}`).not.toThrow()
})

test.each([
  ['a 500', problem(500), /does not document/u],
  ['a status of another operation', problem(412), /does not document/u],
  ['a field too much', {body: {...profile, secret: 1}}, /additional properties/u],
  ['a field too little', {body: {...profile, email: undefined}}, /email/u],
  ['a wrong type', {body: {...profile, name: 5}}, /name must be string/u],
  ['a wrong value', {body: {...profile, role: 'root'}}, /role must be equal/u],
  ['no JSON', {headers: {'content-type': 'text/html', 'x-request-id': 'r'}}, /as text\/html/u],
  ['no content type', {headers: {'x-request-id': 'r'}}, /as nothing/u],
  ['no request id', {headers: {'content-type': 'application/json'}}, /without the header x-request-id/u],
  ['a problem that names another status', {...problem(401), body: {...(problem(503).body as object)}}, /says 503/u],
  [
    'a 503 without Retry-After',
    {...problem(503), headers: {'content-type': 'application/problem+json'}},
    /retry-after/u,
  ],
  ['an unknown path that answers', {path: '/api/v1/nothing'}, /no such operation/u],
  ['an unknown method that answers', {method: 'PUT'}, /no such operation/u],
  ['a body where none is documented', {method: 'DELETE', path: '/v1/mailbox', status: 204}, /with a body/u],
])('%s does not pass', (_name, change, message) => {
  expect(() => checkAgainstOpenApi({...answer, ...change})).toThrow(message)
})

test('an instant has a time in UTC', () => {
  const mail = {id: 1, from: '', to: '', subject: '', message_id: ''}
  const list = (received_at: string) => ({...answer, path: '/v1/mailbox', body: {mails: [{...mail, received_at}]}})
  expect(() => checkAgainstOpenApi(list('2026-12-01T09:00:00Z'))).not.toThrow()
  for (const wrong of ['2026-12-01T09:00:00', '2026-12-01', '2026-13-01T09:00:00Z', 'soon'])
    expect(() => checkAgainstOpenApi(list(wrong)), wrong).toThrow(/date-time/u)
})
