import {describe, expect, test} from 'vitest'
import {transcript} from './testing/run-cli.ts'
import {SOME_TASKS, useFakeApi} from './testing/use-fake-api.ts'

const cli = useFakeApi(...SOME_TASKS)
const {run, shown, piped, json} = cli
const lastWrite = () => cli.api.requests.findLast((request) => request.method !== 'GET')!

describe('task edit --scope', () => {
  test('this, following, all', async () => {
    await run(['done', 'plants'])
    expect(await shown('task', 'edit', '4', '--title', 'Water the cactus', '--scope', 'this')).toMatchInlineSnapshot(`
      "Changed 4  Water the cactus  #home
      due      Mon 30 Nov 2026 09:00 CET (08:00 UTC), in 10 days
      repeats  every Monday and Thursday at 09:00
      then     3 Dec, 7 Dec, 10 Dec
      reminds  08:00
      series   this one only; the others are as before
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(lastWrite()).toMatchObject({path: '/api/v1/tasks/4?scope=this', body: {title: 'Water the cactus'}})
    expect(
      await shown('task', 'edit', '4', '--repeat', 'every fri at 9', '--due', '27 nov 9:00', '--scope', 'following'),
    ).toMatchInlineSnapshot(`
      "Changed 4  Water the cactus  #home
      due      Fri 27 Nov 2026 09:00 CET (08:00 UTC), in 7 days
      repeats  every Friday at 09:00
      then     4 Dec, 11 Dec, 18 Dec
      reminds  08:00
      series   a new one from Fri 27 Nov on; what is done stays
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(await shown('task', 'edit', '4', '--tag', 'green', '--scope', 'all')).toMatchInlineSnapshot(`
      "Changed 4  Water the cactus  #home #green
      due      Fri 27 Nov 2026 09:00 CET (08:00 UTC), in 7 days
      repeats  every Friday at 09:00
      then     4 Dec, 11 Dec, 18 Dec
      reminds  08:00
      series   all of them, also what is done
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(cli.api.store.tasks.map(({id, tags}) => [id, tags])).toContainEqual([1, ['home', 'green']])
    expect(await shown('task', 'edit', '4', '--repeat', 'none')).toMatchInlineSnapshot(`
      "Changed 4  Water the cactus  #home #green
      due      Fri 27 Nov 2026 09:00 CET (08:00 UTC), in 7 days
      reminds  08:00
      series   it does not repeat any more; what is done stays
      | undo: todo5 undo
      (exit 0)"
    `)
  })

  test('a closed one leads to the open one of its series', async () => {
    await run(['done', 'plants'])
    expect(await json('task', 'edit', '1', '--priority', 'low', '--scope', 'following')).toMatchObject({
      id: 4,
      priority: 1,
    })
  })

  test('without a scope: a date is for this one, the rest also for what follows; what does not repeat has none', async () => {
    expect(await piped('task', 'edit', 'plants', '--due', '27 nov 9:00')).toMatchInlineSnapshot(`
      "Changed 1  Water the plants  #home
      due      Fri 27 Nov 2026 09:00 CET (08:00 UTC), in 7 days
      repeats  every Monday and Thursday at 09:00
      then     30 Nov, 3 Dec, 7 Dec
      reminds  08:00
      series   this one only; the others are as before
      (exit 0)"
    `)
    expect(lastWrite().path).toBe('/api/v1/tasks/1')
    await run(['task', 'edit', 'stamps', '--priority', 'high', '--scope', 'all'])
    expect(lastWrite().path).toBe('/api/v1/tasks/3')
  })

  test('several in one request, each as it was a moment ago', async () => {
    expect(await piped('task', 'edit', '2', '3', '--priority', 'high')).toMatchInlineSnapshot(`
      "Changed 2  !!! Pay the rent
      due      Tue 1 Dec 2026, in 11 days
      reminds  09:00
      Changed 3  !!! Buy stamps
      (exit 0)"
    `)
    expect(lastWrite().body).toEqual({
      atomic: false,
      operations: [
        {op: 'update', id: 2, if_match: 1, changes: {priority: 3}},
        {op: 'update', id: 3, if_match: 1, changes: {priority: 3}},
      ],
    })
    expect(await piped('task', 'edit', '2', '3', '--title', 'X')).toMatchInlineSnapshot(`
      "| Error: One title for several tasks.  [conflicting_flags, exit 2]
      | Try:   name one task, or leave --title out
      (exit 2)"
    `)
  })

  test('what the server refuses says what to type', async () => {
    expect(await piped('task', 'edit', 'plants', '--repeat', 'daily', '--scope', 'this')).toMatchInlineSnapshot(`
      "| Error: A rule is not of one occurrence.  [rule_needs_scope, exit 4]
      | Try:   a rule is of the series, not of one occurrence:
      |        --scope following        from this one on; what is done stays
      |        todo5 task reschedule 1 WHEN        moves this one only
      (exit 4)"
    `)
    cli.api.troubles.push({kind: 'answer', status: 200, body: JSON.stringify(cli.api.store.tasks[0])})
    const unchanged = structuredClone(cli.api.store.tasks[0])
    await run(['task', 'edit', '1', '--utc', '--priority', 'high'])
    cli.api.troubles.push({kind: 'answer', status: 200, body: JSON.stringify(unchanged)})
    expect(await piped('task', 'edit', '1', '--utc', '--priority', 'low')).toMatchInlineSnapshot(`
      "| Error: Task 1 is at version 2, not "1".  [task_changed, exit 4]
      | Try:   todo5 task show 1        as it is now; then change it again
      (exit 4)"
    `)
    const fault = {field: 'due_at', code: 'due_at_not_in_rule', message: 'x', hint: 'Send recurring_pattern too.'}
    const problem = {code: 'invalid_request', detail: '27 November is no date of the rule.', errors: [fault]}
    cli.api.troubles.push(
      {kind: 'answer', status: 200, body: JSON.stringify(unchanged)},
      {kind: 'answer', status: 422, body: JSON.stringify(problem)},
    )
    expect(await piped('task', 'edit', '1', '--utc', '--due', '27 nov 9:00', '--scope', 'following'))
      .toMatchInlineSnapshot(`
      "| Error: 27 November is no date of the rule.  [due_at_not_in_rule, exit 4]
      | Try:   todo5 task reschedule 1 WHEN        moves this one only
      |        todo5 task edit 1 --due WHEN --repeat RULE        the series gets both
      (exit 4)"
    `)
    expect(await piped('task', 'edit', '1', '--scope', 'some')).toMatchInlineSnapshot(`
      "| Error: Expected --scope=some to be one of: this, following, all.  [invalid_value, exit 2]
      | Try:   todo5 task edit --help
      (exit 2)"
    `)
    expect(await piped('task', 'edit', '1', '--scope', 'all')).toMatchInlineSnapshot(`
      "| Error: Nothing to change is given.  [nothing_to_change, exit 2]
      | Try:   todo5 task edit --help
      (exit 2)"
    `)
  })
})

describe('task reschedule', () => {
  test('moves this one; a day keeps the time of day', async () => {
    expect(await shown('task', 'reschedule', 'plants', 'friday')).toMatchInlineSnapshot(`
      "Moved  1  Water the plants  #home  to Fri 27 Nov 09:00  (was Thu 26 Nov 09:00)
      | Only this one: the next comes as before.
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(lastWrite()).toMatchObject({
      method: 'PATCH',
      path: '/api/v1/tasks/1?scope=this',
      body: {due_at: '2026-11-27T08:00:00Z', due_has_time: true},
    })
    // 09:00 of today is past, so all of today is left.
    expect(await json('task', 'reschedule', 'plants', 'today')).toMatchObject({due_at: '2026-11-20T22:59:59Z'})
    expect(await piped('task', 'reschedule', '2', '3', '2026-12-04')).toMatchInlineSnapshot(`
      "Moved  2  Pay the rent  to 2026-12-04  (was 2026-12-01)
      Moved  3  Buy stamps  to 2026-12-04
      (exit 0)"
    `)
    expect(await piped('task', 'reschedule', 'rent', 'tomorrow 17:00')).toMatchInlineSnapshot(`
      "Moved  2  Pay the rent  to 2026-11-21 17:00+01:00  (was 2026-12-04)
      (exit 0)"
    `)
    expect(await json('task', 'reschedule', '3', '4 dec 9:00')).toMatchObject({id: 3, due_at: '2026-12-04T08:00:00Z'})
  })

  test('refuses what it cannot read, and what is closed', async () => {
    expect(await piped('task', 'reschedule', 'plants')).toMatchInlineSnapshot(`
      "| Error: WHEN is missing: todo5 task reschedule REF... WHEN  [missing_argument, exit 2]
      | Try:   todo5 task reschedule --help
      (exit 2)"
    `)
    expect(await piped('task', 'reschedule', 'plants', 'tomorrow', '9:00')).toMatchInlineSnapshot(`
      "| Error: "tomorrow 9:00" looks like one date in two words.  [unquoted_date, exit 2]
      | Try:   todo5 task reschedule plants "tomorrow 9:00"
      (exit 2)"
    `)
    expect(await piped('task', 'reschedule', 'plants', 'rent', 'soonish')).toMatchInlineSnapshot(`
      "| Error: "soonish" is no date that todo5 understands.  [invalid_date, exit 2]
      | Try:   examples: "tomorrow 9am", friday, "1 dec 17:30", 2026-12-01, 2026-12-01T09:00Z, "in 2 hours",
      |        3d
      (exit 2)"
    `)
    await run(['done', 'plants'])
    expect(await piped('task', 'reschedule', '1', 'friday')).toMatchInlineSnapshot(`
      "| Error: 1 was done today; open in this series: 4.  [task_closed, exit 4]
      | Try:   todo5 task reschedule 4 friday
      (exit 4)"
    `)
  })
})

describe('task show and history', () => {
  test('the life of a series', async () => {
    const {store} = cli.api
    store.complete(1)
    store.now = Date.UTC(2026, 10, 30, 10, 30)
    store.complete(4)
    store.skip(5, undefined)
    const later = {tty: 80, now: store.now}
    expect(transcript(await run(['task', 'show', 'plants', '--next', '3'], later))).toMatchInlineSnapshot(`
      "6  Water the plants  #home  open
      due      Mon 7 Dec 2026 09:00 CET (08:00 UTC), in 7 days
      repeats  every Monday and Thursday at 09:00
      then     10 Dec, 14 Dec, 17 Dec
      reminds  08:00
      series   ● ● ○ ◉ · · ·   2 done, 1 of them late, 1 skipped
      streak   100 % done; 2 in a row now, 2 at best

      WAS DUE           STATE    LATE  ID
      Thu 3 Dec 09:00   skipped         5
      Mon 30 Nov 09:00  done     2 h    4
      Thu 26 Nov 09:00  done            1
      | history: todo5 task history 6
      (exit 0)"
    `)
    expect(transcript(await run(['task', 'show', '4', '--past', '1'], {...later, env: {TODO5_ASCII: '1'}})))
      .toMatchInlineSnapshot(`
        "4  Water the plants  #home  done
        due       Mon 30 Nov 2026 09:00 CET (08:00 UTC)
        done      Mon 30 Nov 2026 11:30 CET
        repeats   every Monday and Thursday at 09:00
        series    xx->.....   2 done, 1 of them late, 1 skipped
        streak    100 % done; 2 in a row now, 2 at best
        open now  todo5 task show 6

        WAS DUE          STATE    LATE  ID
        Thu 3 Dec 09:00  skipped         5
        | history: todo5 task history 4
        (exit 0)"
      `)
    expect(cli.api.requests.findLast(({path}) => path.includes('series'))!.path).toBe(
      '/api/v1/tasks/4/series?limit=10&next=5',
    )
    expect(await json('task', 'show', 'plants')).toMatchObject({
      id: 6,
      series: {live: true, occurrences: [{state: 'open'}, {state: 'skipped'}, {state: 'done'}, {state: 'done'}]},
    })
    expect(await json('task', 'show', 'stamps')).toMatchObject({id: 3, series: null})
  })

  test('why a reminder did not come', async () => {
    const {store} = cli.api
    store.verdicts.push('The reminder of 26 Nov 08:00 was not sent: the mail server refused our login.')
    store.deliveries.push({
      at: '2026-11-26T07:00:00Z',
      kind: 'delivery.retry',
      text: 'E-mail, try 1 of 11: 535 authentication failed',
      reminder_id: 10,
      details: {},
    })
    expect(await shown('task', 'history', 'plants')).toMatchInlineSnapshot(`
      "The reminder of 26 Nov 08:00 was not sent: the mail server refused our login.

      WHEN             WHAT            DETAILS
      20 Nov 10:00:00  task.created    Added.
      26 Nov 08:00:00  delivery.retry  E-mail, try 1 of 11: 535 authentication failed
      | 1  Water the plants  #home
      (exit 0)"
    `)
    expect(cli.api.requests.at(-1)!.path).toBe('/api/v1/tasks/1/history?time_zone=Europe%2FBerlin')
    expect(await json('task', 'history', '1', '--utc')).toMatchObject({
      task_id: 1,
      verdicts: [expect.stringContaining('refused our login')],
      entries: [{}, {}],
    })
    expect(await piped('task', 'history', '99')).toMatchInlineSnapshot(`
      "| Error: There is no task 99.  [task_not_found, exit 3]
      | Try:   List your tasks to see their ids.
      (exit 3)"
    `)
  })
})
