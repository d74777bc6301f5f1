import {expect, test} from 'vitest'
import {PtyProgram} from './testing/pty.ts'
import {PLANTS, SOME_TASKS, useFakeApi} from './testing/use-fake-api.ts'

const user = useFakeApi(...SOME_TASKS)
const start = (...line: string[]): PtyProgram => new PtyProgram(line, {api: user.api})

test('how much of a series is deleted is asked, and what is typed is done', async () => {
  const program = start('task', 'delete', '1')
  await program.shows('keep it):')
  program.type('3\r')
  expect(await program.ended).toBe(0)
  expect(program.screen).toMatchInlineSnapshot(`
    "1  Water the plants repeats. What shall be deleted?
      1  this one: it is skipped, the next follows
      2  this and the following: the series ends, what is done stays
      3  the whole series, also what is done
    Number (nothing: keep it): 3
    Deleted  1  Water the plants  #home
    The whole series is gone, also what was done.
    undo: todo5 undo"
  `)
  expect(user.api.store.tasks.find(({title}) => title === PLANTS.title)!.deleted_at).not.toBeNull()
  expect(program.isClean).toBe(true)
})

test.each([
  ['nothing', '\r'],
  ['no', 'n\r'],
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])('%s keeps the task, and leaves the terminal as it was', async (_name, typed) => {
  const program = start('task', 'delete', '1')
  await program.shows('keep it):')
  program.type(typed)
  expect(await program.ended).toBe(4)
  expect(program.screen).toMatchSnapshot()
  expect(user.api.store.tasks.every((task) => task.deleted_at === null && task.skipped_at === null)).toBe(true)
  expect(program.isClean).toBe(true)
})

test('a letter that is typed too early waits for the question', async () => {
  const program = start('task', 'delete', '1')
  program.type('3\r')
  expect(await program.ended).toBe(0)
  expect(program.screen).toContain('The whole series is gone')
})

test('a secret is typed unseen', async () => {
  const program = start('secret', 'set', 'chat-api/token')
  await program.shows('chat-api/token:')
  program.type('too-sh0rt\r')
  expect(await program.ended).toBe(2)
  expect(program.screen).toContain('What was given for chat-api/token has less than 16 characters.')
  expect(program.screen).not.toContain('sh0rt')
  expect(program.isClean).toBe(true)
})

test('Ctrl-C at a secret changes nothing', async () => {
  const program = start('secret', 'set', 'chat-api/token')
  await program.shows('chat-api/token:')
  program.type('half of it\u0003')
  expect(await program.ended).toBe(4)
  expect(program.screen).toContain('Nothing was changed.')
  expect(program.screen).not.toContain('half')
  expect(program.isClean).toBe(true)
})
