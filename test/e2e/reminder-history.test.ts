import {Client} from 'pg'
import {afterAll, afterEach, beforeAll, expect, test, vi} from 'vitest'
import type {TaskHistoryResponse} from '../../services/contracts/history.ts'
import type {TaskResponse} from '../../services/contracts/tasks.ts'
import {type TestSmtpServer, startSmtpServer} from '../support/smtp-server.ts'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'

const WAIT = {timeout: 90_000, interval: 100}
vi.setConfig({testTimeout: 150_000})
let running: EmbeddedTodo5
let sql: Client
let smtp: TestSmtpServer

beforeAll(async () => {
  smtp = await startSmtpServer()
  running = await startEmbeddedTodo5({smtpUrl: smtp.url})
  sql = new Client({connectionString: running.databaseUrl})
  await sql.connect()
})
afterAll(async () => {
  await running.stop()
  await sql.end()
  await smtp.stop()
})
afterEach(() => {
  smtp.fault = null
})

const add = async (body: Record<string, unknown>): Promise<TaskResponse> => {
  const made = await running.api('POST', '/tasks', {title: 'Take the pills', ...body})
  expect(made.status, made.text).toBe(201)
  return made.body
}
const inSeconds = (seconds: number) => new Date(Math.ceil(Date.now() / 1000 + seconds) * 1000).toISOString()
const history = async (id: number): Promise<TaskHistoryResponse> =>
  (await running.api('GET', `/tasks/${id}/history`)).body
const kinds = async (id: number) => (await history(id)).entries.map(({kind}) => kind)
const mailsAbout = (title: string) => smtp.mails.filter(({subject}) => subject.includes(title))

test('the history of a reminder that came has the mail server’s answer, and says so in words', async () => {
  const task = await add({title: 'Came', due_at: inSeconds(1), reminders: [{offset_seconds: 0}]})
  await expect.poll(async () => kinds(task.id), WAIT).toContain('reminder.sent')
  const {entries, verdicts} = await history(task.id)
  expect(entries.map(({kind}) => kind)).toEqual([
    'task.created',
    'reminder.scheduled',
    'delivery.sent',
    'reminder.sent',
  ])
  expect(entries[2]).toMatchObject({details: {answer: expect.stringMatching(/^250 /u), channel: 'email'}})
  expect(verdicts).toEqual([
    expect.stringMatching(
      /^The reminder at the due date \(.*\) was sent at .* to the mail server, which answered “250 .*”\.$/u,
    ),
  ])
})

test('a reminder that was cancelled by a completion says so', async () => {
  const task = await add({due_at: inSeconds(7200)})
  await running.api('POST', `/tasks/${task.id}/complete`)
  await expect
    .poll(async () => (await history(task.id)).verdicts, WAIT)
    .toEqual([expect.stringMatching(/^The reminder 1 h before \(.*\) was cancelled, because the task was done at /u)])
})

test('a reminder that the mail server refused has its words and what to do', async () => {
  smtp.fault = {at: 'recipient', code: 550}
  const task = await add({title: 'Refused', due_at: inSeconds(1), reminders: [{offset_seconds: 0}]})
  await expect.poll(async () => kinds(task.id), WAIT).toContain('reminder.failed')
  const {entries, verdicts} = await history(task.id)
  expect(entries.find(({kind}) => kind === 'delivery.failed')).toMatchObject({
    details: {code: 'refused', answer: 'The mail server said: 550 refused by the test with 550'},
  })
  expect(verdicts).toEqual([
    expect.stringMatching(
      / was refused by the mail server for good, “.*550.*”\. Check the address that reminders go to\.$/u,
    ),
  ])
})

test('a reminder that the mail server did not take at first waits, and then has both answers', async () => {
  smtp.fault = {at: 'data', code: 451}
  const task = await add({title: 'Later', due_at: inSeconds(1), reminders: [{offset_seconds: 0}]})
  const verdicts = async () => (await history(task.id)).verdicts
  await expect.poll(verdicts, WAIT).toEqual([expect.stringMatching(/ is waiting: .*451.* The next try is at /u)])
  smtp.fault = null
  await expect.poll(verdicts, WAIT).toEqual([expect.stringMatching(/ was sent at .*, which answered “250 /u)])
  const seen = (await history(task.id)).entries.map(({kind}) => kind).filter((kind) => kind.startsWith('delivery.'))
  expect(seen.at(-1)).toBe('delivery.sent')
  expect(seen.slice(0, -1).every((kind) => kind === 'delivery.retry')).toBe(true)
  expect(seen.length).toBeGreaterThan(1)
})

test('a snooze suspends a reminder that repeats: one mail then, and the repetition goes on from there', async () => {
  const title = 'Nagged'
  const task = await add({
    title,
    due_at: inSeconds(1),
    reminders: [{offset_seconds: 0, nag_every_seconds: 3600}],
  })
  const pending = async () =>
    (
      await sql.query<{offset_seconds: number | null; nag_left: number; ahead: number}>(
        `select offset_seconds, nag_left, extract(epoch from reminder_at - clock_timestamp())::float8 as ahead
         from todo.reminders where task_id = $1 and state = 'scheduled'`,
        [task.id],
      )
    ).rows
  await expect.poll(pending, WAIT).toMatchObject([{offset_seconds: 0, nag_left: 23}])
  // The next repetition would come before the snooze.
  await sql.query(
    `update todo.reminders set reminder_at = clock_timestamp() + interval '5 s', revision = revision + 1 where task_id = $1`,
    [task.id],
  )
  const until = inSeconds(8)
  expect((await running.api('POST', `/tasks/${task.id}/snooze`, {until})).status).toBe(200)
  await expect.poll(() => mailsAbout(title).length, WAIT).toBe(2)
  expect(mailsAbout(title)[1]!.receivedAt.getTime()).toBeGreaterThanOrEqual(Date.parse(until))
  await expect.poll(pending, WAIT).toMatchObject([{offset_seconds: null, nag_left: 22}])
  expect((await pending())[0]!.ahead).toBeGreaterThan(3000)
  expect(mailsAbout(title)).toHaveLength(2)
  const {verdicts} = await history(task.id)
  expect(verdicts).toContainEqual(expect.stringMatching(/^The snooze .* was sent at .* “250 .*”\.$/u))
  expect(verdicts).toContainEqual(
    expect.stringMatching(/^The reminder at the due date .* was put aside by a snooze until /u),
  )
  await running.api('POST', `/tasks/${task.id}/complete`)
  expect(await pending()).toEqual([])
})
