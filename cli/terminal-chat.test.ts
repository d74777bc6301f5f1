import {expect, test} from 'vitest'
import {answer, says} from './testing/fake-chat.ts'
import {PtyProgram} from './testing/pty.ts'
import {useFakeApi} from './testing/use-fake-api.ts'

const user = useFakeApi({title: 'Buy stamps'})
const CTRL_C = '\u0003'
const start = (): PtyProgram => new PtyProgram(['chat'], {api: user.api, columns: 60})

test('a conversation on a terminal: said, answered, said again with the arrow key, left by Ctrl-D', async () => {
  user.api.chat.answers.push(answer(...says('Hello', ', Ada.')), answer(...says('Hello again.')))
  const program = start()
  await program.shows(/^› *$/mu)
  program.type('hello\r')
  await program.shows(/Hello, Ada\.\n\n›/u)
  program.type('\u001B[A\r')
  await program.shows(/Hello again\.\n\n›/u)
  program.type('\u0004')
  expect(await program.ended).toBe(0)
  expect(program.isClean).toBe(true)
  expect(program.screen).toMatchSnapshot()
  expect(program.raw).toContain('\u001B[1m')
  expect(user.api.chat.said).toMatchObject([
    {message: {parts: [{text: 'hello'}]}},
    {message: {parts: [{text: 'hello'}]}},
  ])
})

test('Ctrl-C empties a line, then asks, then leaves; the terminal is as it was', async () => {
  const program = start()
  await program.shows(/^› *$/mu)
  program.type('never mind')
  await program.shows('never mind')
  program.type(CTRL_C)
  await program.shows(/^› *$/mu)
  program.type(CTRL_C)
  await program.shows('Ctrl-C again leaves')
  await program.shows(/leaves.*\n› *$/u)
  program.type(CTRL_C)
  expect(await program.ended).toBe(0)
  expect(program.isClean).toBe(true)
  expect(user.api.chat.said).toEqual([])
})
