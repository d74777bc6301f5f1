import {describe, expect, test} from 'vitest'
import {type RunOptions, transcript} from './testing/run-cli.ts'
import {useFakeApi} from './testing/use-fake-api.ts'

const cli = useFakeApi()
const {run, piped} = cli
const shown = async (line: string[], options?: RunOptions): Promise<string> => transcript(await run(line, options))

describe('task add', () => {
  test('shows how it was read', async () => {
    expect(
      await shown([
        'task',
        'add',
        'Water the plants',
        '--due',
        'mon 9:00',
        '--repeat',
        'every mon and thu',
        '-t',
        'home',
      ]),
    ).toMatchInlineSnapshot(`
      "Added 1  Water the plants  #home
      due      Mon 23 Nov 2026 09:00 CET (08:00 UTC), in 3 days
      repeats  every Monday and Thursday at 09:00
      then     26 Nov, 30 Nov, 3 Dec
      reminds  08:00
      | ! clocks go forward on 28 Mar: from here one hour later on your clock
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(
      await shown(['task', 'add', 'Pay rent', '--repeat', 'monthly on the 31st', '--remind', '0', '1d', '-p', 'high']),
    ).toMatchInlineSnapshot(`
      "Added 2  !!! Pay rent
      due      Thu 31 Dec 2026, in 41 days
      repeats  every month on the 31st
      then     31 Jan 2027, 31 Mar 2027, 31 May 2027
      reminds  30 Dec 09:00, 31 Dec 09:00
      | ! Monthly on the 31st skips February, April, June, September and November. To
      |   miss no month say "monthly on the last day".
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(await piped('task', 'add', 'Buy', 'milk')).toMatchInlineSnapshot(`
      "Added 3  Buy milk
      (exit 0)"
    `)
  })

  test('sends UTC, and only what was said', async () => {
    const sent = async (...line: string[]): Promise<unknown> => {
      const {code, stderr} = await run(['task', 'add', 'X', ...line], {})
      expect([code, stderr.replace(/^! .*\n/gmu, '')]).toEqual([0, ''])
      return cli.api.requests.findLast((request) => request.method === 'POST')!.body
    }
    expect(await sent()).toEqual({title: 'X'})
    expect(await sent('--due', '2026-12-01')).toEqual({title: 'X', due_at: '2026-12-01T22:59:59Z', due_has_time: false})
    expect(await sent('--due', '2026-12-01', '--utc')).toMatchObject({due_at: '2026-12-01T23:59:59Z'})
    // The weekday and the hour move to where they are in UTC.
    expect(await sent('--repeat', 'every mon at 0:30')).toMatchObject({
      due_at: '2026-11-22T23:30:00Z',
      due_has_time: true,
      recurring_pattern: 'FREQ=WEEKLY;BYDAY=SU;BYHOUR=23;BYMINUTE=30;BYSECOND=0',
    })
    expect(await sent('--repeat', 'every mon at 0:30', '--utc')).toMatchObject({
      due_at: '2026-11-23T00:30:00Z',
      recurring_pattern: 'FREQ=WEEKLY;BYDAY=MO;BYHOUR=0;BYMINUTE=30;BYSECOND=0',
    })
    expect(await sent('--rrule', 'FREQ=DAILY;BYHOUR=7', '--tz', 'Australia/Sydney', '--count', '3')).toMatchObject({
      due_at: '2026-11-20T20:00:00Z',
      recurring_pattern: 'FREQ=DAILY;BYHOUR=20;COUNT=3',
    })
    // A day takes the time of the rule.
    expect(await sent('--due', '1 dec', '--repeat', 'every tue at 9')).toMatchObject({
      due_at: '2026-12-01T08:00:00Z',
      due_has_time: true,
    })
    expect(await sent('--repeat', 'daily at 9', '--until', '2026-12-24', '--catch-up', 'each')).toMatchObject({
      recurring_end_date: '2026-12-24T22:59:59Z',
      catch_up: 'each',
    })
    expect(await sent('--due', 'tomorrow 9am', '--remind', '1h,1d', '--nag', '15m')).toMatchObject({
      reminders: [
        {offset_seconds: 86_400, nag_every_seconds: 900},
        {offset_seconds: 3600, nag_every_seconds: 900},
      ],
    })
    expect(await sent('--due', 'tomorrow', '--remind', 'none')).toMatchObject({reminders: []})
    expect(await sent('--repeat', 'every 3 months', '--anchor', 'completion')).toMatchObject({
      recurring_pattern: 'FREQ=MONTHLY;INTERVAL=3',
      anchor: 'completion',
    })
  })

  test('refuses before anything is sent', async () => {
    const refused = async (...line: string[]): Promise<string> => await piped('task', 'add', ...line)
    expect(await refused('X', '--due', 'soonish')).toMatchInlineSnapshot(`
      "| Error: "soonish" is no date that todo5 understands.  [invalid_date, exit 2]
      | Try:   examples: "tomorrow 9am", friday, "1 dec 17:30", 2026-12-01, 2026-12-01T09:00Z, "in 2 hours",
      |        3d
      (exit 2)"
    `)
    expect(await refused('X', '--repeat', 'FREQ=MONTHLY;BYMONTHDAY=32')).toMatchInlineSnapshot(`
      "|   FREQ=MONTHLY;BYMONTHDAY=32
      |                           ^^
      | Error: BYMONTHDAY=32 is out of range.  [rrule_range, exit 2]
      | Try:   BYMONTHDAY=32: days of a month are 1…31 or −31…−1
      (exit 2)"
    `)
    expect(await refused('X', '--repeat', 'daily', '--tz', 'Mars/X')).toMatchInlineSnapshot(`
      "| Error: There is no time zone Mars/X.  [unknown_time_zone, exit 2]
      | Try:   use a name such as Europe/Berlin, or UTC
      (exit 2)"
    `)
    expect(await refused('X', '--remind', 'soon')).toMatchInlineSnapshot(`
      "| Error: --remind: "soon" is no duration.  [invalid_duration, exit 2]
      | Try:   write it as 10m, 1h, 1h30m, 2d or 1w
      (exit 2)"
    `)
    expect(await refused('X', '--count', '3')).toMatchInlineSnapshot(`
      "| Error: --count needs a rule.  [missing_rule, exit 2]
      | Try:   --repeat "every mon" --count 10
      (exit 2)"
    `)
    expect(await refused('X', '--repeat', 'daily, 3 times', '--count', '3')).toMatchInlineSnapshot(`
      "| Error: --count is given, and the rule has an end of its own.  [conflicting_flags, exit 2]
      | Try:   keep one of them
      (exit 2)"
    `)
    expect(cli.api.requests.filter((request) => request.method !== 'GET')).toEqual([])
  })

  test('gives the task as JSON', async () => {
    const {code, stdout, stderr} = await run(['task', 'add', 'Buy milk', '--due', '2026-12-01T09:00Z', '--json'], {})
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({
      id: 1,
      title: 'Buy milk',
      due_at: '2026-12-01T09:00:00Z',
      completed_at: null,
    })
  })
})
