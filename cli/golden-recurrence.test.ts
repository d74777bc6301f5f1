import {expect, test} from 'vitest'
import {runCli, type RunOptions, transcript} from './testing/run-cli.ts'

const shown = async (line: string[], options?: RunOptions): Promise<string> =>
  transcript(await runCli(['recurrence', ...line], options))

test('preview: local times, with a line where the clocks move them', async () => {
  const line = ['preview', 'FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17', '--count', '6']
  expect(await shown(line, {tty: 80})).toMatchInlineSnapshot(`
    "every month on the last Friday at 17:00
    1  Fri 27 Nov 2026 17:00 CET
    2  Fri 25 Dec 2026 17:00 CET
    3  Fri 29 Jan 2027 17:00 CET
    4  Fri 26 Feb 2027 17:00 CET
    5  Fri 26 Mar 2027 17:00 CET
       clocks go forward on 28 Mar: from here one hour later on your clock
    6  Fri 30 Apr 2027 18:00 CEST
    (exit 0)"
  `)
  expect(await shown(line)).toMatchInlineSnapshot(`
    "2026-11-27 17:00+01:00
    2026-12-25 17:00+01:00
    2027-01-29 17:00+01:00
    2027-02-26 17:00+01:00
    2027-03-26 17:00+01:00
    2027-04-30 18:00+02:00
    | ! clocks go forward on 28 Mar: from here one hour later on your clock
    (exit 0)"
  `)
  expect(await shown([...line, '--utc'], {tty: 50})).toMatchInlineSnapshot(`
    "every month on the last Friday at 17:00 UTC
    1  Fri 27 Nov 2026 17:00 UTC
    2  Fri 25 Dec 2026 17:00 UTC
    3  Fri 29 Jan 2027 17:00 UTC
    4  Fri 26 Feb 2027 17:00 UTC
    5  Fri 26 Mar 2027 17:00 UTC
    6  Fri 30 Apr 2027 17:00 UTC
    (exit 0)"
  `)
  expect(await shown([...line, '--tz', 'America/New_York', '--from', '2027-03-01', '--to', '2027-05-01'], {tty: 50}))
    .toMatchInlineSnapshot(`
    "every month on the last Friday at 17:00
       clocks go forward on 14 Mar: from here one hour
       later on your clock
    1  Fri 26 Mar 2027 18:00 EDT
    2  Fri 30 Apr 2027 18:00 EDT
    (exit 0)"
  `)
})

test('preview: whole days, the end of a series, and months that are skipped', async () => {
  expect(await shown(['preview', 'monthly on the 31st', '--count', '3'], {tty: 80})).toMatchInlineSnapshot(`
    "every month on the 31st
    1  Thu 31 Dec 2026
    2  Sun 31 Jan 2027
    3  Wed 31 Mar 2027
    | ! Monthly on the 31st skips February, April, June, September and November. To
    |   miss no month say "monthly on the last day".
    (exit 0)"
  `)
  expect(await shown(['preview', 'every second friday, 2 times'], {tty: 80})).toMatchInlineSnapshot(`
    "every second Friday, 2 times
    1  Fri 20 Nov 2026
    2  Fri 4 Dec 2026
    | That is the last one.
    (exit 0)"
  `)
  expect(await shown(['preview', 'daily at 9', '--from', '2027-01-01', '--to', '2026-01-01'])).toMatchInlineSnapshot(`
    "| No occurrence in that time.
    (exit 0)"
  `)
})

test('preview as JSON', async () => {
  expect(await shown(['preview', 'every mon at 0:30', '--count', '2', '--start', '2027-03-22 0:30', '--json']))
    .toMatchInlineSnapshot(`
    "{
      "rule": "FREQ=WEEKLY;BYDAY=SU;BYHOUR=23;BYMINUTE=30;BYSECOND=0",
      "description": "every Monday at 00:30",
      "time_zone": "Europe/Berlin",
      "start": "2027-03-21T23:30:00Z",
      "has_time": true,
      "occurrences": [
        "2027-03-21T23:30:00Z",
        "2027-03-28T23:30:00Z"
      ],
      "more": true,
      "clock_changes": [
        {
          "at": "2027-03-28T01:00:00Z",
          "first": "2027-03-28T23:30:00Z",
          "effect": "clocks go forward on 28 Mar: from here one hour later on your clock"
        }
      ],
      "notes": []
    }
    (exit 0)"
  `)
})

test('explain: part by part, and what comes from the start', async () => {
  expect(await shown(['explain', 'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1'], {tty: 80})).toMatchInlineSnapshot(`
    "  FREQ=MONTHLY          by the month
      BYDAY=MO,TU,WE,TH,FR  on Monday, Tuesday, Wednesday, Thursday and Friday
      BYSETPOS=-1           of those in each month, only the last

    reads      every month on the last weekday
    canonical  FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1
    in UTC     FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1
    start      Mon 30 Nov 2026
    next       Mon 30 Nov 2026, Thu 31 Dec 2026, Fri 29 Jan 2027
    (exit 0)"
  `)
  expect(await shown(['explain', 'every 2 weeks on mon, thu at 9', '--start', '2026-12-01'], {tty: 80}))
    .toMatchInlineSnapshot(`
    "  FREQ=WEEKLY  by the week
      INTERVAL=2   every 2nd week, counted from the start
      BYDAY=MO,TH  on Monday and Thursday
      BYHOUR=9     at 09h
      BYMINUTE=0   at :00 of the hour
      BYSECOND=0   at second 0

    reads      every 2 weeks on Monday and Thursday at 09:00
    canonical  FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;BYHOUR=9;BYMINUTE=0;BYSECOND=0
    in UTC     FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH;BYHOUR=8;BYMINUTE=0;BYSECOND=0
    start      Tue 1 Dec 2026 09:00 CET
    next       Thu 3 Dec 2026 09:00 CET, Mon 14 Dec 2026 09:00 CET, Thu 17 Dec 2026
               09:00 CET
    (exit 0)"
  `)
  expect(await shown(['explain', 'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;UNTIL=20400101', '--utc']))
    .toMatchInlineSnapshot(`
    "  FREQ=YEARLY     by the year
      BYMONTH=2       in February
      BYMONTHDAY=29   on the 29th of the month
      UNTIL=20400101  not after 1 January 2040, that day included

    reads      every year on 29 February until 1 January 2040
    canonical  FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;UNTIL=20400101
    start      Tue 29 Feb 2028
    next       Tue 29 Feb 2028, Sun 29 Feb 2032, Fri 29 Feb 2036
    last       Fri 29 Feb 2036
    | ! 29 February comes only in leap years. For the last day of every February say "yearly on the last day of february".
    (exit 0)"
  `)
  expect(await shown(['explain', 'FREQ=YEARLY;BYWEEKNO=1,-1;BYDAY=MO;WKST=SU;BYHOUR=6;COUNT=4', '--utc']))
    .toMatchInlineSnapshot(`
      "  FREQ=YEARLY    by the year
        BYWEEKNO=-1,1  in the last and the 1st week of the year (ISO 8601)
        BYDAY=MO       on Monday
        BYHOUR=6       at 06h
        WKST=SU        weeks begin on Sunday
        COUNT=4        4 times in all
        BYMINUTE=0     at :00 of the hour (from the start)
        BYSECOND=0     at second 0 (from the start)

      reads      every year on Monday of week 1 and the last week of the year at 06:00 UTC, weeks starting on Sunday, 4 times
      canonical  FREQ=YEARLY;BYWEEKNO=-1,1;BYDAY=MO;BYHOUR=6;WKST=SU;COUNT=4
      start      Mon 28 Dec 2026 06:00 UTC
      next       Mon 28 Dec 2026 06:00 UTC, Mon 4 Jan 2027 06:00 UTC, Mon 27 Dec 2027 06:00 UTC
      last       Mon 3 Jan 2028 06:00 UTC
      (exit 0)"
    `)
  expect(await shown(['explain', 'weekdays at 17', '--json'])).toMatchInlineSnapshot(`
    "{
      "canonical": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=17;BYMINUTE=0;BYSECOND=0",
      "description": "every weekday at 17:00",
      "parts": [
        {
          "part": "FREQ=WEEKLY",
          "meaning": "by the week",
          "from": "rule"
        },
        {
          "part": "BYDAY=MO,TU,WE,TH,FR",
          "meaning": "on Monday, Tuesday, Wednesday, Thursday and Friday",
          "from": "rule"
        },
        {
          "part": "BYHOUR=17",
          "meaning": "at 17h",
          "from": "rule"
        },
        {
          "part": "BYMINUTE=0",
          "meaning": "at :00 of the hour",
          "from": "rule"
        },
        {
          "part": "BYSECOND=0",
          "meaning": "at second 0",
          "from": "rule"
        }
      ],
      "time_zone": "Europe/Berlin",
      "start": "2026-11-20T16:00:00Z",
      "has_time": true,
      "utc_rule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=16;BYMINUTE=0;BYSECOND=0",
      "last": null,
      "next": [
        "2026-11-20T16:00:00Z",
        "2026-11-23T16:00:00Z",
        "2026-11-24T16:00:00Z"
      ],
      "notes": []
    }
    (exit 0)"
  `)
})

test('explain: a caret under what is wrong', async () => {
  expect(await shown(['explain', 'FREQ=MONTHLY;BYMONTHDAY=32'])).toMatchInlineSnapshot(`
    "|   FREQ=MONTHLY;BYMONTHDAY=32
    |                           ^^
    | Error: BYMONTHDAY=32 is out of range.  [rrule_range, exit 2]
    | Try:   BYMONTHDAY=32: days of a month are 1…31 or −31…−1
    (exit 2)"
  `)
  expect(await shown(['explain', 'every blue moon'])).toMatchInlineSnapshot(`
    "|   every blue moon
    |         ^^^^
    | Error: "blue" does not fit here: expected how often, such as "daily", "every 2 weeks" or "mon, thu".
    |        [rrule_words, exit 2]
    | Try:   examples: "daily at 9", "weekdays", "every 2 weeks on mon, thu", "monthly on the last friday"
    (exit 2)"
  `)
  expect(await shown(['explain', 'every blue moon', '--json'])).toMatchInlineSnapshot(`
    "{
      "error": {
        "code": "rrule_words",
        "message": "\\"blue\\" does not fit here: expected how often, such as \\"daily\\", \\"every 2 weeks\\" or \\"mon, thu\\".",
        "hints": [
          "examples: \\"daily at 9\\", \\"weekdays\\", \\"every 2 weeks on mon, thu\\", \\"monthly on the last friday\\""
        ]
      }
    }
    (exit 2)"
  `)
  expect(await shown(['explain', ''])).toMatchInlineSnapshot(`
    "| Error: The pattern is empty.  [rrule_empty, exit 2]
    | Try:   write a pattern such as "daily at 9", or an RRULE such as FREQ=DAILY
    (exit 2)"
  `)
  expect(await shown(['explain', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30'])).toMatchInlineSnapshot(`
    "| Error: The rule never occurs.  [rrule_never, exit 2]
    | Try:   no date up to the year 9999 fulfils all its parts; drop one of them or move the start
    (exit 2)"
  `)
  expect(await shown(['explain', 'daily at 0:30 and 12:00', '--tz', 'Asia/Kolkata'], {tty: 80})).toMatchInlineSnapshot(`
    "|   daily at 0:30 and 12:00
    |            ^^^^
    | Error: one rule cannot have these times.  [rrule_words, exit 2]
    | Try:   give the times the same minutes ("at 9:00 and 17:00"), or make two tasks
    (exit 2)"
  `)
})
