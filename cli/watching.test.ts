import {expect, test, vi} from 'vitest'
import {NOW, runCli, type RunOptions, transcript} from './testing/run-cli.ts'
import {PtyProgram} from './testing/pty.ts'
import {SOME_TASKS, useFakeApi} from './testing/use-fake-api.ts'

const user = useFakeApi(...SOME_TASKS)
const lists = (): number => user.api.requests.filter(({path}) => path.startsWith('/api/v1/tasks?')).length
const away = {
  kind: 'answer',
  status: 404,
  body: '{"title":"away","code":"away","detail":"It is away for a moment."}',
} as const

/** Runs a line that watches, in a pipe, until `enough` says so. */
async function watched(line: readonly string[], enough: (stdout: string) => boolean, options: RunOptions = {}) {
  let stdout = ''
  const running = user.run([...line, '--watch', '--interval', '1'], {
    ...options,
    onStdout: (text) => {
      stdout += text
      if (enough(stdout)) process.emit('SIGINT')
    },
  })
  return await running
}

test('in a pipe a list is printed anew only when it is another one', async () => {
  let changed = false
  const looking = watched(['task', 'list'], (stdout) => stdout.includes('Call Grace'))
  await vi.waitFor(() => expect(lists()).toBeGreaterThan(2), {timeout: 90_000})
  user.api.store.create({title: 'Call Grace'})
  changed = true
  const {code, stdout, stderr} = await looking
  expect([code, stderr, changed]).toEqual([0, '', true])
  const at = new Date(NOW).toISOString()
  expect(stdout.split(`${at}\n`).map((look) => look.trimEnd().split('\n').length)).toEqual([1, 4, 5])
})

test('with --json each list that differs is an object a line, and so is what goes wrong', async () => {
  const looking = watched(['task', 'list', '--json'], (stdout) => stdout.split('\n').length === 4)
  await vi.waitFor(() => expect(lists()).toBeGreaterThan(1), {timeout: 90_000})
  user.api.troubles.push(away, away)
  const {code, stdout, stderr} = await looking
  const looks = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  expect([code, stderr, looks.length]).toEqual([0, '', 3])
  expect(looks[0]).toMatchObject({at: new Date(NOW).toISOString(), next_cursor: null})
  expect(looks[1]).toMatchObject({error: {message: expect.stringContaining('away')}})
  expect(looks[2]).toEqual(looks[0])
})

test('what is away at the first look is an error as without --watch', async () => {
  const {code, stderr} = await runCli(['task', 'list', '--watch'])
  expect([code, stderr]).toEqual([6, expect.stringContaining('[not_running, exit 6]')])
})

test('status tells when something else runs, not that memory grew', async () => {
  const shown = transcript(await watched(['status'], (stdout) => stdout.includes('local')))
  expect(shown).toContain('local  not running')
  expect(shown).toContain('(exit 0)')
})

test('on a terminal each look takes the place of the one before, and a change is seen at once', async () => {
  const program = new PtyProgram(['task', 'list', '--watch', '--interval', '3600'], {api: user.api, rows: 10})
  await program.shows('Buy stamps')
  expect(program.raw).not.toContain('\u001B[2J')
  await vi.waitFor(() => expect(user.api.tellLive(3)).toBe(1), {timeout: 90_000})
  user.api.store.create({title: 'Call Grace'})
  user.api.tellLive(4)
  await program.shows('Call Grace')
  expect(program.screen.match(/Buy stamps/gu)).toHaveLength(1)
  for (let n = 0; n < 9; n++) user.api.store.create({title: `Task ${n}`})
  user.api.tellLive(5)
  await program.shows('… 8 more lines')
  program.resize(50, 20)
  await program.shows('Task 8')
  expect(program.screen.split('\n')[0]).toMatch(/^\d\d:\d\d:\d\d · every 3600 s · Ctrl-C ends$/u)
  program.type('\u0003')
  expect(await program.ended).toBe(0)
  expect(program.isClean).toBe(true)
  expect(program.screen).toContain('Task 8')
})

test('a todo5 that goes away is said in one line above what was there, until it is back', async () => {
  const program = new PtyProgram(['task', 'list', '--watch', '--interval', '1'], {api: user.api})
  await program.shows('Buy stamps')
  user.api.troubles.push(away, away, away)
  await program.shows(/^! \d\d:\d\d:\d\d .* Looking again\.$/mu)
  expect(program.screen).toContain('Buy stamps')
  user.api.troubles.length = 0
  await program.shows(/^\d\d:\d\d:\d\d · every 1 s/mu)
  program.type('\u0003')
  expect([await program.ended, program.isClean]).toEqual([0, true])
})

test('a terminal that cannot move its cursor, and a screen reader, get what changed', async () => {
  for (const env of [{TERM: 'dumb'}, {TODO5_ACCESSIBLE: '1'}] as const) {
    const program = new PtyProgram(['task', 'list', '--watch'], {api: user.api, env})
    await program.shows('Buy stamps')
    program.type('\u0003')
    expect([await program.ended, program.raw.includes('\u001B[H')]).toEqual([0, false])
  }
})
