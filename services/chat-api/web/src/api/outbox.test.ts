import {afterEach, beforeEach, describe, expect, test, vi} from 'vitest'
import {ApiError} from './api-error.ts'
import {type Change, type ChangeStore, Outbox} from './outbox.ts'

const offline = new ApiError({status: 0, code: 'offline', message: 'away'})
const refusal = new ApiError({status: 422, code: 'invalid', message: 'no'})

const change = (key: string, fields: Partial<Change> = {}): Change => ({
  key,
  userId: 'ada',
  method: 'POST',
  path: '/tasks/1/complete',
  taskId: 1,
  label: key,
  ...fields,
})

class MemoryStore implements ChangeStore {
  readonly kept = new Map<string, Change>()
  all = async () => [...this.kept.values()]
  put = async (one: Change) => void this.kept.set(one.key, one)
  remove = async (key: string) => void this.kept.delete(key)
}

let store: MemoryStore
let sent: string[]
let answer: (one: Change) => Promise<unknown>
const answers: string[] = []
const refusals: string[] = []
const newOutbox = () =>
  new Outbox({
    store,
    send: async (one) => {
      sent.push(one.key)
      return answer(one)
    },
    onAnswer: ({key}) => answers.push(key),
    onRefusal: ({key}) => refusals.push(key),
  })

beforeEach(() => {
  vi.useFakeTimers()
  store = new MemoryStore()
  sent = []
  answers.length = 0
  refusals.length = 0
  answer = async ({key}) => `answer to ${key}`
})
afterEach(() => void vi.useRealTimers())

describe('changes on their way to the API', () => {
  test('are sent at once, answered, and forgotten', async () => {
    const outbox = newOutbox()
    await expect(outbox.submit(change('a'))).resolves.toBe('answer to a')
    expect(outbox.state).toEqual({waiting: [], isOffline: false})
    expect([store.kept.size, answers]).toEqual([0, ['a']])
  })

  test('a refusal reaches who asked, and is not sent again', async () => {
    answer = async () => Promise.reject(refusal)
    const outbox = newOutbox()
    await expect(outbox.submit(change('a'))).rejects.toBe(refusal)
    await vi.advanceTimersByTimeAsync(120_000)
    expect([sent, store.kept.size, outbox.state.waiting]).toEqual([['a'], 0, []])
  })

  test('without a connection they stay, outlive the page, and are sent with the same key when it is back', async () => {
    answer = async () => Promise.reject(offline)
    const before = newOutbox()
    void before.submit(change('a'))
    void before.submit(change('b', {taskId: 2}))
    await vi.advanceTimersByTimeAsync(0)
    expect(before.state.isOffline).toBe(true)
    expect(before.state.waiting.map(({key}) => key)).toEqual(['a', 'b'])
    await store.put(change('of somebody else', {userId: 'eve', taskId: 3}))

    const after = newOutbox()
    sent = []
    answer = async ({key}) => `answer to ${key}`
    await after.resume('ada')
    await vi.advanceTimersByTimeAsync(0)
    expect(sent.toSorted()).toEqual(['a', 'b'])
    expect(after.state).toEqual({waiting: [], isOffline: false})
    expect([...store.kept.keys()]).toEqual(['of somebody else'])
    expect(answers.toSorted()).toEqual(['a', 'b'])
  })

  test('tries again by itself, ever more rarely, and after Retry-After', async () => {
    answer = async () => Promise.reject(offline)
    const outbox = newOutbox()
    void outbox.submit(change('a'))
    await vi.advanceTimersByTimeAsync(500)
    expect(sent).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1000)
    expect(sent).toHaveLength(2)
    await vi.advanceTimersByTimeAsync(1000)
    expect(sent).toHaveLength(2)
    answer = async () => Promise.reject(new ApiError({status: 503, code: 'busy', message: 'later', retryAfter: 10}))
    await vi.advanceTimersByTimeAsync(1000)
    expect(sent).toHaveLength(3)
    expect(outbox.state.isOffline).toBe(false)
    answer = async () => 'there'
    await vi.advanceTimersByTimeAsync(9000)
    expect(sent).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(1000)
    expect(sent).toHaveLength(4)
    expect(outbox.state.waiting).toEqual([])
  })

  test('of one task in their order, of several at once', async () => {
    const open: (() => void)[] = []
    answer = async () => new Promise<void>((resolve) => open.push(resolve))
    const outbox = newOutbox()
    const all = Promise.all([change('1a'), change('1b'), change('2a', {taskId: 2})].map((one) => outbox.submit(one)))
    await vi.advanceTimersByTimeAsync(0)
    expect(sent).toEqual(['1a', '2a'])
    open[0]!()
    await vi.advanceTimersByTimeAsync(0)
    expect(sent).toEqual(['1a', '2a', '1b'])
    for (const finish of open) finish()
    await all
    expect(outbox.state.waiting).toEqual([])
  })

  test('a refusal of what an earlier page left is told', async () => {
    await store.put(change('a'))
    answer = async () => Promise.reject(refusal)
    await newOutbox().resume('ada')
    await vi.advanceTimersByTimeAsync(0)
    expect([refusals, store.kept.size]).toEqual([['a'], 0])
  })

  test('are sent, too, when the device has no room to keep them', async () => {
    const warn = vi.spyOn(console, 'warn').mockReturnValue()
    store.put = async () => Promise.reject(new Error('QuotaExceededError'))
    await expect(newOutbox().submit(change('a'))).resolves.toBe('answer to a')
    expect(warn).toHaveBeenCalledOnce()
  })
})
