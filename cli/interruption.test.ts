import {mkdtemp, rm, writeFile} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, onTestFinished, test, vi} from 'vitest'
import {PtyProgram} from './testing/pty.ts'
import {ROOT} from './testing/run-cli.ts'
import {useFakeApi} from './testing/use-fake-api.ts'

const user = useFakeApi({title: 'Buy stamps'})
const CTRL_C = '\u0003'

test.each([
  ['task', 'list'],
  ['task', 'list', '--watch'],
  ['task', 'done', '1'],
  ['task', 'show', '1'],
])('Ctrl-C ends %s %s %s while the server does not answer', async (...line) => {
  user.api.troubles.push(...Array.from({length: 5}, () => ({kind: 'hang'}) as const))
  const program = new PtyProgram(line, {api: user.api})
  await vi.waitFor(() => expect(user.api.requests.length).toBeGreaterThan(0), {timeout: 90_000})
  program.type(CTRL_C)
  expect([await program.ended, program.screen]).toEqual([130, '^C'])
})

/** A program that never takes back what it began: on a terminal, with a spinner that has hidden the cursor. */
const hanging = (url: string): string => `
  import {interruptible} from ${JSON.stringify(url)}
  setInterval(() => undefined, 1000)
  process.stderr.write('\\x1b[?25lbegun')
  await interruptible(async (signal) => {
    signal.addEventListener('abort', () => process.stderr.write(' taking it back'))
    await new Promise(() => undefined)
  })`

test('the first Ctrl-C lets a command take back what it began, the second leaves at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'todo5-hanging-'))
  onTestFinished(async () => await rm(folder, {recursive: true, force: true}))
  const file = join(folder, 'hanging.mjs')
  await writeFile(file, hanging(join(ROOT, 'cli', 'interruption.ts')))
  const program = new PtyProgram([file], {program: [process.execPath]})
  await program.shows('begun')
  // Twice in a moment, as npm passes it on, is once.
  program.type(CTRL_C)
  process.kill(program.pid, 'SIGINT')
  await program.shows('taking it back')
  await vi.waitFor(
    async () => {
      program.type(CTRL_C)
      expect(await Promise.race([program.ended, Promise.resolve('runs')])).not.toBe('runs')
    },
    {timeout: 90_000, interval: 400},
  )
  expect([await program.ended, program.raw.endsWith('\u001B[?25h')]).toEqual([130, true])
})
