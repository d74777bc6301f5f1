import {expect, test} from 'vitest'
import {ApiError, sentenceOf} from './api-error.ts'

const refusal = (field: string, message: string, hint?: string): ApiError => {
  const errors = [{field, code: 'custom', message, ...(hint === undefined ? {} : {hint})}]
  const problem = {
    type: 'urn:x',
    title: 'No.',
    status: 422,
    detail: 'The request is not valid.',
    code: 'invalid',
    errors,
  }
  return new ApiError({status: 422, code: 'invalid', message: problem.detail, problem})
}

test.each([
  [refusal('due_at', 'due_at must be an instant.'), 'Due at must be an instant.'],
  [refusal('url', 'url must be an https:// URL.', 'Try another.'), 'Url must be an https:// URL. Try another.'],
  [refusal('', 'The request must be an object.'), 'The request must be an object.'],
  [
    new ApiError({status: 409, code: 'x', message: 'There are 20 devices.', hint: 'Remove one.'}),
    'There are 20 devices. Remove one.',
  ],
  [new Error('boom'), 'todo5 failed here. Reload the page.'],
])('%s', (error, sentence) => {
  expect(sentenceOf(error)).toBe(sentence)
})
