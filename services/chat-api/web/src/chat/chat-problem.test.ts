import {expect, test} from 'vitest'
import {ApiError} from '../api/api-error.ts'
import {brokenOff, refusalOf} from './chat-problem.ts'

const error = (status: number, code: string, fields: {retryAfter?: number} = {}): ApiError =>
  new ApiError({status, code, message: 'It was refused.', hint: 'Do that.', ...fields})

test.each([
  ['offline', error(0, 'offline'), /needs a connection\. What you wrote is kept/u, 'again'],
  ['signed out', error(401, 'not_signed_in'), /signed out\. What you wrote is kept/u, 'sign-in'],
  ['deleted elsewhere', error(404, 'thread_not_found'), /not there any more/u, 'new'],
  ['busy', error(409, 'busy'), /^It was refused\. Do that\.$/u, 'again'],
  ['too much', error(422, 'invalid'), /^It was refused\. Do that\.$/u, null],
  ['too often', error(429, 'rate_limited', {retryAfter: 7}), /again in 7 s/u, 'again'],
  ['too often, for how long nobody knows', error(429, 'rate_limited'), /again in a minute/u, 'again'],
  ['a fault of ours', new Error('boom'), /todo5 failed here/u, 'again'],
])('%s', (_what, refused, text, way) => {
  const problem = refusalOf(refused)
  expect(problem.text).toMatch(text)
  expect(problem.way).toBe(way)
})

test('an answer that was cut off: the words of the server, or what that means', () => {
  expect(brokenOff('Try again in a moment.').text).toBe('Try again in a moment.')
  expect(brokenOff(undefined).text).toMatch(/cut off\. What was done until then is done/u)
})
