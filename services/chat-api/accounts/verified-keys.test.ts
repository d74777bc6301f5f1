import {expect, test} from 'vitest'
import {VERIFIED_KEY_MS, VerifiedKeys} from './verified-keys.ts'

const identity = {
  userId: '018f0000-0000-7000-8000-000000000001',
  role: 'user',
  credentialId: '018f0000-0000-7000-8000-000000000002',
} as const

function counting(expiresAt: number | null = null) {
  const counter = {calls: 0}
  const verify = async () => {
    counter.calls++
    return {identity, expiresAt}
  }
  return {counter, verify}
}

test('a verified key is believed for 30 s and not longer', async () => {
  let now = 1_000_000
  const keys = new VerifiedKeys({now: () => now})
  const {counter, verify} = counting()
  expect(await keys.get('key', verify)).toEqual(identity)
  now += VERIFIED_KEY_MS - 1
  expect(await keys.get('key', verify)).toEqual(identity)
  expect(counter.calls).toBe(1)
  now += 1
  expect(keys.has('key')).toBe(false)
  await keys.get('key', verify)
  expect(counter.calls).toBe(2)
})

test('a key is not believed beyond its own end', async () => {
  let now = 1_000_000
  const keys = new VerifiedKeys({now: () => now})
  await keys.get('key', counting(now + 5000).verify)
  now += 4999
  expect(keys.has('key')).toBe(true)
  now += 1
  expect(keys.has('key')).toBe(false)
})

test('a key that does not hold is not kept', async () => {
  const keys = new VerifiedKeys()
  expect(await keys.get('bad', async () => null)).toBeNull()
  expect(keys.size).toBe(0)
})

test('many requests with one new key wait for one verification', async () => {
  const keys = new VerifiedKeys()
  const {counter, verify} = counting()
  const found = await Promise.all(Array.from({length: 64}, async () => keys.get('key', verify)))
  expect(found.every((entry) => entry === identity)).toBe(true)
  expect(counter.calls).toBe(1)
})

test('a verification that was under way when keys changed is not kept', async () => {
  const keys = new VerifiedKeys()
  const gate = Promise.withResolvers<void>()
  const pending = keys.get('key', async () => {
    await gate.promise
    return {identity, expiresAt: null}
  })
  keys.clear()
  gate.resolve()
  await pending
  expect(keys.has('key')).toBe(false)
})

test('a failed verification is tried again by the next request', async () => {
  const keys = new VerifiedKeys()
  await expect(keys.get('key', async () => Promise.reject(new Error('away')))).rejects.toThrow('away')
  expect(await keys.get('key', counting().verify)).toEqual(identity)
})

test('the key that was used longest ago makes room', async () => {
  const keys = new VerifiedKeys({maxEntries: 2})
  const {verify} = counting()
  await keys.get('a', verify)
  await keys.get('b', verify)
  await keys.get('a', verify)
  await keys.get('c', verify)
  expect([keys.has('a'), keys.has('b'), keys.has('c'), keys.size]).toEqual([true, false, true, 2])
})
