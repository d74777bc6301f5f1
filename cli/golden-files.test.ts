import {mkdtemp, readFile, rm, stat, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {packagePath} from '../services/package-root.ts'
import {PLANTS, useFakeApi} from './testing/use-fake-api.ts'

const user = useFakeApi(
  PLANTS,
  {title: '=SUM(A1), "rent"', due_at: '2026-12-01T22:59:59Z', due_has_time: false, description: 'two\nlines'},
  {title: 'due:2026-01-01 is a title', priority: 3},
)

const {run, shown, piped, json} = user

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'todo5-files-'))
})
afterEach(async () => await rm(folder, {recursive: true, force: true}))

const sample = (name: string): string => packagePath('cli', 'formats', 'testing', name)

test('todo.txt, with what it cannot say', async () => {
  expect(await shown('export', '--format', 'todotxt')).toMatchInlineSnapshot(`
    "Water the plants @home due:2026-11-26 time:09:00 rrule:FREQ=WEEKLY;BYDAY=MO,TH
    =SUM(A1), "rent" due:2026-12-01
    (A) \\due:2026-01-01 is a title
    | ! Not kept of "Water the plants": the rule, for other programs (they know rec:
    |   alone; todo5 reads it back from rrule:).
    | ! Not kept of "=SUM(A1), "rent"": the description (a task of todo.txt is one
    |   line).
    (exit 0)"
  `)
})

test('csv is safe in a spreadsheet', async () => {
  expect(await piped('export', '--format', 'csv')).toMatchInlineSnapshot(`
    "title,description,priority,tags,due,moved_to,repeats,rrule_utc,until,anchor,catch_up,reminders,state
    Water the plants,,none,home,2026-11-26T09:00:00+01:00,,every Monday and Thursday at 09:00,"FREQ=WEEKLY;BYDAY=MO,TH",,due,once,1h,open
    "'=SUM(A1), ""rent""","two
    lines",none,,2026-12-01,,,,,,,14h59m59s,open
    due:2026-01-01 is a title,,high,,,,,,,,,,open
    (exit 0)"
  `)
})

test('a file is for its owner alone, and its JSON says what is in it', async () => {
  const file = join(folder, 'tasks.json')
  expect(await shown('export', '--output', file)).toBe(`| 3 tasks written to ${file} (json).\n(exit 0)`)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const written = JSON.parse(await readFile(file, 'utf8')) as {tasks: unknown[]; complete: boolean}
  expect([written.tasks.length, written.complete]).toEqual([3, true])
  expect(await json('export', '--format', 'ics', '--output', file)).toMatchObject({
    tasks: 3,
    output: file,
    content: null,
  })
})

test.each(['json', 'csv', 'ics', 'todotxt'])('what %s exports comes back the same, once', async (format) => {
  const file = join(folder, 'tasks')
  const before = user.api.store.tasks.map(({title, due_at, tags, recurring_pattern}) => ({
    title,
    due_at,
    tags,
    recurring_pattern,
  }))
  await run(['export', '--format', format, '--output', file])
  const first = (await json('import', file, '--format', format)) as {added: number; already: number}
  expect([first.added, first.already]).toEqual([3, 0])
  expect(user.api.store.tasks.slice(3)).toMatchObject(before)
  const second = (await json('import', file, '--format', format)) as {added: number; already: number}
  expect([second.added, second.already, user.api.store.tasks.length]).toEqual([0, 3, 6])
  expect((await run(['import', file, '--format', format])).stderr).toContain('This file was imported before.')
  await run(['import', file, '--format', format, '--again'])
  expect(user.api.store.tasks).toHaveLength(9)
})

test.each(['todo.txt', 'taskwarrior.json', 'todoist.csv', 'calendar.ics'])('%s of another program', async (name) => {
  expect(await shown('import', sample(name), '--dry-run')).toMatchSnapshot('what would be added')
  expect(user.api.store.tasks).toHaveLength(3)
  expect((await run(['import', sample(name), '--done'])).code).toBe(0)
  expect(
    user.api.store.tasks.slice(3).map(({title, completed_at: at}) => (at === null ? title : `${title} (done)`)),
  ).toMatchSnapshot('what was added')
})

test('a file with faults adds nothing, and says where they are', async () => {
  const file = join(folder, 'todo.txt')
  await writeFile(file, 'fine\nbad due:2026-02-30\nworse rec:often\n')
  expect(await shown('import', file)).toMatchInlineSnapshot(`
    "| todo.txt is read as todotxt, by its name.
    | Error: 2 parts of todo.txt cannot be read, so nothing was added.
    |        [invalid_file, exit 2]
    | Try:   line 2: due:2026-02-30 is no day; write due:2026-12-01
    |        line 3: rec:often is no rule such as rec:1w or rec:+1m
    |        --skip-invalid        adds the other 1
    (exit 2)"
  `)
  expect(user.api.store.tasks).toHaveLength(3)
  expect(await shown('import', file, '--skip-invalid')).toMatchInlineSnapshot(`
    "1 added.
    | todo.txt is read as todotxt, by its name.
    | ! Left out: line 2: due:2026-02-30 is no day; write due:2026-12-01
    | ! Left out: line 3: rec:often is no rule such as rec:1w or rec:+1m
    | undo: todo5 undo --list
    (exit 0)"
  `)
  expect(user.api.store.tasks).toHaveLength(4)
})

test.each([
  ['x.json', '{"version": 1, "series": [], "tasks": [', 'line 1'],
  ['x.json', '{"version": 1, "series": [], "tasks": [], "reminders": []}', 'cut off'],
  ['x.json', '{"version": 2}', 'a newer todo5'],
  ['x.json', '[{"description": 5}]', 'task 1: description'],
  ['x.json', '[{"description": "x"},]', 'line 1: this is no JSON'],
  ['x.csv', 'title,due\n"a,b\n', 'no CSV'],
  ['x.csv', 'name\na\n', 'there is no column "title"'],
  ['x.csv', 'title,due\nok,someday maybe\n', 'line 2'],
  ['x.csv', 'TYPE,CONTENT,DATE\ntask,a,whenever\n', 'line 2'],
  ['x.ics', 'BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:a\n', 'no iCalendar'],
  ['x.ics', 'BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:a\nDUE:soon\nEND:VTODO\nEND:VCALENDAR\n', 'line 2'],
  ['x.bin', 'hello', 'cannot be told'],
  ['x.txt', '', 'is empty'],
])('%s: %s', async (name, text, says) => {
  const file = join(folder, name)
  await writeFile(file, text)
  const {code, stdout, stderr} = await run(['import', file])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(says)
  expect(user.api.store.tasks).toHaveLength(3)
})

test('a file of 450 tasks that is cut off and repeated is there once', async () => {
  const file = join(folder, 'todo.txt')
  await writeFile(file, Array.from({length: 450}, (_, index) => `task ${index}\n`).join(''))
  // The profile, two batches; then nothing any more.
  const away = {kind: 'answer', status: 500, body: '{}'} as const
  const before = user.api.requests.length
  user.api.troubles.push(...([undefined, undefined, undefined, away] as typeof user.api.troubles))
  const {code, stdout} = await run(['import', file, '--json'])
  expect([code, user.api.requests.length - before]).toEqual([1, 4])
  expect(stdout).toContain('200 of 450 were sent.')
  expect(await shown('import', file)).toContain('250 added, 200 already there.')
  expect(new Set(user.api.store.tasks.map(({title}) => title)).size).toBe(453)
  expect(user.api.store.tasks).toHaveLength(453)
})

test('standard input, and a format that is said', async () => {
  const {code, stdout} = await run(['import', '-', '--format', 'todotxt'], {input: '(B) call mum @phone\n'})
  expect([code, stdout]).toEqual([0, '1 added.\n'])
  expect(user.api.store.tasks.at(-1)).toMatchObject({title: 'call mum', priority: 2, tags: ['phone']})
})
