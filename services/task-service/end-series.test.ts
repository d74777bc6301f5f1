import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import type {BatchResponse} from '../contracts/batch.ts'
import type {SeriesResponse} from '../contracts/history.ts'
import type {CompleteTaskResponse} from '../contracts/tasks.ts'
import {TaskClient} from './testing/task-client.ts'

let first: TaskClient
let user: TaskClient
beforeAll(async () => {
  first = await TaskClient.start()
})
beforeEach(() => {
  user = first.another()
})
afterAll(async () => first.stop())

const END = {end_series: true}
const end = async (id: number, headers: Record<string, string> = {}) =>
  user.send<CompleteTaskResponse>('POST', `/tasks/${id}/complete`, END, {prefer: 'wait=5', ...headers})
const live = async (id: number): Promise<boolean> =>
  (await user.send<SeriesResponse>('GET', `/tasks/${id}/series`)).body.live
const openTasks = async (): Promise<number> => (await user.open()).length

describe('completing with end_series', () => {
  test('is the last time: nothing follows, now or later', async () => {
    const one = await user.add()
    const two = (await user.done(one.id)).next!
    const {status, body} = await end(two.id)
    expect(status).toBe(200)
    expect(body).toMatchObject({completed: {id: two.id, next_occurrence: null}, next: null, next_pending: false})
    expect(body.completed.completed_at).not.toBeNull()
    expect(await live(two.id)).toBe(false)
    await user.redeliver(one.id, two.id)
    expect(await openTasks()).toBe(0)
    const {rows} = await user.admin.query('select count(*)::int as n from todo.tasks where user_id = $1', [user.user])
    expect(rows[0]).toEqual({n: 2})
  })

  test('one undo takes both back, and the series goes on', async () => {
    const one = await user.add()
    await end(one.id)
    expect((await user.changes()).filter(({change}) => change === 'complete')).toHaveLength(1)
    const undone = await user.undo()
    expect(undone.body).toMatchObject({undone: {change: 'complete'}, tasks: [{id: one.id, completed_at: null}]})
    expect(await live(one.id)).toBe(true)
    expect(undone.body.tasks[0]!.next_occurrence).toBe('2036-12-02T09:00:00Z')
    expect((await user.done(one.id)).next).toMatchObject({due_at: '2036-12-02T09:00:00Z'})
  })

  test('publishes one completion, and takes the reminder back', async () => {
    const one = await user.add()
    await end(one.id)
    expect(await user.told(one.id)).toEqual(['task.created', 'task.completed'])
    expect((await user.events(one.id)).map(({event_type: type}) => type)).toContain('reminder.cancelled')
  })

  test('the same key gives the same answer; with another body it is refused', async () => {
    const one = await user.add()
    const headers = {'idempotency-key': randomUUID()}
    const answers = [await end(one.id, headers), await end(one.id, headers)]
    expect(answers[1]!.body.completed).toEqual(answers[0]!.body.completed)
    expect(await user.send('POST', `/tasks/${one.id}/complete`, {}, headers)).toMatchObject({
      status: 422,
      body: {code: 'idempotency_key_reused'},
    })
  })

  test('again changes nothing; of a closed one whose series goes on it is refused', async () => {
    const one = await user.add()
    const two = (await user.done(one.id)).next!
    expect(await end(one.id)).toMatchObject({status: 409, body: {code: 'task_closed'}})
    expect(await live(two.id)).toBe(true)
    const {body: ended} = await end(two.id)
    expect((await end(two.id)).body.completed.version).toBe(ended.completed.version)
  })

  test('is refused where nothing repeats, for another version, and for another user', async () => {
    const single = await user.create()
    expect(await end(single.id)).toMatchObject({status: 409, body: {code: 'not_recurring'}})
    expect((await user.get(single.id)).completed_at).toBeNull()
    const one = await user.add()
    expect(await end(one.id, {'if-match': '"7"'})).toMatchObject({status: 412})
    const stranger = first.another()
    expect(await stranger.send('POST', `/tasks/${one.id}/complete`, END)).toMatchObject({status: 404})
    expect(await user.send('POST', `/tasks/${one.id}/complete`, {end_series: 'yes'})).toMatchObject({status: 422})
    expect(await live(one.id)).toBe(true)
  })

  test('after an edit of the rule it ends the series that goes on', async () => {
    const one = await user.add()
    const two = (await user.done(one.id)).next!
    await user.edit(two.id, {recurring_pattern: 'weekly'}, 'following')
    expect((await end(two.id)).body).toMatchObject({next: null, next_pending: false})
    expect(await openTasks()).toBe(0)
  })

  test('in a batch each by itself, and one undo takes all back', async () => {
    const [one, two] = [await user.add(), await user.add()]
    const operations = [one, two].map(({id}) => ({op: 'complete', id, ...END}))
    const {body} = await user.send<BatchResponse>('POST', '/tasks/batch', {operations})
    expect(body.results).toMatchObject([
      {status: 200, next: null, next_pending: false},
      {status: 200, next: null, next_pending: false},
    ])
    expect([await live(one.id), await live(two.id)]).toEqual([false, false])
    await user.undo()
    expect([await live(one.id), await live(two.id)]).toEqual([true, true])
  })
})
