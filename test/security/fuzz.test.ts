import {expect, test} from 'vitest'
import {ACCOUNT_ROUTES, API_ROUTES, type FuzzedRequest} from './requests.ts'
import {assertHarmless} from './send.ts'
import {fuzzAccounts, fuzzApi} from './fuzzing.ts'

test(
  '3,000 requests to /api/v1: no fault of ours, nothing of another user, nothing of how it is built',
  {timeout: 600_000},
  async () => {
    const {answered, accepted} = await fuzzApi({cases: 3000})
    expect(answered).toBeGreaterThan(2900)
    // A request that is refused at the door tries little.
    expect(accepted.length).toBeGreaterThan(API_ROUTES.length * 0.8)
  },
)

test('200 requests to /api/auth: the same', {timeout: 600_000}, async () => {
  const {answered, accepted} = await fuzzAccounts({cases: 200})
  expect(answered).toBeGreaterThan(180)
  // What needs a token of a mail or the code of a device lets nobody in by chance.
  const guarded = ACCOUNT_ROUTES.filter(({path}) => /link|reset-password$|\/device(?!\/code)/u.test(path))
  expect(accepted.length).toBeGreaterThan((ACCOUNT_ROUTES.length - guarded.length) * 0.3)
})

const request: FuzzedRequest = {route: '', method: 'GET', path: '/api/v1/profile', headers: {}, body: undefined}
const problem = (detail: string, status = 401) => ({
  status,
  headers: {'content-type': 'application/problem+json'},
  text: JSON.stringify({type: 'urn:x', title: 't', status, detail, code: 'c', request_id: 'r'}),
})

test('what is not looked for would not be found', () => {
  const harmless = (detail: string) => () => assertHarmless(request, problem(detail), ['s3cret'])
  expect(harmless('Wrong. Select one from the list, or update it.')).not.toThrow()
  for (const detail of [
    'it is s3cret',
    'Error: x\n    at work (file:///app/services/a.js:3:9)',
    'see node_modules/pg',
    'in tasks.ts:12',
    'select 1 from todo.tasks',
    'update todo."tasks" set title = 1',
    'duplicate key value violates unique constraint "x"',
    'PostgreSQL 18.4',
    "TypeError: cannot read 'a'",
  ])
    expect(harmless(detail), detail).toThrow('shows')
  expect(() => assertHarmless(request, problem('Failed.', 500), [])).toThrow('it answered 500')
  expect(() => assertHarmless(request, problem('Away.', 503), [])).toThrow('it answered 503')
  expect(() => assertHarmless(request, problem('Taken.', 409), [])).toThrow('does not document')
  const header = {...problem('Wrong.'), headers: {...problem('').headers, 'x-user': 's3cret'}}
  expect(() => assertHarmless(request, header, ['s3cret'])).toThrow('shows s3cret')
})
