import {expect, test} from 'vitest'
import {deviceName} from '../push/device-name.ts'
import {zoneChoices} from './zone-choices.ts'

test.each([
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Safari/537.36 Edg/143.0.0.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0.0.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
    'Safari on iOS',
  ],
  ['curl/8.9', 'Another program'],
  ['', 'Another program'],
])('%s is %s', (userAgent, name) => {
  expect(deviceName(userAgent)).toBe(name)
})

test('all zones can be chosen, the own one also when this browser does not know it', () => {
  const names = zoneChoices('Asia/Rangoon').map(({value}) => value)
  expect(names).toEqual(expect.arrayContaining(['Europe/Berlin', 'UTC', 'Asia/Rangoon']))
  expect(names).toEqual([...new Set(names)])
  expect(zoneChoices('America/New_York').find(({value}) => value === 'America/New_York')?.label).toBe(
    'America/New York',
  )
})
