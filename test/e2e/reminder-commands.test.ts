import {afterAll, beforeAll, expect, test} from 'vitest'
import {type RunOptions, type RunResult, runCli} from '../../cli/testing/run-cli.ts'
import type {ReminderListResponse} from '../../services/contracts/reminders.ts'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'
import {startSmtpServer, type TestSmtpServer} from '../support/smtp-server.ts'

const WAIT = {timeout: 90_000, interval: 100}

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

const cli = async (line: readonly string[], options: RunOptions = {}): Promise<RunResult> =>
  await runCli(line, {api: {url: running.todo5.apiUrl, key: running.todo5.localApiKey}, now: Date.now(), ...options})
const json = async <T>(...line: string[]): Promise<T> => {
  const {stdout, stderr} = await cli([...line, '--json'])
  expect(stderr).toBe('')
  return JSON.parse(stdout) as T
}

test('a refused reminder is listed with its reason, shown, and sent again', async () => {
  smtp.fault = {at: 'recipient', code: 550}
  const due_at = new Date(Date.now() + 3600_000).toISOString()
  const made = await running.api('POST', '/tasks', {title: 'Pay the rent', due_at, reminders: [{offset_seconds: 3600}]})
  const failed = async () => (await json<ReminderListResponse>('reminder', 'list', '--state', 'failed')).reminders
  await expect.poll(failed, WAIT).toHaveLength(1)
  const {id, task_id: taskId} = (await failed())[0]!
  expect(taskId).toBe(made.body.id)

  const list = await cli(['reminder', 'list', '--task', 'rent'], {tty: 100})
  expect(list.code).toBe(0)
  expect(list.stdout).toMatch(
    new RegExp(String.raw`${id} .* failed .*${taskId} Pay the rent .*email .*email, try 1`, 'u'),
  )
  expect(list.stderr).toContain('send again: todo5 reminder retry ID')
  const one = await cli(['reminder', 'show', String(id)])
  expect(one.stdout).toContain(`${id}  failed  Pay the rent  (task ${taskId})`)
  expect(one.stdout).toMatch(/failed \(refused\) .*550/u)
  expect(await json('reminder', 'show', String(id))).toMatchObject({id, state: 'failed', task_id: taskId})

  expect((await cli(['reminder', 'retry', String(id), '--dry-run'])).stdout).toBe(
    `Would send POST /reminders/${id}/retry\n`,
  )
  expect(smtp.mails).toEqual([])
  smtp.fault = null
  expect((await cli(['reminder', 'retry', String(id)])).stdout).toBe(`Sends  ${id}  Pay the rent  by email\n`)
  await expect.poll(() => smtp.mails.length, WAIT).toBe(1)
  await expect.poll(failed, WAIT).toEqual([])
  const again = await cli(['reminder', 'retry', String(id)])
  expect([again.code, again.stdout]).toEqual([4, ''])
  expect(again.stderr).toContain('It was sent, and no channel failed.')
  const several = await cli(['reminder', 'retry', String(id), '999999'])
  expect(several.code).toBe(4)
  const {results} = await json<{results: object[]}>('reminder', 'retry', String(id), '999999')
  expect(results).toMatchObject([{error: {message: expect.any(String)}}, {error: {message: expect.any(String)}}])
  expect(several.stderr).toContain('There is no reminder 999999.')
  expect(await cli(['reminder', 'show', 'x'])).toMatchObject({code: 2})
  expect(smtp.mails).toHaveLength(1)
})

test('what waits comes the soonest first, and none is said so', async () => {
  for (const hours of [72, 48]) {
    const due_at = new Date(Date.now() + hours * 3600_000).toISOString()
    await running.api('POST', '/tasks', {title: `in ${hours} h`, due_at})
  }
  const {reminders} = await json<ReminderListResponse>('reminder', 'list', '--state', 'scheduled')
  expect(reminders.map(({title}) => title)).toEqual(['in 48 h', 'in 72 h'])
  expect((await cli(['reminder', 'list', '--state', 'cancelled'])).stderr).toBe('No reminder is cancelled.\n')
})

test('a test of a channel says what the other side answered', async () => {
  const before = smtp.mails.length
  const sent = await cli(['reminder', 'test', '--channel', 'email'])
  expect([sent.code, sent.stdout]).toEqual([0, expect.stringContaining('email  taken')])
  expect(smtp.mails.slice(before).map(({subject}) => subject)).toEqual(['A test mail of todo5'])
  smtp.fault = {at: 'recipient', code: 550}
  const refused = await cli(['reminder', 'test', '--channel', 'email'])
  expect(refused.code).toBe(5)
  expect(refused.stdout).toMatch(/email {2}not taken \(refused\): .*550/u)
  expect(await json('reminder', 'test', '--channel', 'push')).toMatchObject({taken: false, code: 'no_device'})
  expect(await json('reminder', 'test', '--channel', 'webhook')).toMatchObject({taken: false, code: 'no_webhook'})
  expect(await json('reminder', 'test', '--channel', 'push', '--dry-run')).toMatchObject({dry_run: true})
})
