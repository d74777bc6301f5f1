import {expect, test} from 'vitest'
import {isAppleTouch} from './apple-touch.ts'

const SAFARI = 'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1'

test.each([
  ['an iPhone', `Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) ${SAFARI}`, 5, true],
  ['an iPad', `Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) ${SAFARI}`, 5, true],
  ['an iPad that asks for pages of a desktop', `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${SAFARI}`, 5, true],
  ['a Mac', `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${SAFARI}`, 0, false],
  ['a phone with Android', 'Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/142.0 Mobile Safari/537.36', 5, false],
])('%s', (_what, userAgent, maxTouchPoints, is) => {
  expect(isAppleTouch({userAgent, maxTouchPoints})).toBe(is)
})
