import {describe, expect, test} from 'vitest'
import {runCli, type RunOptions, transcript} from './testing/run-cli.ts'
import {SOME_TASKS, useFakeApi} from './testing/use-fake-api.ts'

const cli = useFakeApi(...SOME_TASKS)
const chosen = async (...line: string[]): Promise<unknown> => {
  const {stdout, stderr} = await cli.run(line, {})
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

describe('--fields', () => {
  test('chooses of what is listed; what stands around the list stays', async () => {
    expect(await chosen('task', 'list', '--fields', 'title,id')).toEqual({
      tasks: [
        {title: 'Water the plants', id: 1},
        {title: 'Pay the rent', id: 2},
        {title: 'Buy stamps', id: 3},
      ],
      next_cursor: null,
    })
    expect(await chosen('task', 'list', '--json', '--fields=id', '--limit', '1')).toEqual({
      tasks: [{id: 1}],
      next_cursor: expect.any(String),
    })
    expect(
      Object.keys(((await chosen('task', 'list', '--fields', 'title,id')) as {tasks: object[]}).tasks[0]!),
    ).toEqual(['title', 'id'])
  })

  test('chooses of one thing, and inside it', async () => {
    expect(await chosen('task', 'show', '1', '--fields', 'id,series.rule,reminders.offset_seconds')).toEqual({
      id: 1,
      series: {rule: 'FREQ=WEEKLY;BYDAY=MO,TH'},
      reminders: [{offset_seconds: 3600}],
    })
    expect(await chosen('task', 'show', '3', '--fields', 'series.rule')).toEqual({series: null})
    expect(await chosen('task', 'done', '1', '--fields', 'completed.id,next.id,next_pending')).toEqual({
      completed: {id: 1},
      next: {id: 4},
      next_pending: false,
    })
  })

  test('chooses of each of several, and leaves errors and dry runs whole', async () => {
    expect(await chosen('task', 'done', '2', '99', '--fields', 'completed.title')).toEqual({
      results: [
        {completed: {title: 'Pay the rent'}},
        {error: {code: 'task_not_found', message: expect.any(String), hints: expect.any(Array)}},
      ],
    })
    expect(await chosen('task', 'done', '3', '--dry-run', '--fields', 'completed.title')).toMatchObject({
      dry_run: true,
      steps: [{method: 'POST', path: '/tasks/3/complete'}],
    })
    expect(await chosen('task', 'show', '99', '--fields', 'id')).toMatchObject({error: {code: 'task_not_found'}})
  })

  test('a field that there is not is refused before anything is done', async () => {
    expect(await chosen('task', 'done', '1', '--fields', 'complet.id')).toMatchObject({
      error: {
        code: 'unknown_field',
        message: 'There is no field complet.id.',
        hints: ['did you mean completed.id?', 'fields: completed, next, next_pending'],
      },
    })
    expect(await chosen('task', 'show', '1', '--fields', 'series.rul')).toMatchObject({
      error: {
        hints: ['did you mean series.rule?', expect.stringMatching(/^fields: series\.series_id, series\.rule, /u)],
      },
    })
    expect(await chosen('task', 'list', '--fields', 'id,,title')).toMatchObject({
      error: {code: 'invalid_fields', hints: ['--fields id']},
    })
    expect(await chosen('task', 'list', '--fields', 'tasks.id')).toMatchObject({error: {code: 'unknown_field'}})
    expect(cli.api.store.find(1).completed_at).toBeNull()
  })

  test('what has no fixed names is chosen by any', async () => {
    cli.api.mails.push({
      id: 1,
      received_at: '2026-11-20T08:00:00Z',
      from: 'todo5 <todo5@localhost>',
      to: 'ada@example.com',
      subject: 'x',
      message_id: '<1@localhost>',
      text: 'x',
      html: null,
      headers: {'x-todo5': '1', other: '2'},
    })
    expect(await chosen('mailbox', 'show', '1', '--fields', 'headers.x-todo5')).toEqual({headers: {'x-todo5': '1'}})
  })

  test('behind -- it is a word', async () => {
    expect((await cli.run(['task', 'add', '--', 'wash', '--fields', 'id'], {})).stdout).toContain('wash --fields id')
  })
})

describe('--no-input', () => {
  const shown = async (line: string[], options: RunOptions = {}): Promise<string> =>
    transcript(await cli.run([...line, '--no-input'], {tty: 80, answer: 'y', ...options}))

  test('what would have been asked is exit 2, with the flag that answers', async () => {
    expect(await shown(['task', 'delete', '1'])).toMatch(/--scope this.*\(exit 2\)$/su)
    expect(await shown(['add', 'call mom on 03/04'])).toContain('[ambiguous_date, exit 2]')
    expect(await shown(['down', '--delete'])).toMatch(/todo5 down --delete --confirm local.*\(exit 2\)$/su)
    expect(await shown(['token', 'revoke', 'nobody'])).not.toContain('[y/N]')
    expect(cli.api.store.find(1).deleted_at).toBeNull()
  })

  test('what has to be typed, or decided in a browser, is exit 2 at once', async () => {
    expect(await shown(['add', '--stdin'], {input: 'buy milk'})).toContain('[input_needed, exit 2]')
    expect(await shown(['context', 'add', 'ci', cli.api.url], {input: cli.api.key})).toContain('[input_needed, exit 2]')
    expect(await shown(['login', cli.api.url])).toMatchInlineSnapshot(`
      "| Error: Somebody has to let this machine in, in a browser.
      |        [input_needed, exit 2]
      | Try:   todo5 context add NAME URL < key.txt        with a key made there
      (exit 2)"
    `)
    expect(await shown(['chat'], {lines: [{kind: 'line', text: 'what is due?'}]})).toContain('exit 2')
  })

  test('what is piped in is read', async () => {
    const {code, stdout} = await cli.run(['add', '--stdin', '--no-input'], {input: 'buy milk\n'})
    expect([code, stdout]).toEqual([0, expect.stringContaining('buy milk')])
  })
})

test('what is rehearsed in words as JSON', async () => {
  const {code, stdout} = await runCli(['image', 'load', 'minikube', '--dry-run', '--json'])
  expect([code, JSON.parse(stdout)]).toEqual([0, {dry_run: true, steps: expect.arrayContaining([expect.any(String)])}])
})

test('completion and settings as JSON', async () => {
  const json = async (...line: string[]): Promise<unknown> => JSON.parse((await runCli([...line, '--json'])).stdout)
  expect(await json('completion', 'bash')).toEqual({shell: 'bash', script: expect.stringContaining('todo5')})
  expect(await json('config', 'set', 'color', 'never')).toEqual({
    key: 'color',
    value: 'never',
    file: expect.stringMatching(/config\.json$/u),
  })
  expect(await json('config', 'list', '--fields', 'key,from')).toMatchObject({
    settings: expect.arrayContaining([{key: 'color', from: expect.any(String)}]),
  })
})
