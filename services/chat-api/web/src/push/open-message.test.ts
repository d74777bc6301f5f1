import {expect, test} from 'vitest'
import {isOpenMessage} from './open-message.ts'

test.each([
  [{open: '/tasks/7'}, true],
  [{open: 'https://elsewhere.example'}, false],
  [{open: '//elsewhere.example'}, false],
  [{open: 7}, false],
  [{}, false],
  [null, false],
  ['/tasks/7', false],
])('%j leads somewhere in the app: %s', (message, leads) => {
  expect(isOpenMessage(message)).toBe(leads)
})
