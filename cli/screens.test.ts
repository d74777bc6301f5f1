import {expect, test} from 'vitest'
import {answer, says} from './testing/fake-chat.ts'
import {screenOf} from './testing/pty.ts'
import type {RunOptions} from './testing/run-cli.ts'
import {drawn, screens} from './testing/screens.ts'
import {SOME_TASKS, useFakeApi} from './testing/use-fake-api.ts'

/** Titles as wide as letters of other scripts are: two columns each, none, joined, from right to left. */
const WIDE = [
  {title: '植物に水をやる、毎週月曜日と木曜日の朝に忘れずに', due_at: '2026-11-19T08:00:00Z', tags: ['家']},
  {title: '👩‍👩‍👧‍👦 Family dinner 🍝 with everybody who is in town this week', priority: 3},
  {title: 'לשלם את שכר הדירה לפני סוף החודש', due_at: '2026-11-20T20:00:00Z'},
  {title: 'Cafe\u0301 in Zu\u0308rich, a title that is far too long for a narrow terminal', tags: ['food']},
]
const user = useFakeApi(...SOME_TASKS, ...WIDE)

const COLOURED = {NO_COLOR: ''}

const ESCAPES = new RegExp(String.raw`\u001B\[[\d;]*m`, 'u')

async function screen(line: readonly string[], columns: number, options: RunOptions = {}): Promise<string> {
  return await drawn(await user.run(line, {tty: columns, env: COLOURED, ...options}), columns)
}

const READS = [
  'today',
  'task list',
  'task list overdue',
  'task list today',
  'task list upcoming',
  'task list recurring',
  'task list done',
  'task list all',
  'task list --tag nothing-has-it',
  'task show 1',
  'task show 4',
  'task history 1',
  'task agenda',
  'audit',
  'undo --list',
  'mailbox list',
  'recurrence preview FREQ=WEEKLY;BYDAY=MO,TH --count 3',
  'recurrence explain FREQ=MONTHLY;BYDAY=-1FR',
  'context list',
  'config list',
  'status',
]

screens(READS, user.run)

test.each(
  ['today', 'task list', 'task list all', 'audit'].flatMap((line) => [120, 80, 60, 50].map((n) => [line, n] as const)),
)('no line of %s is wider than %i columns, whatever the titles are written in', async (line, columns) => {
  const {stdout} = await user.run(line.split(' '), {tty: columns, env: COLOURED})
  expect((await screenOf(stdout, columns)).split('\n').length).toBe(stdout.trimEnd().split('\n').length)
})

const WRITES: readonly (string | readonly string[])[] = [
  ['add', 'water the roses every mon at 9 #garden'],
  ['task', 'add', 'Call Grace', '--due', 'tomorrow 9:00', '--priority', 'high'],
  'done 1',
  'task done 2 3',
  ['task', 'edit', '3', '--title', 'Buy many stamps'],
  'task skip 1',
  'task snooze 2 1h',
  'task reschedule 2 monday',
  'task remind 2 2h',
  'task reopen 3',
  'task delete 3',
  'undo',
  'task done 99',
]

screens(WRITES, user.run)

test('one sentence to the chat', async () => {
  user.api.chat.answers.push(answer(...says('Added ', '8, Buy milk.')))
  expect(await screen(['chat', 'add buy milk'], 50)).toMatchSnapshot()
})

const TASK_LIST = ['task', 'list'] as const

test('colours are there on a terminal, and nowhere else', async () => {
  const coloured = async (options: RunOptions, ...flags: string[]): Promise<boolean> => {
    const {stdout, stderr} = await user.run([...TASK_LIST, ...flags], options)
    return ESCAPES.test(stdout + stderr)
  }
  for (const line of [['today'], ['task', 'list'], ['task', 'show', '1'], ['task', 'agenda'], ['task', 'done', '99']])
    expect((await user.run(line, {tty: 80, env: COLOURED})).stdout + line.join('')).toMatch(
      line.includes('99') ? /99/u : ESCAPES,
    )
  expect(await coloured({tty: 80, env: COLOURED})).toBe(true)
  expect(await coloured({tty: 80, env: {NO_COLOR: '1'}})).toBe(false)
  expect(await coloured({tty: 80, env: COLOURED}, '--no-color')).toBe(false)
  expect(await coloured({tty: 80, env: {...COLOURED, TERM: 'dumb'}})).toBe(false)
  expect(await coloured({env: COLOURED})).toBe(false)
  expect(await coloured({env: {...COLOURED, FORCE_COLOR: '1'}})).toBe(true)
})

test('TODO5_ASCII=1: no symbol beyond ASCII is ours', async () => {
  const env = {...COLOURED, TODO5_ASCII: '1'}
  await user.run(['task', 'done', '1'])
  for (const line of [
    ['task', 'list', 'all'],
    ['task', 'show', '1'],
    ['undo', '--list'],
    ['task', 'done', '2'],
    ['task', 'agenda'],
  ]) {
    const {stdout, stderr} = await user.run([...line], {tty: 80, env})
    let left = stdout + stderr
    for (const {title, tags = []} of WIDE as readonly {title: string; tags?: string[]}[])
      for (const own of [title, ...tags]) left = left.replaceAll(own, '')
    // What is left of a title that was cut.
    left = left.replaceAll(
      /[\u{300}-\u{36F}\u{590}-\u{5FF}\u{3000}-\u{9FFF}\u{FF00}-\u{FFEF}\u{200D}]|\p{Extended_Pictographic}/gu,
      '',
    )
    expect([line, left.replaceAll(new RegExp(ESCAPES, 'gu'), '').replaceAll(/[\n -~]/gu, '')]).toEqual([line, ''])
  }
})

test('TODO5_ACCESSIBLE=1: a line for each value', async () => {
  for (const line of [['task', 'list'], ['today'], ['task', 'agenda'], ['audit']])
    expect(await screen(line, 80, {env: {...COLOURED, TODO5_ACCESSIBLE: '1'}})).toMatchSnapshot()
})
