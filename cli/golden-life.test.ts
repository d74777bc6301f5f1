import {describe, expect, test} from 'vitest'
import {transcript} from './testing/run-cli.ts'
import {PLANTS, useFakeApi} from './testing/use-fake-api.ts'

const cli = useFakeApi(
  PLANTS,
  {
    title: 'Stand-up',
    tags: ['work'],
    due_at: '2026-11-20T09:30:00Z',
    recurring_pattern: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR',
  },
  {title: 'Pay the rent', due_at: '2026-12-01T11:00:00Z', recurring_pattern: 'FREQ=MONTHLY;COUNT=2'},
  {title: 'Buy stamps', due_at: '2026-11-20T16:00:00Z'},
)
const {run, shown, piped, json} = cli
const writes = () => cli.api.requests.filter((request) => request.method !== 'GET')
const states = () =>
  cli.api.store.tasks.map(
    (task) =>
      `${task.id} ${task.deleted_at ? 'deleted' : task.completed_at ? 'done' : task.skipped_at ? 'skipped' : 'open'}`,
  )

describe('task skip', () => {
  test('this one, and the next one follows', async () => {
    expect(await shown('task', 'skip', 'plants')).toMatchInlineSnapshot(`
      "Skipped  1  Water the plants  #home  (Thu 26 Nov 09:00)
      Next  5  Mon 30 Nov 09:00, reminder 08:00
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(writes()).toMatchObject([{method: 'POST', path: '/api/v1/tasks/1/skip', body: {}}])
    expect(writes()[0]!.headers['prefer']).toBe('wait=5')
    expect(await piped('task', 'skip', '5')).toMatchInlineSnapshot(`
      "Skipped  5  Water the plants  #home  (2026-11-30 09:00+01:00)
      Next  6  2026-12-03 09:00+01:00, reminder 2026-12-03 08:00+01:00
      (exit 0)"
    `)
    expect(await json('task', 'skip', '6')).toMatchObject({
      skipped: [{id: 6, skipped_at: '2026-11-20T09:00:00Z'}],
      next: {id: 7},
      next_pending: false,
    })
  })

  test('all up to a day, that day included', async () => {
    expect(await shown('task', 'skip', 'plants', '--until', '10 dec')).toMatchInlineSnapshot(`
      "Skipped 5 times  1  Water the plants  #home  (26 Nov, 30 Nov, 3 Dec, 7 Dec, 10
        Dec)
      Next  9  Mon 14 Dec 09:00, reminder 08:00
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(writes()[0]!.body).toEqual({until: '2026-12-10T22:59:59Z'})
    expect(await shown('task', 'skip', 'stand-up', '--until', '2026-12-24')).toMatchInlineSnapshot(`
      "Skipped 25 times  2  Stand-up  #work  (20 Nov to 24 Dec)
      Next  34  Fri 25 Dec 10:30, reminder 09:30
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(await shown('task', 'skip', 'rent', '--until', '2027-06-01')).toMatchInlineSnapshot(`
      "Skipped 2 times  3  Pay the rent  (1 Dec, 1 Jan 2027)
      That was the last of its series.
      | undo: todo5 undo
      (exit 0)"
    `)
  })

  test('a holiday: everything with a tag, one undo', async () => {
    cli.api.store.create({
      title: 'Report',
      tags: ['work'],
      due_at: '2026-12-18T12:00:00Z',
      recurring_pattern: 'FREQ=WEEKLY',
    })
    const before = states()
    expect(await shown('task', 'skip', '--tag', '#work', '--until', '2026-12-01')).toMatchInlineSnapshot(`
      "Skipped 8 times  2  Stand-up  #work  (20 Nov to 1 Dec)
      Next  13  Wed 2 Dec 10:30, reminder 09:30
      | undo: todo5 undo
      (exit 0)"
    `)
    const {results} = (await json('task', 'skip', '--tag', 'work', '--until', '2026-12-20')) as {
      results: {skipped: {title: string}[]; next: {title: string}}[]
    }
    expect(results.map(({skipped, next}) => [skipped.length, skipped[0]!.title, next.title])).toEqual([
      [13, 'Stand-up', 'Stand-up'],
      [1, 'Report', 'Report'],
    ])
    expect(writes().at(-1)).toMatchObject({path: '/api/v1/tasks/batch', body: {atomic: false}})
    expect((await run(['undo'])).code).toBe(0)
    expect((await run(['undo'])).code).toBe(0)
    expect(states()).toEqual(before)
  })

  test('refuses what has nothing to skip', async () => {
    expect(await piped('task', 'skip', 'stamps')).toMatchInlineSnapshot(`
      "| Error: 4 Buy stamps does not repeat, so there is nothing to skip to.  [not_recurring, exit 4]
      | Try:   todo5 task delete 4
      |        todo5 task reschedule 4 WHEN
      (exit 4)"
    `)
    expect(await piped('task', 'skip', 'rent', '--until', '2026-11-25')).toMatchInlineSnapshot(`
      "| Error: Task 3 comes later than that.  [nothing_to_skip, exit 4]
      | Try:   todo5 task show 3        when it comes
      (exit 4)"
    `)
    expect(await piped('task', 'skip', '--tag', 'home', '--until', '2026-11-25')).toMatchInlineSnapshot(`
      "| Error: Nothing with #home comes until then.  [nothing_to_skip, exit 4]
      | Try:   todo5 task list recurring --tag home
      (exit 4)"
    `)
    expect(await piped('task', 'skip', '--tag', 'garden')).toMatchInlineSnapshot(`
      "| Error: No open task that repeats has #garden.  [nothing_to_skip, exit 4]
      | Try:   todo5 task list recurring --tag garden
      (exit 4)"
    `)
    expect(await piped('task', 'skip', 'rent', '--until', 'yesterday')).toMatchInlineSnapshot(`
      "| Error: --until yesterday is past.  [invalid_date, exit 2]
      | Try:   name the last day to skip: --until "10 jan"
      (exit 2)"
    `)
    expect(await piped('task', 'skip')).toMatchInlineSnapshot(`
      "| Error: REF or --tag is missing: todo5 task skip REF...  [missing_argument, exit 2]
      | Try:   todo5 task skip --help
      (exit 2)"
    `)
    expect(await json('task', 'skip')).toMatchObject({error: {code: 'missing_argument'}})
    expect(states()).toEqual(['1 open', '2 open', '3 open', '4 open'])
  })
})

describe('several at once', () => {
  test('each by itself, in one request', async () => {
    expect(await piped('done', 'plants', '99', 'rent')).toMatchInlineSnapshot(`
      "Done  1  Water the plants  #home  (6 days early)
      Next  5  2026-11-30 09:00+01:00, reminder 2026-11-30 08:00+01:00
      Done  3  Pay the rent  (11 days early)
      Next  6  2027-01-01 12:00+01:00, reminder 2027-01-01 11:00+01:00
      | Error: There is no task 99.  [task_not_found, exit 3]
      | Try:   List your tasks to see their ids.
      (exit 3)"
    `)
    expect(writes()).toHaveLength(1)
    expect(writes()[0]!.body).toEqual({
      atomic: false,
      operations: [
        {op: 'complete', id: 1},
        {op: 'complete', id: 3},
      ],
    })
    expect(states()).toEqual(['1 done', '2 open', '3 done', '4 open', '5 open', '6 open'])
  })

  test('what the server refuses stands in its place', async () => {
    expect(await piped('task', 'skip', 'rent', 'stand-up', '--until', '2026-11-23')).toMatchInlineSnapshot(`
      "Skipped 2 times  2  Stand-up  #work  (2026-11-20 10:30+01:00, 2026-11-23 10:30+01:00)
      Next  6  2026-11-24 10:30+01:00, reminder 2026-11-24 09:30+01:00
      | Error: Task 3 comes later than that.  [nothing_to_skip, exit 4]
      | Try:   todo5 task show 3        when it comes
      (exit 4)"
    `)
    expect(await json('task', 'skip', '1', '5', '--until', '2026-11-23')).toMatchObject({
      results: [{error: {code: 'nothing_to_skip', hints: ['todo5 task show 1        when it comes']}}, {error: {}}],
    })
  })

  test('all or none', async () => {
    expect(await piped('task', 'done', '1', '99', '--atomic')).toMatchInlineSnapshot(`
      "| Error: There is no task 99.  [task_not_found, exit 3]
      | Try:   List your tasks to see their ids.
      (exit 3)"
    `)
    expect(writes()).toEqual([])
    expect(await piped('task', 'skip', '2', '3', '--until', '2026-11-23', '--atomic')).toMatchInlineSnapshot(`
      "| Error: Task 3 comes later than that. Nothing was changed: it is all or none.
      |        [nothing_to_skip, exit 4]
      | Try:   todo5 task show 3        when it comes
      (exit 4)"
    `)
    expect(states()).toEqual(['1 open', '2 open', '3 open', '4 open'])
    expect(await piped('task', 'done', '1', '4', '--atomic')).toMatchInlineSnapshot(`
      "Done  1  Water the plants  #home  (6 days early)
      Next  5  2026-11-30 09:00+01:00, reminder 2026-11-30 08:00+01:00
      Done  4  Buy stamps  (7 h early)
      (exit 0)"
    `)
    expect(writes().at(-1)!.body).toMatchObject({atomic: true})
  })

  test('one that is named twice is changed once', async () => {
    expect(await json('done', 'stamps', '4')).toMatchObject({results: [{completed: {id: 4}}]})
  })

  test('more than a request takes go in several; all or none then is refused', async () => {
    for (let count = 0; count < 101; count++) cli.api.store.create({title: `Many ${count}`})
    const ids = Array.from({length: 101}, (_, index) => String(index + 5))
    expect(await piped('done', ...ids, '--atomic')).toMatchInlineSnapshot(`
      "| Error: All or none works for 100 tasks at most, these are 101.  [too_many, exit 2]
      | Try:   leave --atomic out, or name fewer
      (exit 2)"
    `)
    const {code, stderr} = await run(['done', ...ids])
    expect([code, stderr]).toEqual([0, 'undo: todo5 undo --list\n'])
    expect(writes().map(({body}) => (body as {operations: unknown[]}).operations.length)).toEqual([100, 1])
  })
})

describe('undo', () => {
  test('the last change, then the one before', async () => {
    await run(['done', 'plants'])
    await run(['task', 'edit', 'stamps', '--title', 'Buy envelopes'])
    expect(await shown('undo', '--list')).toMatchInlineSnapshot(`
      "ID  WHEN          WHAT     TASK
       2  20 Nov 10:00  changed  4  Buy envelopes
       1  20 Nov 10:00  done     1  Water the plants
      (exit 0)"
    `)
    expect(await shown('undo')).toMatchInlineSnapshot(`
      "Taken back: changed  4  Buy envelopes
      Open  4  Buy stamps  Fri 20 Nov 17:00
      (exit 0)"
    `)
    expect(await shown('undo')).toMatchInlineSnapshot(`
      "Taken back: done  1  Water the plants
      Open  1  Water the plants  #home  Thu 26 Nov 09:00
      Gone  5
      (exit 0)"
    `)
    expect(await shown('undo')).toMatchInlineSnapshot(`
      "| Error: There is nothing to undo.  [nothing_to_undo, exit 4]
      | Try:   todo5 undo --list        what can be taken back, newest first
      (exit 4)"
    `)
    expect(await shown('undo', '--list')).toMatchInlineSnapshot(`
      "| There is nothing to take back.
      (exit 0)"
    `)
    expect(cli.api.store.tasks.filter((task) => task.title === 'Buy stamps')).toHaveLength(1)
  })

  test('an earlier one by its id, unless something came after it', async () => {
    await run(['done', 'stamps'])
    await run(['done', 'plants'])
    await run(['task', 'edit', '5', '--priority', 'high'])
    expect(await piped('undo', '2')).toMatchInlineSnapshot(`
      "| Error: Change 3 came after it: Water the plants.  [changed_since, exit 4]
      | Try:   Undo 3 first.
      |        todo5 undo --list        what can be taken back, newest first
      (exit 4)"
    `)
    expect(await piped('undo', '1')).toMatchInlineSnapshot(`
      "Taken back: done  4  Buy stamps
      Open  4  Buy stamps  2026-11-20 17:00+01:00
      (exit 0)"
    `)
    expect(await piped('undo', '1')).toMatchInlineSnapshot(`
      "| Error: There is no change 1 that can be undone.  [change_not_found, exit 3]
      | Try:   todo5 undo --list        what can be taken back, newest first
      (exit 3)"
    `)
    expect(writes().at(-1)!.body).toEqual({id: 1})
    expect(await piped('undo', '1', '--list')).toMatchInlineSnapshot(`
      "| Error: --list shows all changes; an id names one.  [conflicting_flags, exit 2]
      | Try:   keep one of them
      (exit 2)"
    `)
    expect(await piped('undo', 'plants')).toMatchInlineSnapshot(`
      "| Error: "plants" is no id of a change.  [invalid_ref, exit 2]
      | Try:   todo5 undo --list        what can be taken back, newest first
      (exit 2)"
    `)
  })

  test('as JSON', async () => {
    await run(['done', '1', '4'])
    expect(await json('undo', '--list')).toEqual({
      changes: [
        {id: 1, change: 'batch', task_ids: [1, 4], title: 'Water the plants', made_at: '2026-11-20T09:00:00.000Z'},
      ],
    })
    expect(await json('undo')).toMatchObject({
      undone: {id: 1, change: 'batch'},
      tasks: [
        {id: 1, completed_at: null},
        {id: 4, completed_at: null},
      ],
      removed_task_ids: [5],
    })
    expect(await json('undo')).toMatchObject({error: {code: 'nothing_to_undo'}})
  })
})

describe('task delete', () => {
  test('says how far it went', async () => {
    await run(['done', 'plants', 'stand-up'])
    expect(await shown('task', 'delete', '5', '--scope', 'this')).toMatchInlineSnapshot(`
      "Skipped  5  Water the plants  #home
      The next one follows.
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(await shown('task', 'delete', '6', '--scope', 'following')).toMatchInlineSnapshot(`
      "Deleted  6  Stand-up  #work
      The series ends here; what is done stays.
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(await shown('task', 'delete', '1', '--scope', 'all')).toMatchInlineSnapshot(`
      "Deleted  1  Water the plants  #home
      The whole series is gone, also what was done.
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(await shown('task', 'delete', '2')).toMatchInlineSnapshot(`
      "Deleted  2  Stand-up  #work
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(states()).toEqual(['1 deleted', '2 deleted', '3 open', '4 open', '5 deleted', '6 deleted', '7 deleted'])
    expect(await json('task', 'delete', 'stamps')).toMatchObject({id: 4, deleted_at: '2026-11-20T09:00:00Z'})
  })

  test('asks a person at a terminal', async () => {
    const asked = async (answer: string | undefined) =>
      transcript(await run(['task', 'delete', 'rent'], {tty: 80, answer}))
    expect(await asked(undefined)).toMatchInlineSnapshot(`
      "| 3  Pay the rent repeats. What shall be deleted?
      |   1  this one: it is skipped, the next follows
      |   2  this and the following: the series ends, what is done stays
      |   3  the whole series, also what is done
      | Number (nothing: keep it): 
      | Error: Nothing was deleted.  [not_confirmed, exit 4]
      (exit 4)"
    `)
    expect(await asked('4')).toContain('Nothing was deleted.')
    expect(writes()).toEqual([])
    expect(await asked('2')).toContain('The series ends here; what is done stays.')
    expect(writes().at(-1)!.path).toBe('/api/v1/tasks/3?scope=following')
    // What does not repeat needs no answer, and with --json nobody is asked.
    expect((await run(['task', 'delete', 'stamps'], {tty: 80, answer: 'x'})).code).toBe(0)
    const {code, stdout} = await run(['task', 'delete', 'plants', '--json'], {tty: 80, answer: '1'})
    expect([code, JSON.parse(stdout)]).toMatchObject([2, {error: {code: 'scope_required'}}])
  })
})

test('a dry run says what would be sent, and sends nothing', async () => {
  const before = states()
  expect(await shown('task', 'skip', 'plants', '--until', '10 dec', '-n')).toMatchInlineSnapshot(`
    "Would send POST /tasks/1/skip  {"until":"2026-12-10T22:59:59Z"}
    | Nothing was changed.
    (exit 0)"
  `)
  expect(await piped('done', '1', '4', '--atomic', '--dry-run')).toMatchInlineSnapshot(`
    "Would send POST /tasks/batch  {"atomic":true,"operations":[{"op":"complete","id":1},{"op":"complete","id":4}]}
    | Nothing was changed.
    (exit 0)"
  `)
  expect(await piped('task', 'delete', 'rent', '--scope', 'all', '-n')).toMatchInlineSnapshot(`
    "Would send DELETE /tasks/3?scope=all
    | Nothing was changed.
    (exit 0)"
  `)
  expect(await piped('undo', '-n')).toMatchInlineSnapshot(`
    "Would send POST /undo  {}
    | Nothing was changed.
    (exit 0)"
  `)
  expect(await piped('done', '1', '99', '-n')).toContain('task_not_found')
  expect(await json('task', 'edit', 'rent', '--title', 'Rent', '-n')).toEqual({
    dry_run: true,
    steps: [{method: 'PATCH', path: '/tasks/3', headers: {'if-match': '"1"'}, body: {title: 'Rent'}}],
  })
  expect(await json('task', 'reopen', '1', '-n')).toEqual({
    dry_run: true,
    steps: [{method: 'POST', path: '/tasks/1/reopen', headers: {}, body: null}],
  })
  expect(await json('task', 'add', 'X', '--due', '2026-12-01T09:00Z', '-n')).toMatchObject({
    dry_run: true,
    steps: [{method: 'POST', path: '/tasks', body: {title: 'X', due_at: '2026-12-01T09:00:00Z'}}],
  })
  expect(writes()).toEqual([])
  expect(states()).toEqual(before)
})
