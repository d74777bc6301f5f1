import {describe, expect, test} from 'vitest'
import {SOME_TASKS, useFakeApi} from './testing/use-fake-api.ts'

const cli = useFakeApi(...SOME_TASKS)
const {run, shown, piped, json} = cli
const lastWrite = () => cli.api.requests.findLast((request) => request.method !== 'GET')!

describe('task snooze', () => {
  test('for a while, or until then', async () => {
    expect(await shown('task', 'snooze', 'plants', '10m')).toMatchInlineSnapshot(`
      "Snoozed  1  Water the plants  #home  reminder today 10:10
      | Still due Thu 26 Nov 09:00.
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(lastWrite()).toMatchObject({path: '/api/v1/tasks/1/snooze', body: {for_seconds: 600}})
    expect(await shown('task', 'snooze', 'plants', 'tomorrow 9:00')).toMatchInlineSnapshot(`
      "Snoozed  1  Water the plants  #home  reminder Sat 21 Nov 09:00
      | Still due Thu 26 Nov 09:00.
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(lastWrite().body).toEqual({until: '2026-11-21T08:00:00Z'})
    expect(await piped('task', 'snooze', 'stamps', 'friday')).toMatchInlineSnapshot(`
      "Snoozed  3  Buy stamps  reminder 2026-11-27 09:00+01:00
      (exit 0)"
    `)
    // A day is its morning, in the zone that was named.
    await run(['task', 'snooze', '1', '2026-12-01', '--tz', 'America/New_York'])
    expect(lastWrite().body).toEqual({until: '2026-12-01T14:00:00Z'})
    expect(await json('task', 'snooze', '1', '3', '2 hours')).toMatchObject({
      results: [
        {id: 1, reminders: [{offset_seconds: null, reminder_at: '2026-11-20T11:00:00Z'}]},
        {id: 3, due_at: null},
      ],
    })
  })

  test('refuses the past and nonsense', async () => {
    expect(await piped('task', 'snooze', 'plants', 'today')).toMatchInlineSnapshot(`
      "| Error: "today" is past: a reminder cannot come then.  [snooze_in_past, exit 2]
      | Try:   examples: 10m, 2h, tomorrow, "friday 9:00"
      (exit 2)"
    `)
    expect(await piped('task', 'snooze', 'plants', 'later')).toMatchInlineSnapshot(`
      "| Error: "later" is no date that todo5 understands.  [invalid_date, exit 2]
      | Try:   examples: "tomorrow 9am", friday, "1 dec 17:30", 2026-12-01, 2026-12-01T09:00Z, "in 2 hours",
      |        3d
      (exit 2)"
    `)
    expect(await piped('task', 'snooze', '10m')).toMatchInlineSnapshot(`
      "| Error: FOR is missing: todo5 task snooze REF... FOR  [missing_argument, exit 2]
      | Try:   todo5 task snooze --help
      (exit 2)"
    `)
    await run(['done', 'stamps'])
    expect(await piped('task', 'snooze', '3', '10m')).toMatchInlineSnapshot(`
      "| Error: 3 was done today.  [task_closed, exit 4]
      | Try:   todo5 task reopen 3
      (exit 4)"
    `)
  })
})

describe('task remind', () => {
  test('other offsets, none, nagging', async () => {
    expect(await shown('task', 'remind', 'plants', '1h', '1d')).toMatchInlineSnapshot(`
      "Changed 1  Water the plants  #home
      due      Thu 26 Nov 2026 09:00 CET (08:00 UTC), in 6 days
      repeats  every Monday and Thursday at 09:00
      then     30 Nov, 3 Dec, 7 Dec
      reminds  25 Nov 09:00, 26 Nov 08:00
      series   this one and all to come; what is done stays as it was
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(lastWrite()).toMatchObject({
      path: '/api/v1/tasks/1',
      body: {reminders: [{offset_seconds: 86_400}, {offset_seconds: 3600}]},
    })
    await run(['task', 'remind', 'plants', '--nag', '15m', '--scope', 'this'])
    expect(lastWrite()).toMatchObject({
      path: '/api/v1/tasks/1?scope=this',
      body: {
        reminders: [
          {offset_seconds: 86_400, nag_every_seconds: 900},
          {offset_seconds: 3600, nag_every_seconds: 900},
        ],
      },
    })
    expect(await piped('task', 'remind', '1', '2', '--none')).toMatchInlineSnapshot(`
      "Changed 1  Water the plants  #home
      due      Thu 26 Nov 2026 09:00 CET (08:00 UTC), in 6 days
      repeats  every Monday and Thursday at 09:00
      then     30 Nov, 3 Dec, 7 Dec
      reminds  not at all
      series   this one and all to come; what is done stays as it was
      Changed 2  Pay the rent
      due      Tue 1 Dec 2026, in 11 days
      reminds  not at all
      (exit 0)"
    `)
    await run(['task', 'remind', 'plants', '1h', '--channel', 'email', '--channel', 'push'])
    expect(lastWrite().body).toEqual({reminders: [{offset_seconds: 3600, channels: ['email', 'push']}]})
    await run(['task', 'edit', 'plants', '--channel', 'webhook'])
    expect(lastWrite().body).toEqual({reminders: [{offset_seconds: 3600, channels: ['webhook']}]})
    // Of a whole day, days are counted from its morning.
    await run(['task', 'remind', 'rent', '1d'])
    expect(lastWrite().body).toEqual({reminders: [{offset_seconds: 86_400 + 53_999}]})
  })

  test('refuses what says nothing', async () => {
    expect(await piped('task', 'remind', 'plants')).toMatchInlineSnapshot(`
      "| Error: OFFSET is missing: how long before the due date?  [missing_argument, exit 2]
      | Try:   todo5 task remind plants 1h 1d
      |        todo5 task remind plants --none
      (exit 2)"
    `)
    expect(await piped('task', 'remind', '1h')).toMatchInlineSnapshot(`
      "| Error: REF is missing: todo5 task remind REF... OFFSET...  [missing_argument, exit 2]
      | Try:   todo5 task remind --help
      (exit 2)"
    `)
    expect(await piped('task', 'remind', 'plants', '1h', '--none')).toMatchInlineSnapshot(`
      "| Error: --none stands with other reminders.  [conflicting_flags, exit 2]
      | Try:   keep one of them
      (exit 2)"
    `)
    await run(['done', 'plants'])
    expect(await piped('task', 'remind', '1', '1h')).toMatchInlineSnapshot(`
      "| Error: Task 1 is closed: reminders cannot change any more.  [task_closed, exit 4]
      | Try:   --scope following        changes the open one of its series
      |        todo5 task reopen 1
      (exit 4)"
    `)
    expect(await piped('task', 'remind', 'stamps', '1h')).toMatchInlineSnapshot(`
      "| Error: 3 Buy stamps has no due date to be reminded before.  [no_due_date, exit 4]
      | Try:   todo5 task edit 3 --due "tomorrow 9am" --remind 1h
      |        todo5 task snooze 3 2h        reminds in two hours
      (exit 4)"
    `)
  })
})

test('a list says how many reminders of its tasks failed', async () => {
  cli.api.store.tasks[0]!.reminders[0]!.state = 'failed'
  const {stderr} = await run(['task', 'list'])
  expect(stderr).toContain('1 reminder failed (todo5 reminder list)')
})
