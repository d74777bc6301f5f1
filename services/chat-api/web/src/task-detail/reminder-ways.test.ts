import {expect, test} from 'vitest'
import {channelsOf, waysOf} from './reminder-ways.ts'

const labels = (setUp: readonly string[], chosen?: readonly string[]) => waysOf(setUp, chosen).map(({label}) => label)

test('what the account has set up can be chosen', () => {
  expect(labels(['email'])).toEqual(['as in settings', 'by e-mail'])
  expect(labels(['email', 'push', 'webhook'])).toEqual([
    'as in settings',
    'by e-mail',
    'by push',
    'by webhook',
    'by e-mail, push and webhook',
  ])
  expect(labels(['email', 'push'])).toContain('by e-mail and push')
})

test('what was chosen elsewhere stays, also when it is not set up any more', () => {
  expect(labels(['email', 'push', 'webhook'], ['push', 'webhook'])).toContain('by push and webhook')
  expect(labels(['email'], ['webhook'])).toEqual(['as in settings', 'by e-mail', 'by webhook (not set up)'])
  expect(labels(['email'], ['email'])).toEqual(['as in settings', 'by e-mail'])
})

test('each choice is read back as its channels', () => {
  const ways = waysOf(['email', 'push'], undefined).map(({value}) => channelsOf(value))
  expect(ways).toEqual([undefined, ['email'], ['push'], ['email', 'push']])
})
