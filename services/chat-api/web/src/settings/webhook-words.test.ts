import {expect, test} from 'vitest'
import {testInWords, webhookState} from './webhook-words.ts'

test.each([
  [{taken: true, code: null, answer: '200 as told'}, 'Taken. The receiver answered 200 as told.'],
  [
    {taken: false, code: 'no_answer', answer: 'connect ECONNREFUSED 127.0.0.1:9'},
    'Not taken. connect ECONNREFUSED 127.0.0.1:9. Is the address right, and does its server run?',
  ],
  [
    {taken: false, code: 'redirect', answer: '302: redirects are not followed'},
    'Not taken. 302: redirects are not followed. Set up the address that it leads to.',
  ],
  [{taken: false, code: 'something_new', answer: 'Why not?'}, 'Not taken. Why not?'],
])('%j', (answer, words) => {
  expect(testInWords(answer)).toBe(words)
})

test('the state of a webhook', () => {
  const state = {url: 'https://example.org', created_at: '1', last_success_at: null, ended_at: null}
  const when = (at: string) => `on day ${at}`
  expect(webhookState(state, when)).toBe('Set up on day 1. Nothing has been delivered yet.')
  expect(webhookState({...state, last_success_at: '2'}, when)).toBe('Set up on day 1. Last delivered on day 2.')
  expect(webhookState({...state, ended_at: '3'}, when)).toMatch(/^Ended on day 3/u)
})
