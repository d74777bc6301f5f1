import {afterEach, beforeEach, expect, test} from 'vitest'
import {type ErrorCollector, startErrorCollector} from '../../../test/support/error-collector.ts'
import type {ErrorReporter} from '../../ports/error-reporter.ts'
import {createSentryErrorReporter} from './error-reporter.ts'

let collector: ErrorCollector
let reporter: ErrorReporter
let failures: unknown[]
beforeEach(async () => {
  collector = await startErrorCollector()
  failures = []
  reporter = createSentryErrorReporter({
    dsn: collector.dsn,
    service: 'task-service',
    release: '1.2.3',
    environment: 'staging',
    onFailure: (error) => failures.push(error),
  })
})
afterEach(async () => {
  await reporter.close(100)
  await collector.stop()
})

test('an error arrives with its stack, our message and the facts', async () => {
  reporter.report(new TypeError('no such thing'), 'the next occurrence could not be computed', {
    series_id: 7,
    rule: 'FREQ=NEVER',
  })
  await expect.poll(() => collector.errors).toHaveLength(1)
  const [event] = collector.errors
  expect(event).toMatchObject({
    level: 'error',
    release: '1.2.3',
    environment: 'staging',
    tags: {service: 'task-service'},
    fingerprint: ['task-service', 'the next occurrence could not be computed', 'TypeError'],
    contexts: {
      todo5: {message: 'the next occurrence could not be computed', series_id: 7, rule: 'FREQ=NEVER'},
      runtime: {name: 'node'},
    },
    exception: {values: [{type: 'TypeError', value: 'no such thing'}]},
  })
  const {frames} = event!.exception.values[0]!.stacktrace!
  expect(frames.at(-1)!.filename).toMatch(/error-reporter\.test\.ts$/u)
})

test('what somebody wrote, and a parser quotes, stays here', async () => {
  let thrown: unknown
  try {
    JSON.parse('Call the divorce lawyer')
  } catch (error) {
    thrown = error
  }
  reporter.report(thrown as Error, 'a body could not be read', {})
  reporter.report(new Error(`invalid title 'Call the divorce lawyer'`), 'a title could not be read', {})
  await expect.poll(() => collector.errors).toHaveLength(2)
  expect(collector.errors[0]!.exception.values[0]!.value).toContain('"…"')
  expect(collector.received.join('\n')).not.toContain('lawyer')
})

test.each([403, 429, 500] as const)('one that is answered %i is told of, and nothing is thrown', async (status) => {
  collector.answer = status
  reporter.report(new Error('first'), 'a test', {})
  await expect.poll(() => failures).toEqual([new Error(`it answered ${status}`)])
  collector.answer = 200
  reporter.report(new Error('second'), 'a test', {})
  await reporter.close(2000)
  // Who says that it is too much is left alone.
  expect(collector.errors).toHaveLength(status === 429 ? 0 : 1)
})

test('one that nobody takes, and one that hangs, hold up nothing', async () => {
  collector.answer = 'hang'
  reporter.report(new Error('hangs'), 'a test', {})
  await expect.poll(() => collector.received).toHaveLength(1)
  const before = performance.now()
  await reporter.close(50)
  expect(performance.now() - before).toBeLessThan(60_000)
  await collector.stop()
  const away = createSentryErrorReporter({
    dsn: collector.dsn,
    service: 'task-service',
    release: '1.2.3',
    onFailure: (error) => failures.push(error),
  })
  away.report(new Error('nobody'), 'a test', {})
  await expect.poll(() => failures.length).toBeGreaterThan(0)
  await away.close(50)
})
