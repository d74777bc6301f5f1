import {afterAll, beforeAll, expect, test} from 'vitest'
import {type RunOptions, runCli} from '../../cli/testing/run-cli.ts'
import {type EmbeddedTodo5, startEmbeddedTodo5} from '../support/embedded-todo5.ts'

let running: EmbeddedTodo5
beforeAll(async () => {
  running = await startEmbeddedTodo5()
})
afterAll(async () => running.stop())

const chat = async (words: readonly string[], options: RunOptions = {}) =>
  runCli(['chat', ...words], {
    api: {url: new URL(running.todo5.apiUrl).origin, key: running.todo5.localApiKey},
    now: Date.now(),
    ...options,
  })
const titles = async (): Promise<string[]> =>
  (await running.api('GET', '/tasks?view=open&limit=100')).body.tasks.map(({title}: {title: string}) => title)
const tty = (...lines: string[]): RunOptions => ({tty: 100, lines: lines.map((text) => ({kind: 'line', text}))})

test('one sentence after the other, in a pipe: the exit code says what is open, and a later line closes it', async () => {
  const added = await chat(['pay rent on the first of every month at 9:00 #home'])
  expect([added.code, added.stderr]).toEqual([0, ''])
  expect(added.stdout).toMatch(/^Added task \d+ "pay rent": due /u)
  await chat(['add buy milk'])
  const listed = await chat([], {input: 'what do I have to do?\n'})
  expect(listed.stdout).toMatch(/^2 tasks:\n1\. "pay rent" #\d+: .*\n2\. "buy milk" #\d+: no due date\n$/u)

  const asked = await chat(['--continue', 'delete the second'])
  expect(asked).toMatchObject({code: 2, stdout: 'Delete "buy milk"? Say yes or no.\n'})
  expect(await titles()).toContain('buy milk')
  const thread = /--thread ([\da-f-]{36}) yes/u.exec(asked.stderr)![1]!
  expect((await chat(['--thread', thread, 'yes'])).stdout).toContain('Deleted task')
  expect(await titles()).toEqual(['pay rent'])
  expect((await chat(['undo'])).stdout).toContain('Undone: deleting "buy milk"')
  expect((await chat(['--yes', 'delete buy milk'])).stdout).toContain('Deleted task')

  const question = await chat(['pay Ana 3/4'])
  expect(question).toMatchObject({code: 2, stderr: expect.stringContaining('[answer_needed, exit 2]')})
  const {code, stdout} = await chat(['--json', '--continue', '1'])
  const message = JSON.parse(stdout)
  expect([code, message.role]).toEqual([0, 'assistant'])
  expect(message.parts.find(({type}: {type: string}) => type === 'dynamic-tool')).toMatchObject({
    toolName: 'add_task',
    state: 'output-available',
    output: {structuredContent: {task: {title: 'pay Ana'}}},
  })
  const threads = JSON.parse((await chat(['--list', '--json'])).stdout).threads
  expect(threads[0].title).toBe('pay Ana 3/4')
})

test('a conversation on a terminal: a table of tasks, its numbers, a yes, a choice by its number', async () => {
  await chat(['add water the plants'])
  const said = await chat(
    [],
    tty('what do I have to do?', 'pay Bob 5/6', '2', 'delete water the plants', 'yes', '/threads'),
  )
  expect([said.code, said.stdout]).toEqual([0, expect.stringMatching(/^\d tasks:\n#  ID {2}DUE .*\n1 {2}/u)])
  expect(said.stdout).toMatch(/Which day is "5\/6"\?\n1\. .*\n2\. .*\n3\. .*\n\nAdded task \d+ "pay Bob"/u)
  expect(said.stdout).toMatch(/Delete "water the plants"\? Say yes or no\.\n\nDeleted task/u)
  expect(said.stdout).toMatch(/\n1 {2}.* what do I have to do\?\n/u)
  expect(await titles()).toEqual(expect.arrayContaining(['pay Bob']))
  expect(await titles()).not.toContain('water the plants')
})

test('a key that does not hold', async () => {
  const api = {url: new URL(running.todo5.apiUrl).origin, key: `todo5_${'aB'.repeat(32)}`}
  expect(await runCli(['chat', 'list'], {api})).toMatchObject({code: 4, stderr: expect.stringContaining('exit 4')})
})
