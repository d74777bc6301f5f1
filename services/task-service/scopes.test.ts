import {afterAll, beforeAll, beforeEach, describe, expect, test} from 'vitest'
import type {TaskResponse} from '../contracts/tasks.ts'
import {TaskClient, reminderTimes} from './testing/task-client.ts'

let first: TaskClient
let user: TaskClient
beforeAll(async () => {
  first = await TaskClient.start()
})
beforeEach(() => {
  user = first.another()
})
afterAll(async () => first.stop())

/** Done, done, open. */
async function threeDays(body: Record<string, unknown> = {}): Promise<[TaskResponse, TaskResponse, TaskResponse]> {
  const one = await user.add(body)
  const two = (await user.done(one.id)).next!
  const three = (await user.done(two.id)).next!
  return [await user.get(one.id), await user.get(two.id), three]
}
const titles = async (...tasks: TaskResponse[]) => Promise.all(tasks.map(async ({id}) => (await user.get(id)).title))
const series = async (id: number | null) =>
  (await user.admin.query('select * from todo.series where id = $1', [id])).rows[0] as {
    continued_by: string | null
    excluded_at: Date[]
    template: {title: string}
  }

describe('editing this occurrence', () => {
  test('changes its text and reminders, and nothing of the following ones', async () => {
    const task = await user.add()
    const changed = (await user.edit(task.id, {title: 'b', reminders: [{offset_seconds: 0}]}, 'this')).body
    expect(changed).toMatchObject({title: 'b', series_id: task.series_id})
    expect(reminderTimes(changed)).toEqual(['2036-12-01T09:00:00Z'])
    const next = (await user.done(task.id)).next!
    expect(next).toMatchObject({title: 'a', due_at: '2036-12-02T09:00:00Z'})
    expect(reminderTimes(next)).toEqual(['2036-12-02T08:00:00Z'])
  })

  test('a due date alone is for this one, without saying so', async () => {
    const task = await user.add()
    expect((await user.edit(task.id, {due_at: '2036-12-05T18:00Z'})).body).toMatchObject({
      due_at: '2036-12-05T18:00:00Z',
      occurrence_at: '2036-12-01T09:00:00Z',
    })
    expect((await user.done(task.id)).next).toMatchObject({due_at: '2036-12-02T09:00:00Z'})
  })

  test.each([{recurring_pattern: 'weekly'}, {recurring_end_date: '2040-01-01T00:00Z'}, {catch_up: 'each'}])(
    'has no rule of its own: %o is refused',
    async (change) => {
      const task = await user.add()
      expect(await user.edit(task.id, change, 'this')).toMatchObject({
        status: 422,
        body: {errors: [{code: 'rule_needs_scope', hint: expect.stringContaining('following')}]},
      })
    },
  )

  test('that is done changes what it says, and not when it was', async () => {
    const [one, , three] = await threeDays()
    expect((await user.edit(one.id, {title: 'b'}, 'this')).status).toBe(200)
    expect(await titles(one, three)).toEqual(['b', 'a'])
    expect(await user.edit(one.id, {due_at: '2036-12-05T09:00Z'}, 'this')).toMatchObject({
      status: 409,
      body: {code: 'task_closed'},
    })
  })

  test('of a task that does not repeat the scope means nothing', async () => {
    const task = await user.add({recurring_pattern: null})
    for (const scope of ['this', 'following', 'all']) {
      expect((await user.edit(task.id, {title: scope}, scope)).body).toMatchObject({title: scope, series_id: null})
    }
    expect((await user.edit(task.id, {recurring_pattern: 'daily'}, 'this')).body.series_id).not.toBeNull()
  })
})

describe('editing this and the following', () => {
  test('changes what they say, and leaves what is done', async () => {
    const [one, two, three] = await threeDays()
    await user.edit(three.id, {title: 'b', priority: 3}, 'following')
    expect(await titles(one, two, three)).toEqual(['a', 'a', 'b'])
    expect((await user.done(three.id)).next).toMatchObject({title: 'b', priority: 3})
  })

  test('with a new rule begins a series that is linked to the old one', async () => {
    const [one, , three] = await threeDays()
    const changed = (await user.edit(three.id, {recurring_pattern: 'weekly'}, 'following')).body
    expect(changed.series_id).not.toBe(one.series_id)
    expect((await user.get(one.id)).series_id).toBe(one.series_id)
    expect((await series(one.series_id)).continued_by).toBe(String(changed.series_id))
    expect((await user.done(three.id)).next).toMatchObject({due_at: '2036-12-10T09:00:00Z'})
  })

  test('with another time of day moves them to it, with their reminders', async () => {
    const [, , three] = await threeDays()
    const changed = (await user.edit(three.id, {due_at: '2036-12-03T17:30Z'}, 'following')).body
    expect(reminderTimes(changed)).toEqual(['2036-12-03T16:30:00Z'])
    const next = (await user.done(three.id)).next!
    expect(next).toMatchObject({due_at: '2036-12-04T17:30:00Z'})
    expect(reminderTimes(next)).toEqual(['2036-12-04T16:30:00Z'])
  })

  test('with another day moves a rule that says only the day, and refuses another', async () => {
    const weekly = await user.add({recurring_pattern: 'FREQ=WEEKLY;BYDAY=MO'})
    const moved = (await user.edit(weekly.id, {due_at: '2036-12-03T09:00Z'}, 'following')).body
    expect(moved).toMatchObject({recurring_pattern: 'FREQ=WEEKLY;BYDAY=WE', next_occurrence: '2036-12-10T09:00:00Z'})
    const twice = await user.add({recurring_pattern: 'FREQ=WEEKLY;BYDAY=MO,TH'})
    expect(await user.edit(twice.id, {due_at: '2036-12-03T09:00Z'}, 'following')).toMatchObject({
      status: 422,
      body: {
        errors: [{field: 'due_at', code: 'due_at_not_in_rule', hint: expect.stringContaining('recurring_pattern')}],
      },
    })
    expect((await user.edit(twice.id, {due_at: '2036-12-04T09:00Z'}, 'following')).status).toBe(200)
  })

  test('goes on counting, and does not count what is done', async () => {
    const [, , three] = await threeDays({recurring_pattern: 'FREQ=DAILY;COUNT=5'})
    let next: TaskResponse | null = (await user.edit(three.id, {due_at: '2036-12-03T10:00Z'}, 'following')).body
    const dates: string[] = []
    for (; next; next = (await user.done(next.id)).next) dates.push(next.due_at!)
    expect(dates).toEqual(['2036-12-03T10:00:00Z', '2036-12-04T10:00:00Z', '2036-12-05T10:00:00Z'])
  })

  test('keeps its dates when only its end changes, and this one was moved away from its own', async () => {
    const task = await user.add({recurring_pattern: 'weekly'})
    await user.edit(task.id, {due_at: '2036-12-03T12:00Z'})
    const changed = (await user.edit(task.id, {recurring_end_date: '2040-01-01T00:00Z'})).body
    expect(changed).toMatchObject({
      due_at: '2036-12-03T12:00:00Z',
      occurrence_at: '2036-12-01T09:00:00Z',
      next_occurrence: '2036-12-08T09:00:00Z',
    })
  })

  test('keeps what they say when this one alone says something else', async () => {
    const task = await user.add()
    await user.edit(task.id, {title: 'only this', due_has_time: false}, 'this')
    await user.edit(task.id, {recurring_pattern: 'weekly', priority: 2}, 'following')
    expect(await user.get(task.id)).toMatchObject({title: 'only this', priority: 2})
    expect((await user.done(task.id)).next).toMatchObject({title: 'a', priority: 2, due_has_time: true})
  })

  test('leaves out what was left out, at the new time', async () => {
    const task = await user.add()
    await user.admin.query(
      `update todo.series set excluded_at = '{2036-12-02T09:00Z,2036-12-03T09:00Z}' where id = $1`,
      [task.series_id],
    )
    const changed = (await user.edit(task.id, {due_at: '2036-12-01T10:00Z'}, 'following')).body
    expect(changed.next_occurrence).toBe('2036-12-04T10:00:00Z')
  })

  test('moved to an earlier day, does not bring back what was skipped', async () => {
    const task = await user.add()
    const {next} = (await user.skip(task.id, {until: '2036-12-01T12:00Z'})).body
    const changed = (await user.edit(next!.id, {due_at: '2036-11-30T09:00Z'}, 'following')).body
    expect(changed.next_occurrence).toBe('2036-12-02T09:00:00Z')
  })

  test('from a closed occurrence changes the open one, and says which', async () => {
    const [one, , three] = await threeDays()
    const changed = await user.edit(one.id, {title: 'b', recurring_pattern: 'weekly'}, 'following')
    expect(changed).toMatchObject({status: 200, body: {id: three.id, title: 'b', recurring_pattern: 'FREQ=WEEKLY'}})
    expect(await titles(one)).toEqual(['a'])
  })

  test('of a series that has ended is refused', async () => {
    const [one, , three] = await threeDays({recurring_pattern: 'FREQ=DAILY;COUNT=3'})
    await user.done(three.id)
    for (const scope of ['following', 'all']) {
      expect(await user.edit(one.id, {title: 'b'}, scope)).toMatchObject({status: 409, body: {code: 'series_ended'}})
    }
  })

  test('sees with If-Match that somebody was faster, and how the task is now', async () => {
    const task = await user.add()
    await user.edit(task.id, {title: 'b'})
    for (const scope of ['this', 'following', 'all']) {
      const answer = await user.send('PATCH', `/tasks/${task.id}?scope=${scope}`, {title: 'c'}, {'if-match': '"1"'})
      expect(answer).toMatchObject({status: 412, body: {code: 'task_changed', current: {title: 'b', version: 2}}})
    }
  })
})

describe('editing all', () => {
  test('changes the text of what is done too, each with an event, and begins no new series', async () => {
    const [one, two, three] = await threeDays()
    const answer = await user.edit(three.id, {title: 'b', tags: ['x'], reminders: [{offset_seconds: 0}]}, 'all')
    expect(answer.body).toMatchObject({id: three.id, series_id: one.series_id})
    expect(await titles(one, two, three)).toEqual(['b', 'b', 'b'])
    for (const task of [one, two, three])
      expect((await user.told(task.id)).filter((type) => type === 'task.updated')).toHaveLength(1)
    expect((await user.get(one.id)).reminders).toEqual(one.reminders)
    expect((await user.done(three.id)).next).toMatchObject({title: 'b', tags: ['x']})
    expect((await user.undo()).body.undone.change).toBe('complete')
    expect((await user.undo()).body.tasks).toHaveLength(3)
    expect(await titles(one, two, three)).toEqual(['a', 'a', 'a'])
  })

  test('reaches through the series that this one continues, from a closed occurrence too', async () => {
    const [one, two, three] = await threeDays()
    await user.edit(three.id, {recurring_pattern: 'weekly'})
    const four = (await user.done(three.id)).next!
    await user.edit(two.id, {title: 'b', recurring_pattern: 'monthly'}, 'all')
    expect(await titles(one, two, three, four)).toEqual(['b', 'b', 'b', 'b'])
    expect(await user.get(four.id)).toMatchObject({recurring_pattern: 'FREQ=MONTHLY'})
    expect((await user.get(three.id)).recurring_pattern).toBe('FREQ=WEEKLY')
  })
})

describe('deleting', () => {
  test('this one of those that are done takes it out of the history', async () => {
    const [one, two, three] = await threeDays()
    await user.delete(two.id, 'this')
    expect((await user.list('all')).map(({id}) => id).toSorted((a, b) => a - b)).toEqual([one.id, three.id])
  })

  test('this and the following from a closed one leaves what was before, and nothing follows', async () => {
    const [one, two, three] = await threeDays()
    await user.delete(two.id, 'following')
    expect((await user.list('all')).map(({id}) => id)).toEqual([one.id])
    await user.redeliver(one.id, two.id, three.id)
    expect((await user.list('all')).map(({id}) => id)).toEqual([one.id])
    await user.undo()
    expect((await user.list('all')).length).toBe(3)
    expect((await user.done(three.id)).next).toMatchObject({due_at: '2036-12-04T09:00:00Z'})
  })

  test('all takes everything, through every series of the chain, and undo brings it back', async () => {
    const [one, two, three] = await threeDays()
    await user.edit(three.id, {recurring_pattern: 'weekly'})
    const four = (await user.done(three.id)).next!
    const before = await user.list('all')
    expect(before.map(({id}) => id).toSorted((a, b) => a - b)).toEqual([one.id, two.id, three.id, four.id])
    await user.delete(three.id, 'all')
    expect(await user.list('all')).toEqual([])
    for (const task of [one, two, three, four])
      expect((await user.told(task.id)).filter((type) => type === 'task.deleted')).toHaveLength(1)
    expect((await user.undo()).body.tasks).toHaveLength(4)
    expect((await user.list('all')).map(({id}) => id)).toEqual(before.map(({id}) => id))
    expect((await user.done(four.id)).next).toMatchObject({due_at: '2036-12-17T09:00:00Z'})
  })

  test('a task that does not repeat needs no scope', async () => {
    const task = await user.add({recurring_pattern: null})
    expect((await user.delete(task.id, 'all')).body.deleted_at).not.toBeNull()
  })
})

describe('skipping', () => {
  test('an occurrence leaves it visible, and the next one comes', async () => {
    const task = await user.add()
    const {body} = await user.skip(task.id)
    expect(body).toMatchObject({
      skipped: [{id: task.id, skipped_at: expect.any(String)}],
      next: {due_at: '2036-12-02T09:00:00Z', version: 1},
      next_pending: false,
    })
    expect((await user.skip(task.id)).body.skipped).toEqual(body.skipped)
    expect((await user.list('all')).map(({id}) => id)).toContain(task.id)
    await user.redeliver(task.id)
    expect(await user.open()).toMatchObject([{id: body.next!.id}])
  })

  test('until a date makes a row of each, leaves the next one open, and is undone at once', async () => {
    const task = await user.add({recurring_pattern: 'FREQ=DAILY;COUNT=9'})
    const {body} = await user.skip(task.id, {until: '2036-12-04T23:59Z'})
    expect(body.skipped.map(({due_at: due}) => due!.slice(0, 10))).toEqual([
      '2036-12-01',
      '2036-12-02',
      '2036-12-03',
      '2036-12-04',
    ])
    expect(body).toMatchObject({next: {due_at: '2036-12-05T09:00:00Z', version: 1}, next_pending: false})
    expect(reminderTimes(body.next!)).toEqual(['2036-12-05T08:00:00Z'])
    const {rows} = await user.admin.query<{left: number}>(
      `select cardinality(excluded_at) as left from todo.series where id = $1`,
      [task.series_id],
    )
    expect(rows).toEqual([{left: 4}])
    await user.redeliver(...body.skipped.map(({id}) => id))
    expect(await user.open()).toMatchObject([{id: body.next!.id}])
    const undone = (await user.undo()).body
    expect(undone).toMatchObject({undone: {change: 'skip'}, tasks: [{id: task.id, skipped_at: null}]})
    expect(undone.removed_task_ids).toHaveLength(4)
    await user.redeliver(...body.skipped.map(({id}) => id))
    expect(await user.list('all')).toMatchObject([{id: task.id}])
    expect((await user.done(task.id)).next).toMatchObject({due_at: '2036-12-02T09:00:00Z'})
  })

  test('until a date goes on to the end of a series, and counts down one that counts from its completion', async () => {
    const ending = await user.add({recurring_pattern: 'FREQ=DAILY;COUNT=3'})
    expect((await user.skip(ending.id, {until: '2037-01-01T00:00Z'})).body).toMatchObject({
      skipped: [{}, {}, {}],
      next: null,
      next_pending: false,
    })
    const counting = await user.add({recurring_pattern: 'FREQ=DAILY;COUNT=9', anchor: 'completion'})
    const left = async () =>
      (await user.admin.query('select count_left from todo.series where id = $1', [counting.series_id])).rows
    const {body} = await user.skip(counting.id, {until: new Date(Date.now() + 80 * 365 * 86_400_000).toISOString()})
    expect(body).toMatchObject({skipped: {length: 9}, next: null})
    expect(await left()).toEqual([{count_left: 0}])
    await user.undo()
    expect(await left()).toEqual([{count_left: 8}])
  })

  test('until a date from a closed occurrence skips the open one, whose event may be under way', async () => {
    const [one, , three] = await threeDays()
    const {body} = await user.skip(one.id, {until: '2036-12-03T12:00Z'})
    expect(body).toMatchObject({skipped: [{id: three.id}], next: {due_at: '2036-12-04T09:00:00Z'}})
  })

  test('with nothing in the range, too much, or nothing that repeats is refused with a hint', async () => {
    const task = await user.add()
    expect(await user.skip(task.id, {until: '2036-11-30T00:00Z'})).toMatchObject({
      status: 409,
      body: {code: 'nothing_to_skip', hint: expect.stringContaining('2036-12-01')},
    })
    const busy = await user.add({recurring_pattern: 'FREQ=MINUTELY', reminders: []})
    expect(await user.skip(busy.id, {until: '2036-12-02T00:00Z'})).toMatchObject({
      status: 422,
      body: {errors: [{code: 'too_many_to_skip'}]},
    })
    expect(await user.get(busy.id)).toMatchObject({skipped_at: null, version: 1})
    const single = await user.add({recurring_pattern: null})
    for (const body of [{}, {until: '2037-01-01T00:00Z'}])
      expect(await user.skip(single.id, body)).toMatchObject({status: 409, body: {code: 'not_recurring'}})
    await user.complete(task.id)
    expect(await user.skip(task.id)).toMatchObject({status: 409, body: {code: 'task_closed'}})
  })

  test('repeated with its key is skipped once', async () => {
    const task = await user.add()
    const once = async () =>
      user.send('POST', `/tasks/${task.id}/skip`, {until: '2036-12-02T12:00Z'}, {'idempotency-key': `k${user.user}`})
    const answers = await Promise.all([once(), once()])
    expect(answers[0].body).toEqual(answers[1].body)
    expect((await user.list('all')).length).toBe(3)
  })
})
