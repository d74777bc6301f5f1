import {describe, expect, test} from 'vitest'
import {type RunOptions, transcript} from './testing/run-cli.ts'
import {addSomeTasks} from './testing/some-tasks.ts'
import {useFakeApi} from './testing/use-fake-api.ts'

const cli = useFakeApi()
const {run, piped} = cli
const shown = async (line: string[], options?: RunOptions): Promise<string> => transcript(await run(line, options))

describe('task list', () => {
  test('fits the terminal, one task a line', async () => {
    addSomeTasks(cli.api)
    for (const columns of [80, 60, 50]) {
      const {stdout} = await run(['task', 'list'], {tty: columns})
      expect(stdout).toMatchSnapshot(`${columns} columns`)
    }
  })

  test('is cut nowhere in a pipe, with whole dates, and has no footer', async () => {
    addSomeTasks(cli.api)
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
    addSomeTasks(cli.api)
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
    addSomeTasks(cli.api)
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
    addSomeTasks(cli.api)
    await run(['task', 'list', 'all', '--tag', '#home', '--priority', 'high', '--search', 'a b', '--limit', '2500'])
    expect(cli.api.requests.at(-1)!.path).toBe('/api/v1/tasks?view=all&tag=home&priority=3&search=a+b&limit=1000')
    const {stdout} = await run(['task', 'list', '--limit', '2', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({tasks: [{id: 1}, {id: 2}], next_cursor: '2'})
    expect((await run(['task', 'list', '--limit', '2'])).stderr).toContain('2 shown, there are more (--limit)')
  })

  test.each([{}, {tty: 50}])('prints a page before the next one is asked for (%o)', async (where: {tty?: number}) => {
    for (let made = 0; made < 2500; made++) cli.api.store.create({title: `Task ${made}`})
    cli.api.store.tasks[2400]!.title = 'One that is much longer than all that came before it'
    const asked: number[] = []
    const pages = () => cli.api.requests.filter(({path}) => path.includes('/tasks?')).length
    const {stdout} = await run(['task', 'list', '--limit', '9999'], {...where, onStdout: () => asked.push(pages())})
    expect(asked).toEqual([1, 2, 3])
    const lines = stdout.trimEnd().split('\n')
    expect(lines).toHaveLength(2501)
    expect(lines[0]).toMatch(/ID +DUE +TASK +(?:REPEATS|↻)/u)
    expect(lines[2401]).toContain(
      where.tty === undefined ? 'longer than all that came before it' : 'One that is much longer than all…',
    )
  })
})

describe('task show, edit, reopen, delete, history', () => {
  test('show', async () => {
    addSomeTasks(cli.api)
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
    addSomeTasks(cli.api)
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
    addSomeTasks(cli.api)
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
    addSomeTasks(cli.api)
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
  addSomeTasks(cli.api)
  cli.api.timeZone = 'Asia/Tokyo'
  expect(await shown(['task', 'list', 'upcoming'])).toMatchInlineSnapshot(`
    "ID  DUE        TASK                                             REPEATS   REMIND
     2  Sat 01:00  Backup check  #ops                               daily     1h
     3  Thu 17:00  Water the plants  #home                          Mon, Thu  1h
     4  25 Dec     Buy 牛乳 🥛 and bread for the whole long weeke…            09:00
    | Times are in Asia/Tokyo, the zone of your account; this machine is in
    | Europe/Berlin.
    | 3 upcoming · Asia/Tokyo
    (exit 0)"
  `)
  expect((await run(['task', 'list', 'upcoming'], {})).stderr).not.toContain('Times are in')
})
