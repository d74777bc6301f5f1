import {Client} from 'pg'
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import type {TaskResponse} from '../contracts/tasks.ts'
import {TaskClient} from './testing/task-client.ts'

/** Events are published, and come when a test delivers them. */
let first: TaskClient
let user: TaskClient
beforeAll(async () => {
  first = await TaskClient.start({consume: false})
})
beforeEach(() => {
  user = first.another()
})
afterAll(async () => first.stop())

const ROUNDS = 8
const rounds = Array.from({length: ROUNDS}, (_, n) => n)

async function stored(): Promise<{open: number; doubled: number}> {
  const {rows} = await user.admin.query<{open: number; doubled: number}>(
    `select coalesce(max(open), 0)::int as open, coalesce(max(doubled), 0)::int as doubled from (
       select count(*) filter (where completed_at is null and skipped_at is null) over (partition by series_id) as open,
         count(*) over (partition by series_id, occurrence_at) as doubled
       from todo.tasks where user_id = $1 and deleted_at is null and retracted_at is null and series_id is not null) t`,
    [user.user],
  )
  return rows[0]!
}
/** Never two open ones, never one date twice. */
const expectSound = async () => {
  const {open, doubled} = await stored()
  expect(open).toBeLessThanOrEqual(1)
  expect(doubled).toBeLessThanOrEqual(1)
}

/** Completed, with its event still under way. */
async function underWay(body: Record<string, unknown> = {}): Promise<TaskResponse> {
  const task = await user.add(body)
  await user.complete(task.id)
  return user.get(task.id)
}

test.each(['following', 'all'])(
  'an edit (%s) between a completion and its event holds for what follows',
  async (scope) => {
    const task = await underWay()
    const changed = await user.edit(task.id, {title: 'b', recurring_pattern: 'weekly'}, scope)
    expect(changed).toMatchObject({
      status: 200,
      body: {predecessor_id: task.id, title: 'b', due_at: '2036-12-02T09:00:00Z', recurring_pattern: 'FREQ=WEEKLY'},
    })
    await user.redeliver(task.id)
    expect(await user.open()).toMatchObject([{id: changed.body.id}])
    expect(await user.get(task.id)).toMatchObject({title: scope === 'all' ? 'b' : 'a', series_id: task.series_id})
    // Its successor was touched, and says so until that is undone.
    expect(await user.reopen(task.id)).toMatchObject({status: 409, body: {code: 'successor_touched'}})
    await user.undo()
    expect(await user.open()).toMatchObject([{id: changed.body.id, title: 'a', series_id: task.series_id}])
    expect((await user.reopen(task.id)).status).toBe(200)
  },
)

test.each(rounds)('an edit while the next one is being made: one follows, with the new rule (%i)', async () => {
  const task = await underWay()
  const [edited] = await Promise.all([
    user.edit(task.id, {recurring_pattern: 'weekly'}, 'following'),
    user.redeliver(task.id),
    user.redeliver(task.id),
  ])
  expect(edited.status).toBe(200)
  expect(await user.open()).toMatchObject([{id: edited.body.id, recurring_pattern: 'FREQ=WEEKLY'}])
  await expectSound()
})

test('a task whose repeating is undone while somebody waits to lock its series is locked without one', async () => {
  const task = await user.add({recurring_pattern: null})
  await user.edit(task.id, {recurring_pattern: 'daily'})
  const {series_id: series} = await user.get(task.id)
  await user.admin.query('begin')
  await user.admin.query('select 1 from todo.series where id = $1 for update', [series])
  const completing = user.complete(task.id)
  await expect
    .poll(async () => {
      const {rows} = await user.admin.query(`select 1 from pg_locks where not granted`)
      return rows.length
    })
    .toBeGreaterThan(0)
  await user.admin.query(
    `update todo.tasks set series_id = null, occurrence_at = null, recurring_pattern = null, next_occurrence = null where id = $1`,
    [task.id],
  )
  await user.admin.query('delete from todo.series where id = $1', [series])
  await user.admin.query('commit')
  expect(await completing).toMatchObject({status: 200, body: {next: null, next_pending: false}})
})

test('two edits of one version at once: one is made, the other sees it', async () => {
  for (const scope of ['this', 'following', 'all']) {
    const task = await user.add()
    const edit = async (title: string) =>
      user.send('PATCH', `/tasks/${task.id}?scope=${scope}`, {title}, {'if-match': '"1"'})
    const answers = await Promise.all([edit('b'), edit('c')])
    expect(new Set(answers.map(({status}) => status))).toEqual(new Set([200, 412]))
    const [won, lost] = [answers.find(({status}) => status === 200)!, answers.find(({status}) => status === 412)!]
    expect(lost.body).toMatchObject({current: {title: won.body.title, version: 2}})
  }
})

test.each(rounds)('two rules at once, and a completion: one series goes on (%i)', async () => {
  const task = await user.add()
  await Promise.all([
    user.edit(task.id, {recurring_pattern: 'weekly'}, 'following'),
    user.edit(task.id, {recurring_pattern: 'monthly'}, 'all'),
    user.complete(task.id),
  ])
  await user.redeliver(task.id)
  expect(await user.open()).toHaveLength(1)
  await expectSound()
})

test.each(rounds)('an undo against the event of what it undoes: nothing follows, before or after (%i)', async () => {
  const task = await underWay()
  const [undone] = await Promise.all([user.undo(), user.redeliver(task.id), user.redeliver(task.id)])
  expect(undone).toMatchObject({status: 200, body: {undone: {change: 'complete'}}})
  expect(await user.open()).toMatchObject([{id: task.id}])
  await user.redeliver(task.id)
  expect(await user.open()).toMatchObject([{id: task.id}])
  await expectSound()
})

test('reopen, complete, reopen, complete, undo, undo, with late replays of each event: never two open ones', async () => {
  const task = await user.add()
  const steps = {
    complete: async () => user.complete(task.id),
    reopen: async () => user.reopen(task.id),
    undo: async () => user.undo(),
  }
  for (const step of ['complete', 'reopen', 'complete', 'reopen', 'complete', 'undo', 'undo', 'undo'] as const) {
    expect((await steps[step]()).status).toBe(200)
    await user.redeliver(task.id)
    expect(await user.open()).toHaveLength(1)
    await expectSound()
  }
})

test.each(['following', 'all'])('deleted (%s) while events are under way, nothing comes back', async (scope) => {
  const task = await underWay()
  await user.delete(task.id, scope)
  await user.redeliver(task.id)
  expect(await user.list('all')).toEqual([])
  const {rows} = await user.admin.query(
    `select 1 from todo.reminders where user_id = $1 and state in ('scheduled', 'sending')`,
    [user.user],
  )
  expect(rows).toEqual([])
  await user.undo()
  expect((await user.list('all')).map(({due_at: due}) => due)).toEqual(['2036-12-01T09:00:00Z', '2036-12-02T09:00:00Z'])
})

test.each(rounds)('deleting everything against the event that makes the next (%i)', async (round) => {
  const task = await underWay()
  const [deleted] = await Promise.all([
    user.delete(task.id, round % 2 === 0 ? 'all' : 'following'),
    user.redeliver(task.id),
    user.redeliver(task.id),
  ])
  expect(deleted.status).toBe(200)
  expect(await user.list('all')).toEqual([])
})

test.each(rounds)(
  'a skip up to a date against events and a completion: one is open, and no date comes twice (%i)',
  async () => {
    const task = await user.add()
    await Promise.all([
      user.skip(task.id, {until: '2036-12-03T23:00Z'}),
      user.complete(task.id),
      user.redeliver(task.id),
    ])
    await user.redeliver(...(await user.list('all')).map(({id}) => id))
    expect(await user.open()).toHaveLength(1)
    await expectSound()
  },
)

test.each(rounds)('two undos at once, of a completion and of what came before it, leave one open (%i)', async () => {
  const task = await user.add()
  await user.edit(task.id, {title: 'b'})
  await user.complete(task.id)
  const answers = await Promise.all([user.undo(), user.undo(), user.redeliver(task.id)])
  expect(answers.slice(0, 2).map((answer) => answer?.status)).toEqual([200, 200])
  expect(await user.open()).toMatchObject([{id: task.id, title: 'a'}])
  await expectSound()
})

test.each(rounds)(
  'an undo against another change of the same task: one of the two is refused, or both stand (%i)',
  async () => {
    const task = await user.add()
    await user.edit(task.id, {title: 'b'})
    const [change] = await user.changes()
    const [undone, edited] = await Promise.all([user.undo(change!.id), user.edit(task.id, {priority: 2})])
    expect(edited.status).toBe(200)
    expect([200, 409]).toContain(undone.status)
    expect(await user.get(task.id)).toMatchObject({title: undone.status === 200 ? 'a' : 'b', priority: 2})
  },
)

test('the last change is that when undo was asked for: what is done meanwhile stays, or stands in its way', async () => {
  const [task, other] = [await user.add({recurring_pattern: null}), await user.add({recurring_pattern: null})]
  const holder = new Client({connectionString: user.pipeline.database.url})
  await holder.connect()
  const hold = async () => {
    await holder.query('begin')
    await holder.query('select 1 from todo.tasks where id = $1 for update', [task.id])
  }
  try {
    await user.edit(task.id, {title: 'b'})
    await hold()
    const undoing = user.undo()
    await waitingForLocks(1)
    await user.edit(other.id, {title: 'c'})
    await holder.query('commit')
    expect(await undoing).toMatchObject({status: 200, body: {undone: {task_ids: [task.id]}}})
    expect([await user.get(task.id), await user.get(other.id)]).toMatchObject([{title: 'a'}, {title: 'c'}])

    await user.edit(task.id, {title: 'd'})
    await hold()
    const editing = user.edit(task.id, {title: 'e'})
    await waitingForLocks(1)
    const refused = user.undo()
    await waitingForLocks(2)
    await holder.query('commit')
    expect([await editing, await refused]).toMatchObject([{status: 200}, {status: 409, body: {code: 'changed_since'}}])
    expect(await user.get(task.id)).toMatchObject({title: 'e'})
  } finally {
    await holder.end()
  }
})

async function waitingForLocks(count: number): Promise<void> {
  const blocked = async () =>
    (
      await user.admin.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
    ).rows.length
  await expect.poll(blocked).toBe(count)
}
