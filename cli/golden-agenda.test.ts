import {expect, test} from 'vitest'
import {transcript} from './testing/run-cli.ts'
import {addSomeTasks} from './testing/some-tasks.ts'
import {useFakeApi} from './testing/use-fake-api.ts'

const cli = useFakeApi()

test('today is what is overdue and what is due until midnight', async () => {
  addSomeTasks(cli.api)
  expect(await cli.shown('today')).toMatchInlineSnapshot(`
    "   ID  DUE          TASK                REPEATS      REMIND
    !   1  2 d late     !!! Send timesheet  weekly, Wed
        2  today 17:00  Backup check  #ops  daily        1h
    | 1 overdue · 1 ahead today · Europe/Berlin
    (exit 0)"
  `)
  expect(await cli.json('today')).toMatchObject({tasks: [{id: 1}, {id: 2}], next_cursor: null})
  // Where it is 18:00 now, the backup is due at 01:00 of the next day.
  expect(await cli.shown('today', '--tz', 'Asia/Tokyo')).toMatchInlineSnapshot(`
    "   ID  DUE       TASK                REPEATS
    !   1  1 d late  !!! Send timesheet  weekly, Thu
    | 1 overdue · Asia/Tokyo
    (exit 0)"
  `)
})

test('nothing due today is said, with where to look', async () => {
  expect(await cli.shown('today')).toMatchInlineSnapshot(`
    "| Nothing is due today.
    | what comes: todo5 task agenda
    (exit 0)"
  `)
  expect(await cli.shown('task', 'agenda', '--days', '1')).toMatchInlineSnapshot(`
    "| Nothing is due today.
    (exit 0)"
  `)
  expect(await cli.json('task', 'agenda')).toEqual({time_zone: 'Europe/Berlin', overdue: [], days: []})
})

test('the agenda has each day, and what series will have', async () => {
  addSomeTasks(cli.api)
  expect(await cli.shown('task', 'agenda', '--days', '8')).toMatchInlineSnapshot(`
    "Overdue
       1  2 d late  !!! Send timesheet       weekly, Wed

    Today, Fri 20 Nov
       2  17:00     Backup check  #ops       daily

    Tomorrow, Sat 21 Nov
          17:00     Backup check  #ops       daily

    Sun 22 Nov
          17:00     Backup check  #ops       daily

    Wed 25 Nov
          17:00     !!! Send timesheet       weekly, Wed

    Thu 26 Nov
       3  09:00     Water the plants  #home  Mon, Thu
    (exit 0)"
  `)
  expect(await cli.piped('task', 'agenda', '--days', '8')).toMatchInlineSnapshot(`
    "ID  DUE                     TASK                     REPEATS
     1  2026-11-18 17:00+01:00  !!! Send timesheet       weekly, Wed
     2  2026-11-20 17:00+01:00  Backup check  #ops       daily
        2026-11-21 17:00+01:00  Backup check  #ops       daily
        2026-11-22 17:00+01:00  Backup check  #ops       daily
        2026-11-25 17:00+01:00  !!! Send timesheet       weekly, Wed
     3  2026-11-26 09:00+01:00  Water the plants  #home  Mon, Thu
    (exit 0)"
  `)
  const {stdout} = await cli.run(['task', 'agenda', '--days', '40'], {tty: 50})
  expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(50)
  const agenda = (await cli.json('task', 'agenda', '--days', '8')) as {
    days: {date: string; entries: {due_at: string; projected: boolean; task: {id: number}}[]}[]
  }
  expect(
    agenda.days.map(({date, entries}) => [date, entries.map(({task, projected}) => [task.id, projected])]),
  ).toEqual([
    ['2026-11-20', [[2, false]]],
    ['2026-11-21', [[2, true]]],
    ['2026-11-22', [[2, true]]],
    ['2026-11-25', [[1, true]]],
    ['2026-11-26', [[3, false]]],
  ])
})

test('a whole day is in its day, and a series that is too long to be told is named', async () => {
  cli.api.store.create({title: 'Rent', due_at: '2026-11-21T22:59:59Z', due_has_time: false})
  cli.api.store.create({title: 'Ping', due_at: '2026-11-20T10:00:00Z', recurring_pattern: 'FREQ=MINUTELY'})
  const shown = transcript(await cli.run(['task', 'agenda', '--days', '2', '--utc'], {}))
  expect(shown).toContain('2026-11-21')
  expect(shown).toContain('Of "Ping" only the next 100 dates are shown.')
  expect(shown.split('\n').filter((line) => line.includes('Ping'))).toHaveLength(102)
})
