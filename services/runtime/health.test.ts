import {expect, test} from 'vitest'
import {Health} from './health.ts'

/** A check that a test lets pass or fail, and that waits until it does. */
function heldCheck() {
  let held = Promise.withResolvers<void>()
  let runs = 0
  return {
    check: async () => {
      runs++
      await held.promise
    },
    runs: () => runs,
    pass: () => held.resolve(),
    fail: () => held.reject(new Error('it is away')),
    hold: () => (held = Promise.withResolvers<void>()),
  }
}

test('what a check finds is told, and draining outweighs it', async () => {
  const bad = new Health('s', {database: async () => Promise.reject(new Error('it is away')), other: async () => {}})
  expect(await bad.report()).toMatchObject({
    status: 'unavailable',
    checks: {database: {ok: false, detail: 'it is away'}, other: {ok: true}},
  })
  bad.drain()
  expect(await bad.report()).toMatchObject({status: 'draining'})
})

test('while a check takes long, what the last one found stands, and only one runs', async () => {
  const {check, pass, hold, runs} = heldCheck()
  const health = new Health('s', {database: check}, 60_000)
  pass()
  expect((await health.report()).status).toBe('ok')
  hold()
  const reports = await Promise.all([health.report(), health.report(), health.report()])
  expect(reports.map((report) => report.status)).toEqual(['ok', 'ok', 'ok'])
  expect(runs()).toBe(2)
})

test('a check that ends badly after a while is told as soon as it has', async () => {
  const {check, pass, hold, fail} = heldCheck()
  const health = new Health('s', {database: check}, 60_000)
  pass()
  await health.report()
  hold()
  await health.report()
  fail()
  expect(await health.report()).toMatchObject({checks: {database: {ok: false, detail: 'it is away'}}})
})

test('a check that never ends counts as failed, the first one too', async () => {
  const {check, pass, hold} = heldCheck()
  const health = new Health('s', {database: check}, 50)
  expect(await health.report()).toMatchObject({
    status: 'unavailable',
    checks: {database: {detail: 'no answer within 0.05 s'}},
  })
  pass()
  await expect.poll(async () => (await health.report()).status, {timeout: 90_000}).toBe('ok')
  hold()
  await expect.poll(async () => (await health.report()).status, {timeout: 90_000}).toBe('unavailable')
})
