import {afterAll, beforeAll, expect, test} from 'vitest'
import {answerIn} from '../../cli/operations/in-cluster/verify-in-cluster.ts'
import {runCli} from '../../cli/testing/run-cli.ts'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'
import {startSmtpServer, type TestSmtpServer} from '../support/smtp-server.ts'

let running: EmbeddedTodo5
let smtp: TestSmtpServer
beforeAll(async () => {
  smtp = await startSmtpServer()
  running = await startEmbeddedTodo5({smtpUrl: smtp.url})
})
afterAll(async () => {
  await running.stop()
  await smtp.stop()
})

/** What the Job in a cluster runs (bin/container.js verify), on a todo5 of this machine. */
const verify = async (key = running.todo5.localApiKey) =>
  await runCli(['__verify', '--json'], {
    api: {url: running.todo5.apiUrl, key},
    now: Date.now(),
  })
const left = async (): Promise<unknown[]> => (await running.api('GET', '/tasks?view=open')).body.tasks

test('what the Job of a cluster does works: added, reminded, done, the next one there, and all taken away', async () => {
  const {code, stdout, stderr} = await verify()
  expect([code, stderr]).toEqual([0, ''])
  expect(answerIn(stdout)).toEqual({
    verified: ['added', 'reminded', 'done', 'next'],
    reminder_seconds: expect.any(Number),
    next_seconds: expect.any(Number),
    warnings: [],
  })
  expect(smtp.mails.length).toBe(1)
  expect(await left()).toEqual([])
})

test('a mail server that refuses the address is a warning', async () => {
  smtp.fault = {at: 'recipient', code: 550}
  const {code, stdout} = await verify()
  expect([code, answerIn(stdout).warnings]).toEqual([0, [expect.stringContaining('550')]])
  expect(await left()).toEqual([])
})

test('what failed is told by its log and its exit code', async () => {
  const {code, stdout} = await verify('todo5_no_such_key')
  expect(code).toBe(4)
  expect(() => answerIn(stdout)).toThrow(/key/u)
  expect(await left()).toEqual([])
})
