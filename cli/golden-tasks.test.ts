import {describe, expect, test} from 'vitest'
import {type RunOptions, transcript} from './testing/run-cli.ts'
import {PLANTS, useFakeApi} from './testing/use-fake-api.ts'

const cli = useFakeApi()
const {run, piped} = cli
const shown = async (line: string[], options?: RunOptions): Promise<string> => transcript(await run(line, options))

async function someTasks(): Promise<void> {
  const {store} = cli.api
  store.create({
    title: 'Send timesheet',
    priority: 3,
    due_at: '2026-11-18T16:00:00Z',
    recurring_pattern: 'FREQ=WEEKLY',
    reminders: [{offset_seconds: 3600}],
  })
  store.create({
    title: 'Backup check',
    tags: ['ops'],
    due_at: '2026-11-20T16:00:00Z',
    recurring_pattern: 'FREQ=DAILY;COUNT=3',
  })
  store.create(PLANTS)
  store.create({
    title: 'Buy 牛乳 🥛 and bread for the whole long weekend with the neighbours',
    due_at: '2026-12-24T22:59:59Z',
    due_has_time: false,
  })
  store.create({title: 'Buy stamps'})
}

describe('task list', () => {
  test('fits the terminal, one task a line', async () => {
    await someTasks()
    for (const columns of [80, 60, 50]) {
      const {stdout} = await run(['task', 'list'], {tty: columns})
      expect(stdout).toMatchSnapshot(`${columns} columns`)
    }
  })

  test('is cut nowhere in a pipe, with whole dates, and has no footer', async () => {
    await someTasks()
    expect(await piped('task', 'list')).toMatchInlineSnapshot(`
      "   ID  DUE                     TASK                                                                  REPEATS      REMIND
      !   1  2026-11-18 17:00+01:00  !!! Send timesheet                                                    weekly, Wed
          2  2026-11-20 17:00+01:00  Backup check  #ops                                                    daily        1h
          3  2026-11-26 09:00+01:00  Water the plants  #home                                               Mon, Thu     1h
          4  2026-12-24              Buy 牛乳 🥛 and bread for the whole long weekend with the neighbours               09:00
          5                          Buy stamps
      (exit 0)"
    `)
    expect(await piped('task', 'list', 'today', '--utc')).toMatchInlineSnapshot(`
      "ID  DUE                TASK                REPEATS  REMIND
       2  2026-11-20 16:00Z  Backup check  #ops  daily    1h
      (exit 0)"
    `)
  })

  test('in ASCII, and for a screen reader', async () => {
    await someTasks()
    expect(await shown(['task', 'list', 'overdue'], {tty: 50, env: {TODO5_ASCII: '1'}})).toMatchInlineSnapshot(`
      "   ID  DUE       TASK                ~
      !   1  2 d late  !!! Send timesheet  ~
      | 1 overdue - Europe/Berlin
      (exit 0)"
    `)
    expect(await shown(['task', 'list', 'overdue'], {tty: 80, env: {TODO5_ACCESSIBLE: '1'}})).toMatchInlineSnapshot(`
      "id: 1
      due: 2 d late
      task: !!! Send timesheet
      repeats: weekly, Wed
      | 1 overdue · Europe/Berlin
      (exit 0)"
    `)
  })

  test('has colour only where it is wanted', async () => {
    await someTasks()
    const lines = ['task', 'list', 'overdue']
    expect((await run(lines, {tty: 80, env: {NO_COLOR: ''}})).stdout).toContain('\u001B[31m')
    expect((await run([...lines, '--no-color'], {tty: 80, env: {NO_COLOR: ''}})).stdout).not.toContain('\u001B')
    expect((await run(lines, {tty: 80, env: {NO_COLOR: '', TERM: 'dumb'}})).stdout).not.toContain('\u001B')
    expect((await run(lines, {env: {NO_COLOR: ''}})).stdout).not.toContain('\u001B')
    expect((await run(lines, {env: {NO_COLOR: '', FORCE_COLOR: '1'}})).stdout).toContain('\u001B[31m')
  })

  test('says when there is nothing, and nothing in a pipe', async () => {
    expect(await shown(['task', 'list'])).toMatchInlineSnapshot(`
      "| Nothing is open. Add something: todo5 task add "…" --due tomorrow
      (exit 0)"
    `)
    expect(await piped('task', 'list', '--json')).toMatchInlineSnapshot(`
      "{
        "tasks": [],
        "next_cursor": null
      }
      (exit 0)"
    `)
    expect(await piped('task', 'list', '--quiet')).toBe('(exit 0)')
  })

  test('asks the server for what the flags say, page by page', async () => {
    await someTasks()
    await run(['task', 'list', 'all', '--tag', '#home', '--priority', 'high', '--search', 'a b', '--limit', '2500'])
    expect(cli.api.requests.at(-1)!.path).toBe('/api/v1/tasks?view=all&limit=1000&tag=home&priority=3&search=a+b')
    const {stdout} = await run(['task', 'list', '--limit', '2', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({tasks: [{id: 1}, {id: 2}], next_cursor: '2'})
    expect((await run(['task', 'list', '--limit', '2'])).stderr).toContain('2 shown, there are more (--limit)')
  })
})

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

describe('task done', () => {
  test('shows what was done and what is next', async () => {
    await someTasks()
    expect(await shown(['task', 'done', 'plants'])).toMatchInlineSnapshot(`
      "Done  3  Water the plants  #home  (6 days early)
      Next  6  Mon 30 Nov 09:00, reminder 08:00
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(await piped('done', '1')).toMatchInlineSnapshot(`
      "Done  1  !!! Send timesheet  (2 days late)
      Next  7  2026-11-25 17:00+01:00
      (exit 0)"
    `)
    expect(await piped('task', 'done', 'stamps')).toMatchInlineSnapshot(`
      "Done  5  Buy stamps
      (exit 0)"
    `)
    expect(cli.api.requests.findLast((request) => request.method === 'POST')!.headers['prefer']).toBe('wait=5')
  })

  test('names the open one of the series when this one is closed', async () => {
    await someTasks()
    await run(['task', 'done', '3'])
    expect(await piped('task', 'done', '3')).toMatchInlineSnapshot(`
      "| Error: 3 was done today; open in this series: 6.  [task_closed, exit 4]
      | Try:   todo5 task done 6
      (exit 4)"
    `)
    expect(await piped('task', 'done', '3', '--json')).toMatchInlineSnapshot(`
      "{
        "error": {
          "code": "task_closed",
          "message": "3 was done today; open in this series: 6.",
          "hints": [
            "todo5 task done 6"
          ]
        }
      }
      (exit 4)"
    `)
  })

  test('does several, and ends as the first that failed', async () => {
    await someTasks()
    expect(await piped('task', 'done', 'stamps', '99', '4', 'stamps')).toMatchInlineSnapshot(`
      "Done  5  Buy stamps
      Done  4  Buy 牛乳 🥛 and bread for the whole long weekend with the neighbours  (34 days early)
      | Error: There is no task 99.  [task_not_found, exit 3]
      | Try:   List your tasks to see their ids.
      (exit 3)"
    `)
    const {code, stdout, stderr} = await run(['task', 'done', '2', '99', '--json'], {})
    expect([code, stderr]).toEqual([3, ''])
    expect(JSON.parse(stdout)).toMatchObject({
      results: [
        {completed: {id: 2}, next: {id: 6}},
        {error: {code: 'task_not_found', message: 'There is no task 99.'}},
      ],
    })
  })

  test('says when the next one is still on its way, and when there is none', async () => {
    await someTasks()
    cli.api.store.slowPipeline = true
    expect(await piped('task', 'done', '3')).toMatchInlineSnapshot(`
      "Done  3  Water the plants  #home  (6 days early)
      | ! The next occurrence is on its way: todo5 task list
      (exit 0)"
    `)
    expect(JSON.parse((await run(['task', 'done', '2', '--json'])).stdout)).toMatchObject({
      completed: {id: 2},
      next: null,
    })
    cli.api.store.create({title: 'Last', due_at: '2026-11-20T16:00:00Z', recurring_pattern: 'FREQ=DAILY;COUNT=1'})
    expect(await piped('task', 'done', 'last')).toMatchInlineSnapshot(`
      "Done  6  Last  (7 h early)
      That was the last of its series.
      (exit 0)"
    `)
  })

  test('is ambiguous between two titles, not when one is the whole title', async () => {
    await someTasks()
    expect(await shown(['task', 'done', 'buy'])).toMatchInlineSnapshot(`
      "| Error: "buy" is in the titles of 2 open tasks.  [ambiguous_ref, exit 4]
      | Try:   use the id:
      |        4  Buy 牛乳 🥛 and bread for the whole long weekend with the n…
      |        5  Buy stamps
      (exit 4)"
    `)
    expect(await piped('task', 'done', 'Buy')).toContain('ambiguous_ref')
    cli.api.store.create({title: 'Buy'})
    expect(await piped('task', 'done', 'buy')).toMatchInlineSnapshot(`
      "Done  6  Buy
      (exit 0)"
    `)
    expect(await piped('task', 'done', 'nowhere')).toMatchInlineSnapshot(`
      "| Error: No open task has "nowhere" in its title.  [task_not_found, exit 3]
      | Try:   todo5 task list
      |        todo5 task list all --search "nowhere"        done ones too
      (exit 3)"
    `)
  })
})

describe('task show, edit, reopen, delete, history', () => {
  test('show', async () => {
    await someTasks()
    cli.api.store.tasks[2]!.description = 'Not the cactus.\nIt drowns.'
    expect(await shown(['task', 'show', 'plants'])).toMatchInlineSnapshot(`
      "3  Water the plants  #home  open
      due      Thu 26 Nov 2026 09:00 CET (08:00 UTC), in 6 days
      repeats  every Monday and Thursday at 09:00
      then     30 Nov, 3 Dec, 7 Dec, 10 Dec, 14 Dec
      reminds  08:00
      series   ◉ · · · · ·

      Not the cactus.
      It drowns.
      | history: todo5 task history 3
      (exit 0)"
    `)
    expect(await shown(['task', 'show', '2', '--next', '1', '--tz', 'America/New_York'])).toMatchInlineSnapshot(`
      "2  Backup check  #ops  open
      due      Fri 20 Nov 2026 11:00 EST (16:00 UTC), in 7 h
      repeats  every day at 11:00, 3 times, the last on 22 Nov
      then     21 Nov
      reminds  10:00
      series   ◉ ·
      | history: todo5 task history 2
      (exit 0)"
    `)
  })

  test('edit changes what is said, as it was a moment ago', async () => {
    await someTasks()
    expect(await shown(['task', 'edit', 'plants', '--title', 'Water all plants', '--tag', 'garden', '--untag', 'home']))
      .toMatchInlineSnapshot(`
        "Changed 3  Water all plants  #garden
        due      Thu 26 Nov 2026 09:00 CET (08:00 UTC), in 6 days
        repeats  every Monday and Thursday at 09:00
        then     30 Nov, 3 Dec, 7 Dec
        reminds  08:00
        series   this one and all to come; what is done stays as it was
        | undo: todo5 undo
        (exit 0)"
      `)
    const patch = cli.api.requests.at(-1)!
    expect(patch).toMatchObject({method: 'PATCH', body: {title: 'Water all plants', tags: ['garden']}})
    expect(patch.headers['if-match']).toBe('"1"')
    await run(['task', 'edit', '3', '--repeat', 'every fri at 8', '--until', 'none'])
    expect(cli.api.requests.at(-1)!.body).toEqual({
      recurring_pattern: 'FREQ=WEEKLY;BYDAY=FR;BYHOUR=7;BYMINUTE=0;BYSECOND=0',
      recurring_end_date: null,
    })
    await run(['task', 'edit', '2', '--repeat', 'none', '--due', 'none', '--remind', 'none'])
    expect(cli.api.requests.at(-1)!.body).toEqual({due_at: null, recurring_pattern: null, reminders: []})
    expect(await piped('task', 'edit', '3')).toMatchInlineSnapshot(`
      "| Error: Nothing to change is given.  [nothing_to_change, exit 2]
      | Try:   todo5 task edit --help
      (exit 2)"
    `)
  })

  test('delete asks how far a series shall go', async () => {
    await someTasks()
    expect(await shown(['task', 'delete', 'plants'])).toMatchInlineSnapshot(`
      "| Error: 3 Water the plants repeats: say what to delete.  [scope_required, exit 2]
      | Try:   todo5 task delete 3 --scope this        skips it, the next follows
      |        todo5 task delete 3 --scope following   ends the series
      |        todo5 task delete 3 --scope all         also takes what is done
      (exit 2)"
    `)
    expect(await piped('task', 'delete', 'plants', '--scope', 'this')).toMatchInlineSnapshot(`
      "Skipped  3  Water the plants  #home
      The next one follows.
      (exit 0)"
    `)
    expect(await piped('task', 'delete', '1', '--scope', 'following')).toMatchInlineSnapshot(`
      "Deleted  1  !!! Send timesheet
      The series ends here; what is done stays.
      (exit 0)"
    `)
    expect(await piped('task', 'delete', 'stamps', '--scope', 'this')).toMatchInlineSnapshot(`
      "Deleted  5  Buy stamps
      (exit 0)"
    `)
  })

  test('reopen takes the next one back, unless it was touched', async () => {
    await someTasks()
    await run(['task', 'done', '2', '3'])
    await run(['task', 'edit', '7', '--priority', 'low'])
    expect(await piped('task', 'reopen', '2', '3')).toMatchInlineSnapshot(`
      "Open again  2  Backup check  #ops  2026-11-20 17:00+01:00
      | It is the open one of its series again; an untouched one after it is gone.
      | Error: The next occurrence, task 7, was changed already.  [successor_touched, exit 4]
      | Try:   Leave this one as it is, or undo what happened to task 7 first.
      |        todo5 undo --list        what can be taken back, newest first
      (exit 4)"
    `)
    expect(await piped('task', 'reopen', 'plants')).toMatchInlineSnapshot(`
      "| Error: "plants" is no id; closed tasks are named by theirs.  [invalid_ref, exit 2]
      | Try:   todo5 task list done
      (exit 2)"
    `)
  })

  test('history and audit', async () => {
    cli.api.store.create({title: 'Buy stamps', due_at: '2026-11-20T16:00:00Z'})
    cli.api.store.update(1, {due_at: '2026-11-21T16:00:00Z', priority: 2}, undefined)
    cli.api.store.complete(1)
    expect(await shown(['task', 'history', '1'])).toMatchInlineSnapshot(`
      "WHEN             WHAT            DETAILS
      20 Nov 10:00:00  task.created    Added.
      20 Nov 10:00:00  task.updated    Changed.
      20 Nov 10:00:00  task.completed  Done.
      | 1  !! Buy stamps
      (exit 0)"
    `)
    expect(await piped('audit', '--type', 'task.completed')).toMatchInlineSnapshot(`
      "WHEN                    TASK  WHAT            DETAILS
      2026-11-20 10:00+01:00     1  task.completed
      (exit 0)"
    `)
    expect(await shown(['audit', '--task', '9'])).toMatchInlineSnapshot(`
      "| Nothing is recorded.
      (exit 0)"
    `)
  })
})

test('times are in the zone of the account; a terminal is told when the machine has another', async () => {
  await someTasks()
  cli.api.timeZone = 'Asia/Tokyo'
  expect(await shown(['task', 'list', 'upcoming'])).toMatchInlineSnapshot(`
    "ID  DUE        TASK                                             REPEATS   REMIND
     2  Sat 01:00  Backup check  #ops                               daily     1h
     3  Thu 17:00  Water the plants  #home                          Mon, Thu  1h
     4  25 Dec     Buy 牛乳 🥛 and bread for the whole long weeke…            09:00
    | Times are in Asia/Tokyo, the zone of your account; this machine is in Europe/Berlin.
    | 3 upcoming · Asia/Tokyo
    (exit 0)"
  `)
  expect((await run(['task', 'list', 'upcoming'], {})).stderr).not.toContain('Times are in')
})

test('mailbox', async () => {
  expect(await piped('mailbox', 'list')).toMatchInlineSnapshot(`
    "| The mailbox is empty.
    (exit 0)"
  `)
  cli.api.mails.push({
    id: 1,
    received_at: '2026-11-20T08:00:00Z',
    from: 'todo5 <todo5@localhost>',
    to: 'ada@example.com',
    subject: 'Reminder: Water the plants',
    message_id: '<1@localhost>',
    text: 'Water the plants\n\nDue 09:00.\n',
    html: '<p>Water the plants</p>',
    headers: {'x-todo5': '1'},
  })
  expect(await shown(['mailbox', 'list'])).toMatchInlineSnapshot(`
    "ID  RECEIVED      TO               SUBJECT
     1  20 Nov 09:00  ada@example.com  Reminder: Water the plants
    (exit 0)"
  `)
  expect(await shown(['mailbox', 'show', '1', '--headers'])).toMatchInlineSnapshot(`
    "from     todo5 <todo5@localhost>
    to       ada@example.com
    subject  Reminder: Water the plants
    date     Fri 20 Nov 2026 09:00 CET
    x-todo5  1

    Water the plants

    Due 09:00.
    (exit 0)"
  `)
  expect(await piped('mailbox', 'show', '1', '--html')).toMatchInlineSnapshot(`
    "<p>Water the plants</p>
    (exit 0)"
  `)
  expect(await piped('mailbox', 'show', '2')).toMatchInlineSnapshot(`
    "| Error: There is no mail 2 in the mailbox.  [mail_not_found, exit 3]
    (exit 3)"
  `)
  expect(await piped('mailbox', 'clear', '--json')).toMatchInlineSnapshot(`
    "{
      "cleared": true
    }
    (exit 0)"
  `)
  expect(cli.api.mails).toEqual([])
})
