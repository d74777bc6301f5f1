import {afterEach, expect, test, vi} from 'vitest'
import {whenConnected} from './when-connected.ts'

afterEach(() => vi.unstubAllGlobals())

test('what cannot be loaded without a connection is loaded when there is one', async () => {
  const page = new EventTarget()
  vi.stubGlobal('navigator', {onLine: false})
  vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError('fetch')).mockResolvedValue('menu')
  const loaded = whenConnected(load)
  await expect.poll(() => load.mock.calls.length).toBe(1)
  page.dispatchEvent(new Event('online'))
  expect(await loaded).toBe('menu')
})

test('with a connection a failure is told', async () => {
  vi.stubGlobal('navigator', {onLine: true})
  await expect(whenConnected(async () => Promise.reject(new TypeError('gone')))).rejects.toThrow('gone')
})
