import {describe, expect, test} from 'vitest'
import {type RunOptions, transcript} from './testing/run-cli.ts'
import {useFakeApi} from './testing/use-fake-api.ts'

const cli = useFakeApi()
const {run, shown, piped, json} = cli
const sent = (): unknown[] =>
  cli.api.requests.filter(({method, path}) => method === 'POST' && path.endsWith('/tasks')).map(({body}) => body)
const ran = async (line: string[], options: RunOptions): Promise<string> => transcript(await run(line, options))

describe('todo5 add', () => {
  test('shows how the sentence was read, and how to take it back', async () => {
    expect(await shown('add', 'pay rent on the first of every month at 9, remind me 2 hours before #home !high'))
      .toMatchInlineSnapshot(`
      "Added 1  !!! pay rent  #home
      due      Tue 1 Dec 2026 09:00 CET (08:00 UTC), in 11 days
      repeats  every month on the 1st at 09:00
      then     1 Jan 2027, 1 Feb 2027, 1 Mar 2027
      reminds  07:00
      | ! clocks go forward on 28 Mar: from here one hour later on your clock
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(await shown('add', 'water', 'the', 'plants', 'every', 'mon', 'and', 'thu', 'at', '9:30'))
      .toMatchInlineSnapshot(`
      "Added 2  water the plants
      due      Mon 23 Nov 2026 09:30 CET (08:30 UTC), in 3 days
      repeats  every Monday and Thursday at 09:30
      then     26 Nov, 30 Nov, 3 Dec
      reminds  08:30
      | ! clocks go forward on 28 Mar: from here one hour later on your clock
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(await piped('add', 'watch the 7 samurai')).toMatchInlineSnapshot(`
      "Added 3  watch the 7 samurai
      (exit 0)"
    `)
    expect(sent()).toEqual([
      {
        title: 'pay rent',
        due_at: '2026-12-01T08:00:00Z',
        due_has_time: true,
        recurring_pattern: 'FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=8;BYMINUTE=0;BYSECOND=0',
        priority: 3,
        tags: ['home'],
        reminders: [{offset_seconds: 7200}],
      },
      {
        title: 'water the plants',
        due_at: '2026-11-23T08:30:00Z',
        due_has_time: true,
        recurring_pattern: 'FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=8;BYMINUTE=30;BYSECOND=0',
      },
      {title: 'watch the 7 samurai'},
    ])
  })

  test('with --json gives the task, and where each of its parts was said', async () => {
    const task = await json('add', 'call mom tomorrow at 9 #family')
    expect(task).toMatchObject({
      id: 1,
      title: 'call mom',
      tags: ['family'],
      due_at: '2026-11-21T08:00:00Z',
      read: {
        text: 'call mom tomorrow at 9 #family',
        title: 'call mom',
        due: {
          value: {at: '2026-11-21T08:00:00Z', has_time: true},
          spans: [
            {start: 9, end: 17},
            {start: 18, end: 22},
          ],
          confidence: 0.8,
          alternatives: [{write: 'at 21:00', means: '21:00, in the evening', span: {start: 18, end: 22}}],
        },
        recurrence: null,
        tags: [{value: 'family', spans: [{start: 23, end: 30}], confidence: 1, alternatives: []}],
        remarks: [],
      },
    })
  })

  test('sends an end, a counter, what is left out, and how to count', async () => {
    await run(['add', 'gym every monday at 7 until 1 march'], {})
    await run(['add', 'pills every 8 hours 10 times'], {})
    await run(['add', 'change the filter every 3 months after completion, no reminder'], {})
    await run(['add', 'standup weekdays except friday at 9:30, nag every 10 minutes by push'], {})
    expect(sent()).toMatchObject([
      {
        recurring_pattern: 'FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=0;BYSECOND=0',
        recurring_end_date: '2027-03-01T22:59:59Z',
      },
      {recurring_pattern: 'FREQ=HOURLY;INTERVAL=8;COUNT=10', due_at: '2026-11-20T17:00:00Z'},
      {recurring_pattern: 'FREQ=MONTHLY;INTERVAL=3', anchor: 'completion', reminders: []},
      {
        recurring_pattern: 'FREQ=WEEKLY;BYDAY=MO,TU,WE,TH;BYHOUR=8;BYMINUTE=30;BYSECOND=0',
        reminders: [{offset_seconds: 3600, nag_every_seconds: 600, channels: ['push']}],
      },
    ])
  })

  test('names the date that a series cannot leave out, and a word that is no rule here', async () => {
    expect(await shown('add', 'gym every monday except 21 december')).toMatchInlineSnapshot(`
      "Added 1  gym
      due      Mon 23 Nov 2026, in 3 days
      repeats  every Monday
      then     30 Nov, 7 Dec, 14 Dec
      reminds  09:00
      | ! The series cannot leave out 21 december beforehand: skip it when it comes.
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(await shown('add', 'send weekly report tommorow')).toMatchInlineSnapshot(`
      "Added 2  send weekly report
      due      Sat 21 Nov 2026, tomorrow
      reminds  09:00
      | ! "weekly" stays in the title; "every week" repeats it.
      | ! "tommorow" was read as "tomorrow".
      | undo: todo5 undo
      (exit 0)"
    `)
  })

  test('reads in the zone that is asked for', async () => {
    await run(['add', 'call mom tomorrow at 9', '--tz', 'America/New_York'], {})
    await run(['add', 'call mom tomorrow at 9', '--utc'], {})
    expect(sent()).toMatchObject([{due_at: '2026-11-21T14:00:00Z'}, {due_at: '2026-11-21T09:00:00Z'}])
  })
})

describe('--dry-run', () => {
  test('shows the reading, what else it could be, and the request; sends nothing', async () => {
    expect(await shown('add', '-n', 'water the plants every mon at 7 for 6 weeks #home !high, remind me 2h before'))
      .toMatchInlineSnapshot(`
        "Would add  !!! water the plants  #home
        due      Mon 23 Nov 2026 07:00 CET (06:00 UTC), in 3 days
        repeats  every Monday at 07:00 until 3 Jan 2027
        then     30 Nov, 7 Dec, 14 Dec
        reminds  05:00
        else     19:00, in the evening: write every mon at 19:00
        Would send POST /tasks  {"title":"water the plants","due_at":"2026-11-23T06:00:00Z","due_has_time":true,"recurring_pattern":"FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=0;BYSECOND=0","recurring_end_date":"2027-01-03T22:59:59Z","priority":3,"tags":["home"],"reminders":[{"offset_seconds":7200}]}
        | Nothing was changed.
        (exit 0)"
      `)
    expect(sent()).toEqual([])
    expect(await json('add', '--dry-run', 'buy milk')).toMatchObject({
      dry_run: true,
      steps: [{method: 'POST', path: '/tasks', body: {title: 'buy milk'}}],
      read: [{title: 'buy milk', due: null}],
    })
  })
})

describe('what can be read in two ways', () => {
  test('is refused with a line to type for each reading, where nobody can answer', async () => {
    expect(await piped('add', 'call bob friday')).toMatchInlineSnapshot(`
      "| Error: Which day is "friday"?  [ambiguous_date, exit 2]
      | Try:   todo5 add "call bob 20 nov"        Fri 20 Nov 2026
      |        todo5 add "call bob 27 nov"        Fri 27 Nov 2026
      (exit 2)"
    `)
    expect(await piped('add', 'team lunch every third friday')).toMatchInlineSnapshot(`
      "| Error: "every third friday": this could count weeks or the days of a month.
      |        [ambiguous_rule, exit 2]
      | Try:   todo5 add "team lunch every 3 weeks on friday"        every 3 weeks on friday
      |        todo5 add "team lunch monthly on the 3rd friday"        monthly on the 3rd friday
      |        todo5 add 'team lunch \\every \\third \\friday'        "every third friday" is a part of the
      |        title
      (exit 2)"
    `)
    expect(await piped('add', `it's "done" 3/4`)).toMatchInlineSnapshot(`
      "| Error: Which day is "3/4"?  [ambiguous_date, exit 2]
      | Try:   todo5 add 'it'\\''s "done" 3 apr 2027'        Sat 3 Apr 2027
      |        todo5 add 'it'\\''s "done" 4 mar 2027'        Thu 4 Mar 2027
      |        todo5 add 'it'\\''s "done" \\3/4'        "3/4" is a part of the title
      (exit 2)"
    `)
    expect(await piped('add', 'friday')).toMatchInlineSnapshot(`
      "| Error: Which day is "friday"?  [ambiguous_date, exit 2]
      | Try:   todo5 add "20 nov"        Fri 20 Nov 2026
      |        todo5 add "27 nov"        Fri 27 Nov 2026
      |        also open: What is to be done?
      (exit 2)"
    `)
    expect(await run(['add', 'call bob friday', '--json'], {answer: '1'})).toMatchObject({code: 2, stderr: ''})
    expect(sent()).toEqual([])
  })

  test('is asked on a terminal; a number, or words in its place', async () => {
    expect(await ran(['add', 'call bob friday'], {tty: 80, answer: '2'})).toMatchInlineSnapshot(`
      "Added 1  call bob
      due      Fri 27 Nov 2026, in 7 days
      reminds  09:00
      | Which day is "friday"?
      |   1  Fri 20 Nov 2026   20 nov
      |   2  Fri 27 Nov 2026   27 nov
      | 1-2, or what to write there: 
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(await ran(['add', 'call ann 3/4'], {tty: 80, answer: 'on 4 march'})).toMatchInlineSnapshot(`
      "Added 2  call ann
      due      Thu 4 Mar 2027, in 104 days
      reminds  09:00
      | Which day is "3/4"?
      |   1  Sat 3 Apr 2027   3 apr 2027
      |   2  Thu 4 Mar 2027   4 mar 2027
      |   3  "3/4" is a part of the title   \\3/4
      | 1-3, or what to write there: 
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(await ran(['add', 'tomorrow'], {tty: 80, answer: 'buy milk'})).toMatchInlineSnapshot(`
      "Added 3  buy milk
      due      Sat 21 Nov 2026, tomorrow
      reminds  09:00
      | What is to be done?
      | say it in words beside the date: 
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(sent()).toMatchObject([
      {title: 'call bob', due_at: '2026-11-27T22:59:59Z'},
      {title: 'call ann', due_at: '2027-03-04T22:59:59Z'},
      {title: 'buy milk', due_at: '2026-11-21T22:59:59Z'},
    ])
  })

  test('is not added when nobody answers, and not asked for ever', async () => {
    expect(await ran(['add', 'call bob friday'], {tty: 80, answer: undefined})).toMatchInlineSnapshot(`
      "| Which day is "friday"?
      |   1  Fri 20 Nov 2026   20 nov
      |   2  Fri 27 Nov 2026   27 nov
      | 1-2, or what to write there: 
      | Error: Nothing was added.  [not_confirmed, exit 4]
      (exit 4)"
    `)
    const {code, stderr} = await run(['add', 'call bob friday'], {tty: 80, answer: 'friday'})
    expect([code, stderr.match(/Which day/gu)?.length]).toEqual([2, 9])
    expect(sent()).toEqual([])
  })
})

describe('--stdin', () => {
  test('adds a task for each line', async () => {
    const input = 'buy milk tomorrow\n\n  pay rent on the 1st of every month  \r\nread 1984'
    expect(await ran(['add', '--stdin'], {tty: 80, input})).toMatchInlineSnapshot(`
      "Added 1  buy milk
      due      Sat 21 Nov 2026, tomorrow
      reminds  09:00
      Added 2  pay rent
      due      Tue 1 Dec 2026, in 11 days
      repeats  every month on the 1st
      then     1 Jan 2027, 1 Feb 2027, 1 Mar 2027
      reminds  09:00
      Added 3  read 1984
      | undo: todo5 undo --list
      (exit 0)"
    `)
    expect(sent()).toMatchObject([{title: 'buy milk'}, {title: 'pay rent'}, {title: 'read 1984'}])
    const {stdout} = await run(['add', '--stdin', '--json'], {input: 'a\nb'})
    expect(JSON.parse(stdout)).toMatchObject({results: [{title: 'a'}, {title: 'b', read: {title: 'b'}}]})
  })

  test('names all faults together, and adds none then', async () => {
    const input = 'buy milk\ncall bob friday\n#home\npay 30 february'
    expect(await ran(['add', '--stdin'], {input})).toMatchInlineSnapshot(`
      "| Error: 3 of 4 lines cannot be added as they are, so none was.  [invalid_lines, exit 2]
      | Try:   line 2: Which day is "friday"? Write "20 nov" or "27 nov".
      |        line 3: What is to be done? say it in words beside the date
      |        line 4: "30 february" is no date that todo5 understands. Write "\\30 \\february".
      (exit 2)"
    `)
    expect(sent()).toEqual([])
  })

  test('says which lines were not sent when todo5 goes away', async () => {
    cli.api.troubles.push(
      {kind: 'answer', status: 200, body: JSON.stringify({time_zone: 'Europe/Berlin'})},
      {kind: 'reset'},
      {kind: 'reset'},
    )
    const {code, stderr, stdout} = await run(['add', '--stdin'], {input: 'one\ntwo'})
    expect([code, stdout]).toEqual([6, ''])
    expect(stderr).toContain('"two" was not sent.')
  })
})

describe('usage', () => {
  test('a text, or --stdin', async () => {
    expect(await piped('add')).toMatchInlineSnapshot(`
      "| Error: TEXT is missing: todo5 add TEXT...  [missing_argument, exit 2]
      | Try:   todo5 add "buy milk tomorrow"
      (exit 2)"
    `)
    expect(await piped('add', 'x', '--stdin')).toMatchInlineSnapshot(`
      "| Error: TEXT and --stdin are both given.  [conflicting_flags, exit 2]
      | Try:   todo5 add "buy milk tomorrow"
      (exit 2)"
    `)
    expect(await ran(['add', '--stdin'], {input: ' \n'})).toMatchInlineSnapshot(`
      "| Error: Nothing came on standard input.  [missing_argument, exit 2]
      | Try:   one task a line
      (exit 2)"
    `)
    expect((await run(['add', '--stdin'], {input: 'x\n'.repeat(1001)})).stderr).toContain('at most 1000 at once')
  })

  test('what the server refuses is said as it says it', async () => {
    cli.api.troubles.push(
      {kind: 'answer', status: 200, body: JSON.stringify({time_zone: 'Europe/Berlin'})},
      {kind: 'answer', status: 422, body: JSON.stringify({code: 'invalid_request', detail: 'No.', status: 422})},
    )
    const {code, stderr} = await run(['add', 'buy milk'], {})
    expect([code, stderr]).toEqual([2, expect.stringContaining('No.')])
  })
})
