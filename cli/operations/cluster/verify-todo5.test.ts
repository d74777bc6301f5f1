import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import {HttpClient} from '../../client/http-client.ts'
import {TaskApi} from '../../client/task-api.ts'
import {FakeApi} from '../../testing/fake-api.ts'
import {NOW} from '../../testing/run-cli.ts'
import {verifyTodo5, type VerifyRequest} from './verify-todo5.ts'

let fake: FakeApi
let http: HttpClient
beforeEach(async () => {
  fake = await FakeApi.start(NOW)
  http = new HttpClient({apiUrl: `${fake.url}/api/v1`, apiKey: fake.key, userAgent: 'test', whenAway: []})
})
afterEach(async () => {
  http.close()
  await fake.stop()
})

const seen: string[] = []
function requestOf(over: Partial<VerifyRequest> = {}): VerifyRequest {
  seen.length = 0
  const base = {
    api: new TaskApi(http),
    mailbox: true,
    now: () => NOW,
    signal: new AbortController().signal,
    limitMs: 5,
  }
  return {...base, onVerified: (what) => (seen.push(what), what === 'added' && post()), ...over}
}
const post = (): void => {
  const {title} = fake.store.tasks.at(-1)!
  const received_at = '2026-11-20T09:00:01Z'
  const mail = {id: 1, received_at, from: 'a@b.c', to: 'you@localhost', message_id: '1', text: '', html: null}
  fake.mails.push({...mail, subject: `Reminder: ${title}`, headers: {}})
}
const left = () => fake.store.tasks.filter((task) => task.deleted_at === null && task.completed_at === null)

test('a task is added, its reminder comes, it is done, the next one appears, and nothing stays', async () => {
  const verified = await verifyTodo5(requestOf())
  expect(verified.title).toMatch(/^todo5 checks itself \w{8}$/u)
  expect(seen).toEqual(['added', 'reminded', 'done', 'next'])
  expect(left()).toEqual([])
  expect(fake.requests[0]!.body).toMatchObject({
    due_at: '2026-11-20T10:00:00.000Z',
    reminders: [{offset_seconds: 3600, channels: ['email']}],
  })
})

test('a next occurrence that does not come is what failed', async () => {
  fake.store.slowPipeline = true
  await expect(verifyTodo5(requestOf())).rejects.toMatchObject({
    message: 'A task that repeats was completed, and its next occurrence did not appear within 0 s.',
    hints: ['todo5 logs recurring-task', 'todo5 outbox status'],
  })
  expect(seen).toEqual(['added', 'reminded', 'done'])
})

test('a reminder that does not come is what failed, and the task goes', async () => {
  await expect(verifyTodo5(requestOf({onVerified: () => undefined}))).rejects.toMatchObject({
    code: 'verification_failed',
    exit: 5,
    message: 'The reminder of a task was not in the mailbox within 0 s.',
  })
  expect(left()).toEqual([])
})

test('without a mailbox it is enough that the reminder was sent', async () => {
  const onVerified = (what: string): void => {
    if (what !== 'added') return
    const task = fake.store.tasks[0]!
    for (const reminder of task.reminders) Object.assign(reminder, {state: 'sent'})
  }
  await verifyTodo5(requestOf({mailbox: false, onVerified}))
  expect(fake.requests.map(({path}) => path).filter((path) => path.includes('mailbox'))).toEqual([])
})

describe('a reminder that failed, without a mailbox', () => {
  const failing = async (code: string): Promise<{warnings: string[]; failure: unknown}> => {
    const warnings: string[] = []
    const api = new TaskApi(http)
    const send = api.send.bind(api)
    const attempts = [{at: '2026-11-20T09:00:01.000Z', outcome: 'failed', code, answer: '550 no such user'}]
    vi.spyOn(api, 'send').mockImplementation(async (request) =>
      /^\/reminders\/\d+$/u.test(request.path) ? {deliveries: [{attempts}]} : await send(request),
    )
    const onVerified = (what: string): void => {
      if (what === 'added')
        for (const reminder of fake.store.tasks[0]!.reminders) Object.assign(reminder, {state: 'failed'})
    }
    const onWarning = (text: string): void => void warnings.push(text)
    const failure = await verifyTodo5(requestOf({api, mailbox: false, onVerified, onWarning})).then(
      () => undefined,
      (error: unknown) => error,
    )
    return {warnings, failure}
  }

  test('because its own address was refused says nothing against todo5, and is told', async () => {
    const {warnings, failure} = await failing('refused')
    expect(failure).toBeUndefined()
    expect(warnings).toEqual([expect.stringContaining('550 no such user')])
    expect(left()).toEqual([])
  })

  test('for another reason is what failed, with the answer', async () => {
    expect(await failing('retries_exhausted')).toMatchObject({
      warnings: [],
      failure: {code: 'verification_failed', message: 'The reminder of a task could not be sent: 550 no such user'},
    })
  })
})

test('the first failure is told when the task cannot be deleted either', async () => {
  const onVerified = (): void => {
    for (const _ of [1, 2])
      fake.troubles.push({kind: 'answer', status: 500, body: JSON.stringify({code: 'internal', detail: 'broken'})})
  }
  await expect(verifyTodo5(requestOf({onVerified}))).rejects.toMatchObject({message: expect.stringContaining('broken')})
})

test('Ctrl-C ends it', async () => {
  const controller = new AbortController()
  const onVerified = (): void => controller.abort(new Error('Interrupted.'))
  await expect(verifyTodo5(requestOf({signal: controller.signal, onVerified}))).rejects.toThrow('Interrupted.')
  expect(left()).toEqual([])
})
