import {expect, test} from 'vitest'
import type {ErrorFacts} from '../ports/error-reporter.ts'
import {ErrorReports} from './error-reports.ts'
import {createLogger} from './logger.ts'

function listening() {
  const reported: {error: Error; message: string; facts: ErrorFacts}[] = []
  const lines: string[] = []
  const time = {now: 0}
  const errors = new ErrorReports(() => time.now)
  errors.connect({
    report: (error, message, facts) => reported.push({error, message, facts}),
    close: async () => undefined,
  })
  const logger = createLogger('test', 'info', {write: (line) => lines.push(line)}, errors)
  return {reported, lines, time, errors, logger}
}

test('lines at ERROR with an error in them are reported, with ids and rules and nothing else', () => {
  const {reported, lines, logger} = listening()
  const error = new Error('broken')
  logger
    .child({user_id: 'u'})
    .error({error, task_id: 3, rule: 'FREQ=NEVER', title: 'Secret', path: '/x?q=Secret'}, 'it failed')
  logger.warn({error}, 'only a warning')
  logger.error('nothing was thrown')
  logger.error({task_id: 3}, 'nothing was thrown')
  expect(reported).toEqual([{error, message: 'it failed', facts: {task_id: 3, rule: 'FREQ=NEVER'}}])
  expect(lines).toHaveLength(4)
})

test('the same fault is reported once a minute, another one at once', () => {
  const {reported, time, logger} = listening()
  const fail = (message: string) => logger.error({error: new Error(message)}, 'it failed')
  for (let times = 0; times < 100; times++) fail('first')
  fail('second')
  expect(reported).toHaveLength(2)
  time.now = 59_999
  fail('first')
  expect(reported).toHaveLength(2)
  time.now = 60_000
  fail('first')
  expect(reported).toHaveLength(3)
})

test('a flood of different faults is remembered only so far', () => {
  const {reported, logger} = listening()
  for (let number = 0; number < 1000; number++) logger.error({error: new Error(String(number))}, 'it failed')
  logger.error({error: new Error('0')}, 'it failed')
  expect(reported).toHaveLength(1001)
})

test('without a reporter there is only the log', () => {
  const {reported, lines, errors, logger} = listening()
  errors.connect(undefined)
  logger.error({error: new Error('broken')}, 'it failed')
  expect(reported).toEqual([])
  expect(lines).toHaveLength(1)
})
