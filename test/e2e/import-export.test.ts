import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import * as fc from 'fast-check'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {runCli} from '../../cli/testing/run-cli.ts'
import type {ExportResponse} from '../../services/contracts/export.ts'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'
import {apiKeyOf, signUp} from '../support/sign-up.ts'

let running: EmbeddedTodo5
let folder: string
beforeAll(async () => {
  running = await startEmbeddedTodo5()
  folder = await mkdtemp(join(tmpdir(), 'todo5-import-'))
})
afterAll(async () => {
  await running.stop()
  await rm(folder, {recursive: true, force: true})
})

const FORMATS = ['json', 'csv', 'ics', 'todotxt'] as const

/** Command lines of somebody whose list is empty. */
async function somebody() {
  const {key} = await apiKeyOf(await signUp(running), running)
  const api = {url: running.todo5.apiUrl, key}
  const json = async <T>(...line: string[]): Promise<T> => {
    const {code, stdout, stderr} = await runCli([...line, '--json'], {api, now: Date.now()})
    expect([code, stderr], stdout.slice(0, 2000)).toEqual([0, ''])
    return JSON.parse(stdout) as T
  }
  const send = async (method: string, path: string, body?: unknown) => {
    const answer = await running.call(method, `/api/v1${path}`, {'x-api-key': key}, body)
    expect(answer.status, answer.text).toBeLessThan(300)
    return answer.body
  }
  return {json, send}
}

/** What a person would miss: everything but ids and when it was made. */
async function listOf({json}: Awaited<ReturnType<typeof somebody>>) {
  const {content} = await json<{content: string}>('export')
  const {tasks, series, reminders} = JSON.parse(content) as ExportResponse
  const rules = new Map(series.map((one) => [one.id, one]))
  return tasks.map((task) => {
    const {rule, end_at, anchor, catch_up} = (task.series_id !== null && rules.get(task.series_id)) || {}
    const {title, description, priority, tags, due_at, due_has_time, occurrence_at, next_occurrence} = task
    const reminds = reminders
      .filter(({task_id}) => task_id === task.id)
      .map(({offset_seconds, nag_every_seconds, channels}) => [offset_seconds, nag_every_seconds, channels].join(' '))
      .toSorted()
    const repeats = {rule: rule?.replace(/;COUNT=\d+/u, ''), end_at, anchor, catch_up, occurrence_at, next_occurrence}
    return {title, description, priority, tags, due_at, due_has_time, ...repeats, reminds}
  })
}

const title = fc
  .string({unit: 'grapheme', minLength: 1, maxLength: 40})
  .map((text) => `${text.replaceAll(/\p{C}|[\u2028\u2029]/gu, '')}.`)
const task = fc.record({
  title,
  description: fc.constantFrom('', 'two\nlines', '=1'),
  priority: fc.integer({min: 0, max: 3}),
  tags: fc.constantFrom([], ['home'], ['a-b', 'ключ']),
  due_at: fc
    .integer({min: Date.UTC(2031, 0, 1) / 1000, max: Date.UTC(2033, 0, 1) / 1000})
    .map((at) => new Date(at * 1000).toISOString()),
  recurring_pattern: fc.constantFrom(
    null,
    'FREQ=DAILY',
    'FREQ=WEEKLY;BYDAY=MO,TH',
    'FREQ=MONTHLY;COUNT=7',
    'FREQ=MONTHLY;BYMONTHDAY=-1',
  ),
  reminders: fc.constantFrom([], [{offset_seconds: 600}, {offset_seconds: 86_400, nag_every_seconds: 900}]),
})

test('what was exported is the same in an empty account', async () => {
  const seed = Date.now() % 1_000_000
  const tasks = fc.sample(task, {seed, numRuns: 40})
  const one = await somebody()
  for (const each of tasks) await one.send('POST', '/tasks', each)
  // One in the middle of its COUNT, one that was moved away from its rule.
  const series = (await one.send('GET', '/tasks?limit=100')).tasks.filter((row: {series_id: unknown}) => row.series_id)
  await one.send('POST', `/tasks/${series[0].id}/complete`)
  await one.send('PATCH', `/tasks/${series[1].id}?scope=this`, {due_at: '2034-05-06T07:08:09Z'})
  const expected = await listOf(one)
  for (const format of FORMATS) {
    const file = join(folder, `tasks.${format}`)
    const {losses} = await one.json<{losses: {what: string}[]}>('export', '--format', format, '--output', file)
    const another = await somebody()
    await another.json('import', file, '--format', format)
    const lost = new Set(losses.map(({what}) => what).filter((what) => !what.endsWith('for other programs')))
    expect([...lost], `seed ${seed}`).toEqual(format === 'todotxt' ? ['the description'] : [])
    const wanted = format === 'todotxt' ? expected.map((row) => ({...row, description: ''})) : expected
    expect(await listOf(another), `${format}, seed ${seed}`).toEqual(wanted)
  }
})

test('600 tasks, twice, are there once', async () => {
  const file = join(folder, 'many.txt')
  await writeFile(file, Array.from({length: 600}, (_, index) => `task ${index} @t due:2031-02-03 rec:+1w\n`).join(''))
  const {json, send} = await somebody()
  expect(await json('import', file)).toMatchObject({added: 600, already: 0})
  expect(await json('import', file)).toMatchObject({added: 0, already: 600})
  const {tasks, next_cursor: more} = await send('GET', '/tasks?view=all&limit=1000')
  const titles = tasks.map((row: {title: string}) => row.title)
  expect([new Set(titles).size, titles.length, more]).toEqual([600, 600, null])
})

test('a channel that this account does not have, and tasks that are done', async () => {
  const file = join(folder, 'odd.csv')
  await writeFile(file, 'title,due,reminders,state\na,2031-01-01 9:00,1h@webhook,open\nb,,,done\nc,2031-01-01,,open\n')
  const {json, send} = await somebody()
  const {losses, added} = await json<{losses: {what: string}[]; added: number}>('import', file, '--done')
  expect([added, losses.map(({what}) => what)]).toEqual([3, ['by which channel its reminders go']])
  const {tasks} = await send('GET', '/tasks?view=all')
  expect(
    tasks.map((row: {title: string; completed_at: unknown}) => [row.title, row.completed_at === null]).toSorted(),
  ).toEqual([
    ['a', true],
    ['b', false],
    ['c', true],
  ])
})
