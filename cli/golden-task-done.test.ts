import {describe, expect, test} from 'vitest'
import {type RunOptions, transcript} from './testing/run-cli.ts'
import {addSomeTasks} from './testing/some-tasks.ts'
import {useFakeApi} from './testing/use-fake-api.ts'

const cli = useFakeApi()
const {run, piped} = cli
const shown = async (line: string[], options?: RunOptions): Promise<string> => transcript(await run(line, options))

describe('task done', () => {
  test('shows what was done and what is next', async () => {
    addSomeTasks(cli.api)
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
    addSomeTasks(cli.api)
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
    addSomeTasks(cli.api)
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
    addSomeTasks(cli.api)
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
    addSomeTasks(cli.api)
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
  test('--forever ends the series with it, and one undo takes both back', async () => {
    addSomeTasks(cli.api)
    expect(await shown(['task', 'done', 'plants', '--forever'])).toMatchInlineSnapshot(`
      "Done  3  Water the plants  #home  (6 days early)
      That was the last of its series.
      | undo: todo5 undo
      (exit 0)"
    `)
    expect(cli.api.requests.findLast(({method}) => method === 'POST')).toMatchObject({body: {end_series: true}})
    expect(await piped('undo')).toContain('Taken back: done')
    expect(await piped('task', 'done', 'plants')).toContain('Next  ')
    expect(await shown(['done', 'stamps', '--forever'])).toMatchInlineSnapshot(`
      "| Error: 5 Buy stamps does not repeat, so it is done once for all anyway.
      |        [not_recurring, exit 4]
      | Try:   todo5 task done 5
      (exit 4)"
    `)
    expect(await piped('done', 'plants', '--forever', '-n')).toContain('/complete  {"end_series":true}')
  })
})
